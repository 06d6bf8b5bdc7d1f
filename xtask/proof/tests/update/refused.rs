//! What is foreign or half done.

use super::*;

#[test]
fn what_is_foreign_or_half_done_is_left_alone() -> Result<()> {
    // A ZIP inside another repository, whose remote has something newer.
    let theirs = Course::new()?;
    theirs.grows()?;
    let toy = Fixture::toy()?;
    let inside = theirs.mine.root().join("workbook");
    fs::rename(toy.root(), &inside)?;
    let head = git_says(&theirs.mine.root(), &["rev-parse", "HEAD"])?;
    let said = runner::say(&inside, "update")?;
    expect(
        &said,
        3,
        &["inside another repository", "which isn't touched", "--work"],
    )?;
    ensure!(git_says(&theirs.mine.root(), &["rev-parse", "HEAD"])? == head);

    // No repository, no remote, and one of another project.
    let toy = Fixture::toy()?;
    expect(
        &toy.say("update")?,
        3,
        &["isn't a git repository", "--work"],
    )?;
    repository(&toy)?;
    expect(
        &toy.say("update")?,
        3,
        &["no remote to update from", "git remote add"],
    )?;
    let other = tempfile::tempdir()?;
    let path = other.path().to_str().context("a path as text")?;
    git(other.path(), &["init", "-q", "--initial-branch=main"])?;
    git(
        other.path(),
        &["commit", "-q", "--allow-empty", "-m", "other"],
    )?;
    git(&toy.root(), &["remote", "add", "origin", path])?;
    toy.write(ONE, "// mine\n")?;
    expect(&toy.say("update")?, 2, &["no commit in common", "--from"])?;
    ensure!(toy.read(ONE)? == "// mine\n");
    expect(
        &toy.say("update --from main")?,
        2,
        &["isn't a branch of a remote"],
    )?;
    let said = toy.say("update --from nobody/main")?;
    expect(
        &said,
        2,
        &["no remote called `nobody`", "there are: origin"],
    )?;
    expect(
        &toy.say("update --from origin/gone")?,
        3,
        &["gone", "\nNext: "],
    )?;
    git(
        &toy.root(),
        &["remote", "set-url", "origin", "/nowhere/at/all"],
    )?;
    expect(&toy.say("update")?, 3, &["/nowhere/at/all", "\nNext: "])?;

    let course = Course::new()?;
    let root = course.mine.root();
    course.grows()?;
    let folder = root.join(".git");
    for (file, what) in [
        ("MERGE_HEAD", "a merge"),
        ("CHERRY_PICK_HEAD", "a cherry-pick"),
        ("REVERT_HEAD", "a revert"),
        ("rebase-merge", "a rebase"),
        ("rebase-apply", "a rebase"),
        ("BISECT_LOG", "a bisection"),
    ] {
        fs::write(folder.join(file), "")?;
        let said = course.mine.say("update")?;
        expect(&said, 2, &[what, "in progress", "\nNext: "])?;
        fs::remove_file(folder.join(file))?;
    }
    git(&root, &["switch", "-q", "--detach"])?;
    expect(
        &course.mine.say("update")?,
        2,
        &["aren't on a branch", "git switch -c"],
    )?;
    ensure!(course.mine.read("README.md")? == "old\n");
    Ok(())
}

#[test]
fn an_update_that_is_killed_is_taken_back_by_the_next() -> Result<()> {
    let course = Course::new()?;
    let root = course.mine.root();
    course.solve()?;
    course.grows()?;
    let mine = course.mine.read(ONE)?;
    let from = git_says(&root, &["rev-parse", "HEAD"])?;
    let to = git_says(&course.newer.root(), &["rev-parse", "HEAD"])?;
    let kept: PathBuf = [".workbook", "kept", "0001-update-all"].iter().collect();
    let broken_off = || -> Result<()> {
        course
            .mine
            .write(kept.join(ONE).to_str().context("text")?, &mine)?;
        course.mine.write(
            ".workbook/update.txt",
            &format!("from = {from}\nto = {to}\ncopy = 0001-update-all\ndone = no\n"),
        )
    };
    // Between the copy and the newer commit.
    broken_off()?;
    git(&root, &["checkout", "-q", "--", ONE])?;
    let said = course.mine.say("update")?;
    expect(&said, 0, &["was interrupted", "and merged"])?;
    course.is_merged()?;
    // After it, with a file half written, and one that was written since.
    broken_off()?;
    course.mine.write(ONE, "// half")?;
    course.mine.write("README.md", "written since\n")?;
    let said = course.mine.say("update")?;
    expect(
        &said,
        0,
        &["was interrupted", "and merged", "until now are kept as"],
    )?;
    course.is_merged()?;
    ensure!(course.mine.say("restore")?.stdout.contains("undo"));
    // Whoever has gone on since is not taken back.
    broken_off()?;
    git(&root, &["commit", "-q", "--all", "-m", "gone on"])?;
    let said = course.mine.say("update")?;
    expect(&said, 0, &["There is no newer one"])?;
    course.is_merged()
}
