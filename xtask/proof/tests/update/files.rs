//! A learner's files: edits, renamed chapters, line ends, what is no text.

use super::*;

#[test]
fn edits_are_merged_and_clashes_lie_beside() -> Result<()> {
    let course = Course::new()?;
    course.solve()?;
    // The learner commits the first, on a branch.
    let root = course.mine.root();
    git(&root, &["switch", "-q", "--create", "my-work"])?;
    git(&root, &["commit", "-q", "--all", "-m", "mine"])?;
    let two = course.mine.read(TWO)?;
    let todo = "todo!(\"chapter 2: quadruple {number}\")";
    course.mine.write(TWO, &two.replace(todo, "4 * number"))?;
    course.change(
        "chapter-02-adding",
        "chapter 2: quadruple",
        "chapter 2: four times",
    )?;
    course.grows()?;
    let said = course.mine.say("update")?;
    expect(
        &said,
        1,
        &["and merged", "is beside it as", "kept as 0001-update-all"],
    )?;
    course.is_merged()?;
    ensure!(course.mine.read(TWO)?.contains("4 * number"));
    ensure!(
        course
            .mine
            .read(&format!("{TWO}.new"))?
            .contains("four times")
    );
    let solution = "solutions/chapter-02-adding/src/lib.rs";
    ensure!(course.mine.read(solution)?.contains("four times"));
    // The learner's commit is in the history, and what was no commit is none now.
    let log = git_says(&root, &["log", "--format=%s"])?;
    ensure!(
        log.contains("mine") && log.contains("A better first"),
        "{log}"
    );
    let committed = git_says(&root, &["show", &format!("HEAD:{ONE}")])?;
    ensure!(committed.contains("2 * number"), "{committed}");
    let status = git_says(&root, &["status", "--porcelain"])?;
    ensure!(status.contains(TWO) && !status.contains(ONE), "{status}");
    let again = course.mine.say("update")?;
    expect(&again, 0, &["There is no newer one"])?;
    // One command takes all of it back.
    let said = course.mine.say("update --undo")?;
    expect(&said, 0, &["as it was before the update", "kept as"])?;
    ensure!(!course.mine.read(ONE)?.contains("Doubling numbers"));
    ensure!(course.mine.read(ONE)?.contains("2 * number"));
    ensure!(course.mine.read(TWO)?.contains("4 * number"));
    ensure!(course.mine.read("README.md")? == "old\n");
    ensure!(!course.mine.root().join(format!("{TWO}.new")).exists());
    let said = course.mine.say("update --undo")?;
    expect(&said, 2, &["no update to undo"])
}

#[test]
fn files_of_the_learners_own_stay_as_they_are() -> Result<()> {
    let course = Course::new()?;
    let root = course.mine.root();
    let own = "exercises/chapter-01-doubling/src/own.rs";
    course.mine.write(own, "// committed\n")?;
    course.mine.write("notes.txt", "committed\n")?;
    git(&root, &["add", "--all"])?;
    git(&root, &["commit", "-q", "-m", "own files"])?;
    course.mine.write(own, "// committed, and edited\n")?;
    course.mine.write("notes.txt", "edited\n")?;
    let staged = "exercises/chapter-01-doubling/src/staged.rs";
    course.mine.write(staged, "// staged\n")?;
    git(&root, &["add", staged])?;
    let odd = OsStr::from_bytes(b"exercises/chapter-01-doubling/src/\xFCber.rs");
    fs::write(root.join(odd), b"// \xE9 in Latin-1\n")?;
    let latin = [course.mine.read(ONE)?.as_bytes(), b"// \xE9t\xE9\n"].concat();
    fs::write(root.join(ONE), &latin)?;
    course.mine.write("README.md", "my own notes\n")?;
    fs::remove_file(root.join(TWO))?;
    // The newer workbook has a file that the learner has made, too.
    course.mine.write("new.md", "mine\n")?;
    course.newer.write("new.md", "theirs\n")?;
    course.grows()?;
    let said = course.mine.say("update")?;
    let parts = ["have this file", "new.md.new", "had deleted this file"];
    expect(&said, 1, &parts)?;
    ensure!(course.mine.read(own)? == "// committed, and edited\n");
    ensure!(course.mine.read("notes.txt")? == "edited\n");
    ensure!(course.mine.read(staged)? == "// staged\n");
    ensure!(fs::read(root.join(odd))? == b"// \xE9 in Latin-1\n");
    let one = fs::read(root.join(ONE))?;
    ensure!(one.ends_with(b"// \xE9t\xE9\n"), "{one:?}");
    ensure!(String::from_utf8_lossy(&one).contains("Doubling numbers"));
    ensure!(course.mine.read("README.md")? == "my own notes\n");
    ensure!(course.mine.read("README.md.new")? == "newer\n");
    ensure!(course.mine.read("new.md")? == "mine\n");
    ensure!(course.mine.read("new.md.new")? == "theirs\n");
    ensure!(root.join(TWO).exists());
    Ok(())
}

