//! `cargo xtask update`: whatever the learner's repository looks like, nothing of
//! theirs is lost, and nothing foreign is merged.

#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use proof::harness::fixture::Fixture;
use proof::harness::runner::{self, Said};

const ONE: &str = "exercises/chapter-01-doubling/src/lib.rs";
const TWO: &str = "exercises/chapter-02-adding/src/lib.rs";

/// A workbook on a server, and a learner's clone of it.
struct Course {
    newer: Fixture,
    mine: Fixture,
}

impl Course {
    fn new() -> Result<Self> {
        Self::cloned(&[])
    }

    fn cloned(how: &[&str]) -> Result<Self> {
        let newer = Fixture::toy()?;
        repository(&newer)?;
        let mine = Fixture::toy()?;
        fs::remove_dir_all(mine.root())?;
        let mut words = vec!["clone", "-q"];
        words.extend(how);
        let url = format!("file://{}", newer.root().display());
        let folder = mine.root();
        words.extend([url.as_str(), folder.to_str().context("a path as text")?]);
        git(Path::new("/"), &words)?;
        Ok(Self { newer, mine })
    }

    /// The newer workbook changes comments in both chapters, and the README.
    fn grows(&self) -> Result<()> {
        self.change(
            "chapter-01-doubling",
            "//! Doubling.",
            "//! Doubling numbers.",
        )?;
        self.newer.write("README.md", "newer\n")?;
        self.publish("A better first chapter")
    }

    fn change(&self, chapter: &str, from: &str, to: &str) -> Result<()> {
        let solution = format!("solutions/{chapter}/src/lib.rs");
        let text = self.newer.read(&solution)?;
        ensure!(text.contains(from), "{text}");
        self.newer.write(&solution, &text.replace(from, to))
    }

    fn publish(&self, message: &str) -> Result<()> {
        let said = self.newer.say("sync")?;
        ensure!(said.code == 0, "{}{}", said.stdout, said.stderr);
        let root = self.newer.root();
        git(&root, &["add", "--all"])?;
        git(&root, &["commit", "-q", "-m", message])
    }

    /// The learner solves chapter 1, and does not commit it.
    fn solve(&self) -> Result<()> {
        let text = self.mine.read(ONE)?;
        let todo = "todo!(\"chapter 1: double {number}\")";
        self.mine.write(ONE, &text.replace(todo, "2 * number"))
    }

    fn is_merged(&self) -> Result<()> {
        let one = self.mine.read(ONE)?;
        ensure!(
            one.contains("Doubling numbers") && one.contains("2 * number"),
            "{one}"
        );
        Ok(())
    }
}

fn repository(fixture: &Fixture) -> Result<()> {
    let root = fixture.root();
    fixture.write(".gitignore", "/target/\n/.workbook/\n")?;
    fixture.write("README.md", "old\n")?;
    fixture.write("xtask/Cargo.toml", "")?;
    git(&root, &["init", "-q", "--initial-branch=main"])?;
    git(&root, &["add", "--all"])?;
    git(&root, &["commit", "-q", "-m", "first"])
}

fn git(folder: &Path, words: &[&str]) -> Result<()> {
    git_says(folder, words).map(drop)
}

fn git_says(folder: &Path, words: &[&str]) -> Result<String> {
    let output = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.org"])
        .args(words)
        .current_dir(folder)
        .output()
        .context("git runs")?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "git {words:?}: {error}");
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn expect(said: &Said, code: i32, parts: &[&str]) -> Result<()> {
    let all = format!("{}\n{}{}", said.code, said.stdout, said.stderr);
    ensure!(said.code == code, "{all}");
    for part in parts {
        ensure!(said.says(part), "{part}: {all}");
    }
    Ok(())
}

