//! Clones, forks, settings and hooks.

use super::*;

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
        &[path, "There is no newer one", "git remote add upstream"],
    )?;
    git(&root, &["remote", "add", "upstream", &url])?;
    expect(
        &course.mine.say("update")?,
        0,
        &["Checking upstream", "A better first"],
    )?;
    ensure!(course.mine.read("README.md")? == "newer\n");
    Ok(())
}
