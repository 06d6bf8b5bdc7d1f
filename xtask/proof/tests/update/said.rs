//! What it says before it begins.

use super::*;

#[test]
fn it_says_whom_it_asks_and_what_is_new() -> Result<()> {
    let course = Course::new()?;
    let url = format!("file://{}", course.newer.root().display());
    let said = course.mine.say("update")?;
    expect(
        &said,
        0,
        &[
            "origin",
            &url,
            "branch main",
            "There is no newer one",
            "fork",
        ],
    )?;
    course.grows()?;
    let before = git_says(&course.mine.root(), &["rev-parse", "--short", "HEAD"])?;
    let said = course.mine.say("update")?;
    expect(
        &said,
        0,
        &[&url, &before, "A better first chapter", "--undo"],
    )?;
    ensure!(course.mine.read("README.md")? == "newer\n");
    ensure!(git_says(&course.mine.root(), &["status", "--porcelain"])?.is_empty());
    // A change log tells more than subjects.
    course
        .newer
        .write("CHANGELOG.md", "# Changes\n\n- Chapter 2 has a picture.\n")?;
    course.publish("A change log")?;
    let said = course.mine.say("update")?;
    expect(&said, 0, &["- Chapter 2 has a picture."])?;
    ensure!(!said.stdout.contains("A change log"), "{}", said.stdout);
    Ok(())
}