#[test]
fn it_says_whom_it_asks_and_what_is_new() -> Result<()> {
    let course = Course::new()?;
    let url = format!("file://{}", course.newer.root().display());
    let said = course.mine.say("update")?;
    expect(
        &said,
        0,
        &["origin", &url, "branch main", "There is none", "fork"],
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
        &["and merged", "lies beside it as", "kept as 0001-update-all"],
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
    expect(&again, 0, &["There is none"])?;
    // One command takes all of it back.
    let said = course.mine.say("update --undo")?;
    expect(&said, 0, &["again what it was", "kept as"])?;
    ensure!(!course.mine.read(ONE)?.contains("Doubling numbers"));
    ensure!(course.mine.read(ONE)?.contains("2 * number"));
    ensure!(course.mine.read(TWO)?.contains("4 * number"));
    ensure!(course.mine.read("README.md")? == "old\n");
    ensure!(!course.mine.root().join(format!("{TWO}.new")).exists());
    let said = course.mine.say("update --undo")?;
    expect(&said, 2, &["no update to take back"])
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
    let parts = ["no such file", "new.md.new", "there again"];
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
        &["your work is in exercises/chapter-01-twice/src/lib.rs"],
    )?;
    let there = course.mine.read("exercises/chapter-01-twice/src/lib.rs")?;
    ensure!(there.contains("2 * number"), "{there}");
    expect(&course.mine.say("update --undo")?, 0, &[])?;
    ensure!(course.mine.read(ONE)?.contains("2 * number"));
    Ok(())
}

#[test]
fn settings_and_hooks_of_the_learners_stand_in_nobodys_way() -> Result<()> {
    let course = Course::new()?;
    let root = course.mine.root();
    course.solve()?;
    git(&root, &["commit", "-q", "--all", "-m", "mine"])?;
    for (key, value) in [
        ("merge.ff", "only"),
        ("pull.rebase", "true"),
        ("commit.gpgSign", "true"),
        ("user.signingKey", "nobody"),
        ("merge.conflictStyle", "diff3"),
        ("core.quotePath", "true"),
        ("diff.noprefix", "true"),
    ] {
        git(&root, &["config", key, value])?;
    }
    let hooks = root.join(".git/hooks");
    fs::create_dir_all(&hooks)?;
    for hook in [
        "pre-merge-commit",
        "commit-msg",
        "post-checkout",
        "post-merge",
    ] {
        let path = hooks.join(hook);
        fs::write(&path, "#!/bin/sh\necho no >&2\nexit 1\n")?;
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    }
    course.grows()?;
    let mut command = runner::xtask(&root)?;
    // Nobody has said who they are.
    let nowhere = root.join("nowhere");
    command
        .env("HOME", &nowhere)
        .env("GIT_CONFIG_GLOBAL", &nowhere);
    command.env("GIT_CONFIG_NOSYSTEM", "1").env_remove("EMAIL");
    let said = Said::from(command.arg("update").output()?);
    expect(&said, 0, &["From "])?;
    course.is_merged()
}

#[test]
fn every_kind_of_clone_is_updated() -> Result<()> {
    for how in [
        &["--depth=1"][..],
        &["--single-branch"],
        &["--filter=blob:none", "--no-checkout"],
    ] {
        let course = Course::cloned(how)?;
        let root = course.mine.root();
        if how.contains(&"--no-checkout") {
            git(&root, &["sparse-checkout", "set", "exercises", "solutions"])?;
            git(&root, &["checkout", "-q", "main"])?;
        }
        course.solve()?;
        course.grows()?;
        let said = course.mine.say("update")?;
        expect(&said, 0, &["and merged"]).with_context(|| format!("{how:?}"))?;
        course.is_merged()?;
    }
    // A worktree beside the clone.
    let course = Course::new()?;
    let beside = tempfile::tempdir()?;
    let tree = beside.path().join("tree");
    let words = ["worktree", "add", "-q", "-b", "beside"];
    let path = tree.to_str().context("a path as text")?;
    git(&course.mine.root(), &[&words[..], &[path]].concat())?;
    course.grows()?;
    let said = runner::say(&tree, "update")?;
    expect(&said, 0, &["From "])?;
    ensure!(fs::read_to_string(tree.join("README.md"))? == "newer\n");
    ensure!(course.mine.read("README.md")? == "old\n");
    Ok(())
}

