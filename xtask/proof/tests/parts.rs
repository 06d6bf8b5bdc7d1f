//! `solutions/between/PARTS.md` and the code name the same public items.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use course::chapter::{self, Tree};
use proof::harness::runner;

#[test]
fn every_public_item_of_a_chapter_is_listed_and_every_listed_item_exists() -> Result<()>
{
    let parts = fs::read_to_string(runner::root().join("solutions/between/PARTS.md"))?;
    for chapter in chapter::list(&runner::root())? {
        let number = chapter.number();
        let folder = chapter.path(&runner::root(), Tree::Solutions);
        let listed = listed(&parts, number)?;
        let code = public_items(&folder.join("src"))?;
        let missing: Vec<&String> = listed.difference(&code).collect();
        assert!(
            missing.is_empty(),
            "chapter {number} lacks what PARTS.md lists: {missing:?}"
        );
        let unlisted: Vec<&String> = code.difference(&listed).collect();
        assert!(
            unlisted.is_empty(),
            "PARTS.md does not list of chapter {number}: {unlisted:?}"
        );
    }
    Ok(())
}

/// The items in the code block below `## N`.
fn listed(parts: &str, number: u32) -> Result<BTreeSet<String>> {
    let section = parts
        .split("\n## ")
        .find(|section| section.starts_with(&format!("{number} ")))
        .with_context(|| format!("PARTS.md has no section {number}"))?;
    let block = section
        .split("```rust")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let block = block.with_context(|| format!("section {number} has no code"))?;
    Ok(block.lines().flat_map(items).collect())
}

/// The public items of all files but the program.
fn public_items(folder: &Path) -> Result<BTreeSet<String>> {
    let mut items_found = BTreeSet::new();
    for entry in fs::read_dir(folder)?.flatten() {
        // What belongs to the program is nobody else's.
        if entry.file_name() == "main.rs" || entry.file_name() == "program" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            items_found.extend(public_items(&entry.path())?);
            continue;
        }
        if entry.path().is_dir() {
            items_found.extend(public_items(&entry.path())?);
            continue;
        }
        let text = fs::read_to_string(entry.path())?;
        items_found.extend(text.lines().flat_map(items));
    }
    Ok(items_found)
}

/// `fn contains`, `struct Subnet`, …: the public items that a line declares.
fn items(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or(line);
    let mut found = Vec::new();
    for rest in code.split("pub ").skip(1) {
        let rest = rest.strip_prefix("async ").unwrap_or(rest);
        let Some((kind, name)) = rest.split_once(' ') else {
            continue;
        };
        let end = name
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(name.len());
        if ["fn", "struct", "enum", "trait", "type", "const"].contains(&kind) {
            found.push(format!("{kind} {}", &name[..end]));
        }
    }
    found
}
