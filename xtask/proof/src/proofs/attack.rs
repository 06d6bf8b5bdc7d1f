//! Tries wrong programs from outside, each of which breaks a promise of a page or a
//! comment, and shows which checks reject them.
//!
//! The file names a chapter and edits of its solution. Nothing of it is kept afterward:
//!
//! ```toml
//! chapter = "chapter-01-addresses"
//!
//! [[wrong]]
//! name = "loopback-is-one-address"
//! promise = "All of 127.0.0.0/8 is loopback."
//! file = "src/scope.rs"
//! find = "…"
//! replace = "…"
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use toml_span::value::ValueInner;

use crate::harness::pool;
use crate::harness::runner;
use crate::harness::scratch::Scratch;
use crate::harness::switch::Edit;
use crate::harness::switched::{Chapter, Edits};

struct Attack {
    name: String,
    promise: String,
    file: PathBuf,
    find: String,
    replace: String,
}

/// Tries every program in the file, and prints the results. Returns how many were
/// rejected and how many passed. Those that don't compile count as neither.
pub fn run(path: &Path) -> Result<(usize, usize)> {
    let (folder, all) = read(path).with_context(|| path.display().to_string())?;
    let scratch = Scratch::open(0)?;
    let mut edits = Edits::new();
    for (index, attack) in all.iter().enumerate() {
        match attack.edit(&scratch, &folder, index as u32 + 1) {
            Ok(edit) => edits.entry(attack.file.clone()).or_default().push(edit),
            Err(error) => println!("not tried       {}: {error:#}", attack.name),
        }
    }
    let mut numbers: Vec<u32> =
        edits.values().flatten().map(|edit| edit.number).collect();
    let built = Chapter::build(&scratch, &folder, edits)?;
    for (number, text) in &built.refused {
        println!(
            "by itself       {}: {}",
            all[*number as usize - 1].name,
            first_line(text)
        );
    }
    let alone: Vec<u32> = built
        .left_out
        .iter()
        .chain(built.refused.keys())
        .copied()
        .collect();
    numbers.retain(|number| !alone.contains(number));
    let counts = Mutex::new((0, 0));
    let tell = |number: u32, checks: &[Value]| {
        let attack = &all[number as usize - 1];
        let (rejected, passed) = &mut *counts.lock().expect("no worker panics");
        match checks.iter().find(|check| check["status"] != "passed") {
            None => {
                *passed += 1;
                println!("PASSES          {}: {}", attack.name, attack.promise);
            }
            Some(check) if check["status"] == "does not compile" => {
                println!("does not build  {}", attack.name);
            }
            Some(check) => {
                *rejected += 1;
                let said =
                    |key: &str| check[key].as_str().unwrap_or_default().to_owned();
                println!(
                    "rejected        {} by {} ({}): {}",
                    attack.name,
                    said("name"),
                    said("status"),
                    said("message")
                );
            }
        }
    };
    pool::share(numbers, 2 * pool::cores(), |_, next| {
        while let Some(number) = next() {
            tell(number, &built.check(number, &["--stop"])?);
        }
        Ok(())
    })?;
    drop(built);
    for number in alone {
        let attack = &all[number as usize - 1];
        let path = Path::new("solutions").join(&folder).join(&attack.file);
        let right = scratch.read(&path)?;
        scratch.write(&path, &right.replace(&attack.find, &attack.replace))?;
        let judged =
            runner::check(scratch.root(), &format!("{folder} --solution --stop"));
        scratch.write(&path, &right)?;
        tell(number, &judged?);
    }
    Ok(counts.into_inner().expect("no worker panics"))
}

impl Attack {
    fn edit(&self, scratch: &Scratch, folder: &str, number: u32) -> Result<Edit> {
        let right =
            scratch.read(&Path::new("solutions").join(folder).join(&self.file))?;
        let found = right.matches(&self.find).count();
        ensure!(
            found == 1,
            "`find` occurs {found} times in {}",
            self.file.display()
        );
        let start = right.find(&self.find).context("it occurs there once")?;
        Ok(Edit {
            number,
            range: start..start + self.find.len(),
            replacement: self.replace.clone(),
        })
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn read(path: &Path) -> Result<(String, Vec<Attack>)> {
    let text = fs::read_to_string(path)?;
    let mut value = toml_span::parse(&text)?;
    let ValueInner::Table(mut table) = value.take() else {
        bail!("no table");
    };
    let folder = table
        .remove("chapter")
        .and_then(|value| Some(value.as_str()?.to_owned()));
    let folder = folder.context("`chapter` names a folder")?;
    let list = table.remove("wrong").map(|mut list| list.take());
    let Some(ValueInner::Array(items)) = list else {
        bail!("no [[wrong]]");
    };
    let mut all = Vec::new();
    for mut item in items {
        let ValueInner::Table(mut keys) = item.take() else {
            bail!("[[wrong]] is a table");
        };
        let mut text = |key: &str| -> Result<String> {
            let value = keys
                .remove(key)
                .with_context(|| format!("`{key}` is missing"))?;
            Ok(value
                .as_str()
                .with_context(|| format!("`{key}` is a string"))?
                .to_owned())
        };
        all.push(Attack {
            name: text("name")?,
            promise: text("promise")?,
            file: PathBuf::from(text("file")?),
            find: text("find")?,
            replace: text("replace")?,
        });
    }
    Ok((folder, all))
}
