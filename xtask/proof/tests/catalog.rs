//! `solutions/between/catalog.tsv`: 250 rows, each with a place, what is true
//! instead, and the page that explains it; and every row that a complete chapter owns is
//! caught there.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use proof::harness::runner;
use proof::proofs::wrong;

/// Chapters that own their rows to the end.
const COMPLETE: [u32; 14] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

struct Row {
    number: u32,
    kind: String,
    owner: u32,
    caught_by: String,
}

fn rows() -> Result<Vec<Row>> {
    let text =
        fs::read_to_string(runner::root().join("solutions/between/catalog.tsv"))?;
    text.lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [number, belief, kind, owner, caught_by, truth, page] = fields[..]
            else {
                anyhow::bail!("a row has seven fields: {line}");
            };
            anyhow::ensure!(
                [belief, caught_by, truth, page]
                    .iter()
                    .all(|field| !field.is_empty()),
                "empty field: {line}"
            );
            Ok(Row {
                number: number.parse()?,
                kind: kind.to_owned(),
                owner: owner.parse()?,
                caught_by: caught_by.to_owned(),
            })
        })
        .collect()
}

#[test]
fn every_row_stands_once_with_an_owner_and_a_kind() -> Result<()> {
    let rows = rows()?;
    let numbers: Vec<u32> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=250).collect::<Vec<u32>>());
    for row in rows {
        assert!(
            (1..=14).contains(&row.owner),
            "row {}: owner {}",
            row.number,
            row.owner
        );
        let kinds = ["learner", "given", "quiz", "maintainers"];
        assert!(
            kinds.contains(&row.kind.as_str()),
            "row {}: kind {}",
            row.number,
            row.kind
        );
    }
    Ok(())
}

#[test]
fn a_complete_chapter_catches_every_row_that_it_owns() -> Result<()> {
    let wrong = wrong::read_all(&runner::root())?;
    for row in rows()?.iter().filter(|row| COMPLETE.contains(&row.owner)) {
        let number = row.number;
        match row.kind.as_str() {
            "learner" | "given" => {
                let prefix = format!("chapter-{:02}-", row.owner);
                // What the learner gets wrong is shown by an edit of learner code.
                let proves =
                    |wrong: &&wrong::Wrong| row.kind == "given" || !wrong.given;
                let found = wrong
                    .iter()
                    .filter(|wrong| {
                        wrong.row == number && wrong.folder.starts_with(&prefix)
                    })
                    .find(proves);
                assert!(
                    found.is_some(),
                    "row {number} has no wrong solution of its kind"
                );
                if let Some(name) = row.caught_by.strip_prefix("compile:") {
                    let by = wrong::Rejects::Compiler(name.to_owned());
                    let refused = wrong
                        .iter()
                        .any(|wrong| wrong.row == number && wrong.check == by);
                    assert!(refused, "row {number}: the compiler is to reject it");
                }
            }
            "quiz" => {
                let id = row.caught_by.split(';').next().unwrap_or_default().trim();
                let id = id
                    .strip_prefix("quiz:")
                    .with_context(|| format!("row {number}"))?;
                let pages = pages(row.owner)?;
                let line = format!("id = \"{id}\"");
                assert!(pages.contains(&line), "row {number}: no page asks `{id}`");
            }
            "maintainers" => {
                let name = row.caught_by.strip_prefix("test:");
                let name = name.with_context(|| format!("row {number}"))?;
                let line = format!("fn {name}()");
                assert!(tests()?.contains(&line), "row {number}: no test `{name}`");
            }
            _ => {}
        }
    }
    Ok(())
}

#[test]
fn every_edit_of_a_wrong_solution_finds_its_place() -> Result<()> {
    for wrong in wrong::read_all(&runner::root())? {
        let right = fs::read_to_string(runner::root().join(wrong.path()))?;
        let edited = wrong.edit(&right).with_context(|| wrong.name.clone())?;
        assert!(edited != right, "{} changes nothing", wrong.name);
    }
    Ok(())
}

#[test]
fn wrong_solutions_have_names_of_their_own_and_rows_of_the_catalog() -> Result<()> {
    let mut names = BTreeSet::new();
    for wrong in wrong::read_all(&runner::root())? {
        assert!(
            names.insert(wrong.name.clone()),
            "{} stands twice",
            wrong.name
        );
        assert!(
            (1..=250).contains(&wrong.row),
            "{}: row {}",
            wrong.name,
            wrong.row
        );
        assert!(
            wrong.belief.ends_with('.'),
            "{}: a belief is a sentence",
            wrong.name
        );
    }
    Ok(())
}

/// The tests of this package.
fn tests() -> Result<String> {
    let mut text = String::new();
    let mut folders = vec![runner::root().join("xtask/proof/tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)?.flatten() {
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                text += &fs::read_to_string(entry.path())?;
            }
        }
    }
    Ok(text)
}

/// All pages of a chapter.
fn pages(chapter: u32) -> Result<String> {
    let mut text = String::new();
    for entry in fs::read_dir(runner::root().join("book/src"))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(&format!("chapter-{chapter:02}-")) {
            text += &fs::read_to_string(entry.path())?;
        }
    }
    Ok(text)
}