#[test]
fn line_ends_of_an_editor_are_no_clash() -> Result<()> {
    let course = Course::new()?;
    course.solve()?;
    let crlf = course.mine.read(ONE)?.replace('\n', "\r\n");
    course.mine.write(ONE, &crlf)?;
    course.grows()?;
    let said = course.mine.say("update")?;
    expect(&said, 0, &["and merged"])?;
    course.is_merged()?;
    let one = course.mine.read(ONE)?;
    ensure!(!one.replace("\r\n", "").contains('\n'), "{one:?}");
    // And where git itself writes them.
    let course = Course::cloned(&["-c", "core.autocrlf=true"])?;
    ensure!(course.mine.read(ONE)?.contains("\r\n"));
    course.solve()?;
    course.grows()?;
    expect(&course.mine.say("update")?, 0, &["and merged"])?;
    course.is_merged()?;
    ensure!(course.mine.read("README.md")? == "newer\r\n");
    Ok(())
}

#[test]
fn a_chapter_that_was_renamed_takes_the_work_along() -> Result<()> {
    let course = Course::new()?;
    course.solve()?;
    let root = course.newer.root();
    for tree in ["exercises", "solutions"] {
        let from = format!("{tree}/chapter-01-doubling");
        git(&root, &["mv", &from, &format!("{tree}/chapter-01-twice")])?;
    }
    for file in [
        "Cargo.toml",
        "exercises/chapter-02-adding/Cargo.toml",
        "solutions/chapter-02-adding/Cargo.toml",
        "solutions/chapter-01-twice/Cargo.toml",
    ] {
        let text = course.newer.read(file)?;
        course.newer.write(
            file,
            &text.replace("chapter-01-doubling", "chapter-01-twice"),
        )?;
    }
    course.publish("Another noun")?;
    let said = course.mine.say("update")?;
    expect(
        &said,
        0,
        &["your work has moved to exercises/chapter-01-twice/src/lib.rs"],
    )?;
    let there = course.mine.read("exercises/chapter-01-twice/src/lib.rs")?;
    ensure!(there.contains("2 * number"), "{there}");
    expect(&course.mine.say("update --undo")?, 0, &[])?;
    ensure!(course.mine.read(ONE)?.contains("2 * number"));
    Ok(())
}

#[test]
fn what_is_no_text_of_a_file_goes_along() -> Result<()> {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let course = Course::new()?;
    let root = course.mine.root();
    course.mine.write("run.sh", "#!/bin/sh\n")?;
    fs::set_permissions(root.join("run.sh"), fs::Permissions::from_mode(0o755))?;
    symlink("README.md", root.join("link"))?;
    git(&root, &["add", "--all"])?;
    git(&root, &["commit", "-q", "-m", "a program and a link"])?;
    // Not known to git: a folder by a link, another repository, a crowd.
    symlink("/", root.join("elsewhere"))?;
    course
        .mine
        .write("other/.git/HEAD", "ref: refs/heads/main\n")?;
    git(&root.join("other"), &["init", "-q"])?;
    for number in 0..2000 {
        course.mine.write(&format!("crowd/{number}"), "")?;
    }
    course.grows()?;
    let said = course.mine.say("update")?;
    expect(&said, 0, &["From "])?;
    let mode = fs::metadata(root.join("run.sh"))?.permissions().mode();
    ensure!(mode & 0o111 == 0o111, "{mode:o}");
    ensure!(fs::read_link(root.join("link"))? == Path::new("README.md"));
    ensure!(fs::read_link(root.join("elsewhere"))? == Path::new("/"));
    ensure!(root.join("crowd/1999").exists() && root.join("other/.git").exists());
    let status = git_says(&root, &["status", "--porcelain", "-uno"])?;
    ensure!(status.is_empty(), "{status}");
    Ok(())
}
