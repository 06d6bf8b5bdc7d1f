//! What becomes of a path on the command line.

use std::fs;

use lab::Steps;
use naive::{Config, ConfigError};

use crate::files::{Directory, folder};

/// Only the separator means something, so each ASCII character may
/// stand in a name: first, last, and between two others.
pub fn every_character(steps: &Steps) {
    if !cfg!(unix) {
        // Names of Windows lack some of them.
        return;
    }
    let here = std::env::current_dir();
    let here = steps.succeeds("the directory", here);
    let places: [fn(char) -> String; 4] = [
        |odd| format!("{odd}a.zip"),
        |odd| format!("a.zip{odd}"),
        |odd| format!("a{odd}zip"),
        |odd| format!("{odd}a.zip{odd}"),
    ];
    // No path has a NUL.
    for odd in (1..128_u8).map(char::from).filter(|odd| *odd != '/') {
        for place in places {
            let name = place(odd);
            let words = ["--file".to_owned(), name.clone()];
            steps.step(format!("read --file {name:?}"));
            let config = Config::from_args(&words);
            let config = steps.succeeds(format!("{name:?}"), config);
            steps.equal("the path", &config.file, &here.join(&name));
        }
    }
}

/// Where the directory is gone, there is no way to make a relative
/// path absolute. An absolute one may be taken or not.
pub fn without_directory(steps: &Steps) {
    if !cfg!(unix) {
        // Elsewhere a directory stays as long as somebody is in it.
        return;
    }
    let (gone, other) = (folder(steps), folder(steps));
    let inside = gone.path().join("inside");
    steps.succeeds("make a folder", fs::create_dir(&inside));
    let _directory = Directory::enter(steps, &inside);
    steps.succeeds("delete the folder", fs::remove_dir(&inside));
    if std::env::current_dir().is_ok() {
        steps.note("not tried: a working directory that is gone");
        return;
    }
    let file = other.path().join("a.zip");
    let shown = file.to_string_lossy().into_owned();
    steps.step("an absolute path, where the directory is gone");
    match Config::from_args(&["--file".to_owned(), shown]) {
        Ok(config) => steps.equal("the path", &config.file, &file),
        // Whoever joins it to the directory learns that there is none.
        Err(error) => is_directory(steps, &error),
    }
    for words in [vec!["--file", "a.zip"], vec![]] {
        let words: Vec<String> =
            words.into_iter().map(String::from).collect();
        steps.step(format!("{words:?}, where the directory is gone"));
        let config = Config::from_args(&words);
        let error = steps.refuses("a relative path", config);
        is_directory(steps, &error);
    }
}

fn is_directory(steps: &Steps, error: &ConfigError) {
    let named = matches!(error, ConfigError::Directory(_));
    steps.holds(format!("{error:?} is a Directory"), named);
}
