//! What maintainers write with the runner's help: a new chapter, and a step's file with
//! another name.

use anyhow::{Result, ensure};
use proof::harness::fixture::Fixture;
use proof::harness::runner;
use serde_json::Value;

fn statuses(toy: &Fixture, words: &str) -> Result<Vec<Value>> {
    let checks = runner::check(&toy.root(), words)?;
    Ok(checks.iter().map(|check| check["status"].clone()).collect())
}

#[test]
fn a_new_chapter_passes_its_own_check_and_its_starter_is_not_started() -> Result<()> {
    let toy = Fixture::toy()?;
    let said = toy.say("new chapter routing")?;
    ensure!(said.code == 0, "{}{}", said.stdout, said.stderr);
    ensure!(
        said.says("Next: cargo xtask check chapter-4 --solution"),
        "{}",
        said.stdout
    );
    assert_eq!(statuses(&toy, "chapter-4 --solution")?, ["passed"]);
    assert_eq!(statuses(&toy, "routing")?, ["not started"]);
    assert_eq!(toy.say("sync --check")?.code, 0);
    for (words, why) in [
        ("new chapter routing", "a chapter `routing` exists already"),
        ("new chapter Rou-ting", "isn't a noun"),
        ("new page", "needs the word `chapter`"),
    ] {
        let said = toy.say(words)?;
        ensure!(said.code == 2 && said.says(why), "{words}: {}", said.stderr);
    }
    Ok(())
}

#[test]
fn a_renamed_file_is_renamed_wherever_it_is_named() -> Result<()> {
    let toy = Fixture::toy()?;
    let folder = "chapter-02-adding";
    toy.write(
        &format!("solutions/{folder}/wrong.toml"),
        "[[wrong]]\nfile = \"src/given.rs\"\n",
    )?;
    let page = "book/src/chapter-02-adding.md";
    let quote = "{{#include ../../solutions/chapter-02-adding/src/given.rs:next}}\n";
    toy.write(page, quote)?;
    let words = format!("rename solutions/{folder}/src/given.rs lent.rs");
    let said = toy.say(&words)?;
    ensure!(said.code == 0, "{}{}", said.stdout, said.stderr);
    // A path in a function body is left to its author, and named.
    ensure!(said.says("given::next(number)"), "{}", said.stdout);
    for tree in ["exercises", "solutions"] {
        let source = toy.root().join(tree).join(folder).join("src");
        ensure!(source.join("lent.rs").is_file() && !source.join("given.rs").exists());
        ensure!(
            toy.read(&format!("{tree}/{folder}/src/lib.rs"))?
                .contains("mod lent;")
        );
    }
    ensure!(toy.read(page)?.contains("src/lent.rs:next"));
    let wrong = toy.read(&format!("solutions/{folder}/wrong.toml"))?;
    ensure!(wrong.contains("src/lent.rs"), "{wrong}");
    assert_eq!(toy.say("sync --check")?.code, 0);
    let said = toy.say(&words)?;
    ensure!(
        said.code == 2 && said.says("there is no"),
        "{}",
        said.stderr
    );
    Ok(())
}