#[test]
fn a_fork_asks_the_workbook_behind_it() -> Result<()> {
    let course = Course::new()?;
    let root = course.mine.root();
    let url = git_says(&root, &["remote", "get-url", "origin"])?;
    let fork = tempfile::tempdir()?;
    let path = fork.path().to_str().context("a path as text")?;
    git(Path::new("/"), &["clone", "-q", "--bare", &url, path])?;
    git(&root, &["remote", "set-url", "origin", path])?;
    course.grows()?;
    let said = course.mine.say("update")?;
    expect(
        &said,
        0,
        &[path, "There is none", "git remote add upstream"],
    )?;
    git(&root, &["remote", "add", "upstream", &url])?;
    expect(
        &course.mine.say("update")?,
        0,
        &["Asking upstream", "A better first"],
    )?;
    ensure!(course.mine.read("README.md")? == "newer\n");
    Ok(())
}

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
        &["inside another repository", "left alone", "--work"],
    )?;
    ensure!(git_says(&theirs.mine.root(), &["rev-parse", "HEAD"])? == head);

    // No repository, no remote, and one of another project.
    let toy = Fixture::toy()?;
    expect(&toy.say("update")?, 3, &["no git repository", "--work"])?;
    repository(&toy)?;
    expect(
        &toy.say("update")?,
        3,
        &["no remote to ask", "git remote add"],
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
        &["names no branch of a remote"],
    )?;
    let said = toy.say("update --from nobody/main")?;
    expect(
        &said,
        2,
        &["no remote is called `nobody`", "there are: origin"],
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
        expect(&said, 2, &[what, "under way", "\nNext: "])?;
        fs::remove_file(folder.join(file))?;
    }
    git(&root, &["switch", "-q", "--detach"])?;
    expect(
        &course.mine.say("update")?,
        2,
        &["on no branch", "git switch -c"],
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
    expect(&said, 0, &["broken off", "and merged"])?;
    course.is_merged()?;
    // After it, with a file half written, and one that was written since.
    broken_off()?;
    course.mine.write(ONE, "// half")?;
    course.mine.write("README.md", "written since\n")?;
    let said = course.mine.say("update")?;
    expect(
        &said,
        0,
        &["broken off", "and merged", "just now are kept as"],
    )?;
    course.is_merged()?;
    ensure!(course.mine.say("restore")?.stdout.contains("undo"));
    // Whoever has gone on since is not taken back.
    broken_off()?;
    git(&root, &["commit", "-q", "--all", "-m", "gone on"])?;
    let said = course.mine.say("update")?;
    expect(&said, 0, &["There is none"])?;
    course.is_merged()
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

#[test]
fn without_git_the_work_comes_out_of_the_older_copy() -> Result<()> {
    let older = Fixture::toy()?;
    let newer = Fixture::toy()?;
    let from = older.root();
    let words = |from: &Path| -> Result<Said> {
        let mut command = runner::xtask(&newer.root())?;
        command.args(["update", "--work"]).arg(from);
        Ok(Said::from(command.output()?))
    };
    expect(&words(&from)?, 0, &["no work of yours"])?;
    let text = older.read(ONE)?;
    let todo = "todo!(\"chapter 1: double {number}\")";
    older.write(ONE, &text.replace(todo, "2 * number"))?;
    let own = "exercises/chapter-01-doubling/src/own.rs";
    older.write(own, "// mine\n")?;
    older.write(TWO, &older.read(TWO)?.replace("todo!", "unimplemented!"))?;
    let solution = "solutions/chapter-02-adding/src/lib.rs";
    let changed = newer
        .read(solution)?
        .replace("chapter 2: quadruple", "chapter 2: four");
    newer.write(solution, &changed)?;
    ensure!(newer.say("sync")?.code == 0);
    let said = words(&from)?;
    expect(
        &said,
        1,
        &["your work is kept", "lies beside it", "is as it was"],
    )?;
    ensure!(newer.read(ONE)?.contains("2 * number"));
    ensure!(newer.read(own)? == "// mine\n");
    ensure!(newer.read(TWO)?.contains("unimplemented!"));
    ensure!(
        newer
            .read(&format!("{TWO}.new"))?
            .contains("chapter 2: four")
    );
    ensure!(older.read(ONE)?.contains("2 * number"));
    expect(&words(&newer.root())?, 2, &["this very copy"])?;
    expect(&words(Path::new("/"))?, 2, &["no copy of the workbook"])
}
