//! Reading `wrong.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use course::chapter::{self, Tree};
use toml_span::value::{Table, ValueInner};

use crate::harness::scratch::Scratch;
use crate::harness::switch::Edit;

/// One wrong solution.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// Its stable name.
    pub name: String,
    /// Its row in the catalog.
    pub row: u32,
    /// The belief behind it, in the learner's words.
    pub belief: String,
    /// Whether it's an edit of code that we provide, which proves only the tests.
    pub given: bool,
    /// The chapter's folder, `chapter-01-addresses`.
    pub folder: String,
    /// The file to edit, from the chapter's folder.
    pub file: String,
    /// The text to replace, which must occur there exactly once.
    pub find: String,
    /// The text that replaces it.
    pub replace: String,
    /// Who must reject it.
    pub check: Rejects,
    /// What the verdict must contain.
    pub message: String,
}

/// The check or the compiler error that rejects a wrong solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejects {
    /// The check of this name.
    Check(String),
    /// The compiler, in both trees: `check = "compile:NAME"`, with the name from the
    /// catalog. Code that it rejects never runs.
    Compiler(String),
}

impl Wrong {
    /// The file to edit, from the root of the workbook.
    pub fn path(&self) -> PathBuf {
        Path::new("solutions").join(&self.folder).join(&self.file)
    }

    /// What is counted when it is rejected.
    pub fn title(&self) -> String {
        format!("rejected: {} {}", self.folder, self.name)
    }

    /// The edit behind the switch `number`; none where the compiler must reject it, or
    /// where it is no code of the crate.
    pub fn switched(&self, scratch: &Scratch, number: u32) -> Result<Option<Edit>> {
        let right = scratch.read(&self.path())?;
        self.edit(&right)?;
        let is_code = self.file.starts_with("src/") && self.file.ends_with(".rs");
        if !is_code || !matches!(self.check, Rejects::Check(_)) {
            return Ok(None);
        }
        let start = right.find(&self.find).context("it occurs there once")?;
        Ok(Some(Edit {
            number,
            range: start..start + self.find.len(),
            replacement: self.replace.clone(),
        }))
    }

    /// Applies the edit to the correct file. It's an error if the text to replace
    /// doesn't occur there exactly once.
    pub fn edit(&self, right: &str) -> Result<String> {
        let found = right.matches(&self.find).count();
        if found != 1 {
            let path = self.path();
            let path = path.display();
            bail!(
                "`find` occurs {found} times in {path}; it has to occur exactly once"
            );
        }
        Ok(right.replace(&self.find, &self.replace))
    }
}

/// Reads `wrong.toml` of every chapter of the workbook at `root`.
pub fn read_all(root: &Path) -> Result<Vec<Wrong>> {
    let chapters = chapter::list(root)?;
    let files = chapters
        .iter()
        .map(|chapter| chapter.path(root, Tree::Solutions).join("wrong.toml"));
    let mut all = Vec::new();
    for path in files.filter(|path| path.is_file()) {
        all.extend(read(&path).with_context(|| path.display().to_string())?);
    }
    Ok(all)
}

fn read(path: &Path) -> Result<Vec<Wrong>> {
    let text = fs::read_to_string(path)?;
    let mut value = toml_span::parse(&text)?;
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
    let folder = folder.to_string_lossy().into_owned();
    let ValueInner::Table(mut table) = value.take() else {
        bail!("no table");
    };
    let Some(ValueInner::Array(items)) =
        table.remove("wrong").map(|mut list| list.take())
    else {
        bail!("no [[wrong]]");
    };
    let mut all = Vec::new();
    for mut item in items {
        let ValueInner::Table(mut keys) = item.take() else {
            bail!("[[wrong]] is a table");
        };
        let wrong = Wrong {
            name: string(&mut keys, "name")?,
            row: u32::try_from(
                keys.remove("row")
                    .and_then(|row| row.as_integer())
                    .context("`row` must be a row number in the catalog")?,
            )?,
            belief: string(&mut keys, "belief")?,
            given: keys
                .remove("given")
                .and_then(|given| given.as_bool())
                .unwrap_or(false),
            folder: folder.clone(),
            file: string(&mut keys, "file")?,
            find: string(&mut keys, "find")?,
            replace: string(&mut keys, "replace")?,
            check: Rejects::read(string(&mut keys, "check")?),
            message: string(&mut keys, "message")?,
        };
        if let Some(key) = keys.keys().next() {
            bail!("{}: `{}` isn't a known key", wrong.name, key.name);
        }
        all.push(wrong);
    }
    Ok(all)
}

impl Rejects {
    fn read(text: String) -> Self {
        match text.strip_prefix("compile:") {
            Some(name) => Self::Compiler(name.to_owned()),
            None => Self::Check(text),
        }
    }
}

fn string(keys: &mut Table<'_>, key: &str) -> Result<String> {
    let value = keys
        .remove(key)
        .with_context(|| format!("`{key}` is missing"))?;
    let text = value
        .as_str()
        .with_context(|| format!("`{key}` is a string"))?;
    Ok(text.to_owned())
}
