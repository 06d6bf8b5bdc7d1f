//! The page about the finished server and the proof have one table.

use std::fs;

use anyhow::Result;
use proof::harness::runner;
use proof::proofs::ablation;

#[test]
fn the_page_has_every_part_of_the_table() -> Result<()> {
    let page = runner::root().join("book/src/chapter-13-server-parts.md");
    let page = fs::read_to_string(page)?;
    for (at, part) in ablation::read()?.iter().enumerate() {
        let row = format!(
            "| {} {} | `{}` | {} |",
            at + 1,
            part.part,
            part.send,
            part.shows
        );
        assert!(page.contains(&row), "the page has no row: {row}");
    }
    Ok(())
}
