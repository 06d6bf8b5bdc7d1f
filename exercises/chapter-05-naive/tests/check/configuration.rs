//! The command line and the file that it names.

use std::path::Path;

use lab::Steps;
use naive::{Config, ConfigError};

use crate::files::{self, Directory, folder, linked, written};
use crate::{paths, text};

/// Both flags, in any order, and the defaults.
pub fn flags(steps: Steps) {
    // The files are there: that they need not be has its own check.
    let folder = folder(&steps);
    for name in ["largefile.zip", " a b.zip"] {
        written(&steps, &folder, name, b"a file");
    }
    let _directory = Directory::enter(&steps, folder.path());
    let defaults = ("127.0.0.1:3000", "largefile.zip");
    let cases: [(&[&str], (&str, &str)); 5] = [
        (&[], defaults),
        (&["--listen", "[::1]:0"], ("[::1]:0", defaults.1)),
        (&["--file", " a b.zip"], (defaults.0, " a b.zip")),
        (
            &["--listen", "[::1]:0", "--file", " a b.zip"],
            ("[::1]:0", " a b.zip"),
        ),
        (
            &["--file", " a b.zip", "--listen", "0.0.0.0:65535"],
            ("0.0.0.0:65535", " a b.zip"),
        ),
    ];
    for (flags, (listen, file)) in cases {
        let config = configured(&steps, flags);
        let seen = config.listen.to_string();
        steps.equal("listen", &seen.as_str(), &listen);
        let name = config.file.file_name().unwrap_or_default();
        steps.equal("the file's name", name, file);
    }
    // A link-local address says which network it means, and an
    // IPv6 socket is no IPv4 socket.
    for listen in ["[fe80::1%2]:80", "[::ffff:127.0.0.1]:80", "[::]:1"]
    {
        let config = configured(&steps, &["--listen", listen]);
        let seen = config.listen.to_string();
        steps.equal("listen", &seen.as_str(), &listen);
    }
    files::odd_names(&steps, &folder);
}

/// Each mistake has its own error, with the word.
pub fn wrong_flags(steps: Steps) {
    let unknown =
        |word: &str| ConfigError::UnknownFlag(word.to_owned());
    let listen = |word: &str| ConfigError::Listen(word.to_owned());
    let mut cases: Vec<(Vec<&str>, ConfigError)> = vec![
        (vec!["--port", "3000"], unknown("--port")),
        (vec!["video.mp4"], unknown("video.mp4")),
        (vec!["--file", "a.zip", "-v"], unknown("-v")),
        (vec!["--file", "a.zip", ""], unknown("")),
        (vec!["--files", "a.zip"], unknown("--files")),
        (vec!["-file", "a.zip"], unknown("-file")),
        (vec!["--file=a.zip"], unknown("--file=a.zip")),
        (vec!["--listen=[::1]:0"], unknown("--listen=[::1]:0")),
        (vec!["--file a.zip"], unknown("--file a.zip")),
        (vec![" --file", "a.zip"], unknown(" --file")),
        (vec!["--"], unknown("--")),
        (vec!["--", "--file", "a.zip"], unknown("--")),
        (vec!["-"], unknown("-")),
        (
            vec!["--file", "a.zip", "--listen"],
            ConfigError::MissingValue("--listen"),
        ),
        (
            vec!["--listen", "[::1]:0", "--listen"],
            ConfigError::MissingValue("--listen"),
        ),
        (
            vec!["--file", "a.zip", "--file"],
            ConfigError::MissingValue("--file"),
        ),
        (vec!["--LISTEN", "[::1]:0"], unknown("--LISTEN")),
        (vec!["--listen"], ConfigError::MissingValue("--listen")),
        (vec!["--file"], ConfigError::MissingValue("--file")),
        (
            vec!["--listen", "[::1]:0", "--file"],
            ConfigError::MissingValue("--file"),
        ),
    ];
    for word in [
        "127.0.0.1:70000",
        "300.0.0.1:80",
        "a.zip",
        "localhost:80",
        "3001",
        ":3001",
        "127.0.0.1",
        "127.0.0.1:",
        "::1",
        "::1:3001",
        "[::1]",
        "*:3001",
        "http://127.0.0.1:3001",
        " 127.0.0.1:3001",
        "127.0.0.1:3001 ",
        "127.0.0.1:3001\n",
        "",
        " ",
        "--file",
    ] {
        cases.push((vec!["--listen", word], listen(word)));
    }
    for (flags, expected) in cases {
        steps.step(format!("read the flags {flags:?}"));
        let error = steps.refuses(
            format!("{flags:?}"),
            Config::from_args(&words(&flags)),
        );
        steps.equal("the error", &error, &expected);
    }
    // As with --file "$FILE", where nobody has set FILE.
    let flags = ["--file", ""];
    steps.step(format!("read the flags {flags:?}"));
    if let Ok(config) = Config::from_args(&words(&flags)) {
        let name = config.file.file_name();
        steps.holds(
            format!("{:?} is not the default", config.file),
            name.is_none_or(|name| name != "largefile.zip"),
        );
    }
}

/// A relative path means the directory in which the program began.
pub fn directory(steps: Steps) {
    let (here, there) = (folder(&steps), folder(&steps));
    written(&steps, &here, "a.zip", b"the right file");
    written(&steps, &there, "a.zip", b"another file");
    written(&steps, &here, "largefile.zip", b"the default");
    written(&steps, &there, "largefile.zip", b"another file");
    let directory = Directory::enter(&steps, here.path());
    let config = configured(&steps, &["--file", "a.zip"]);
    let default = configured(&steps, &[]);
    let later = configured(&steps, &["--file", "later.zip"]);

    steps.step("change the directory, then read the file");
    directory.change(&steps, there.path());
    let read = std::fs::read(&config.file);
    let read = steps.succeeds("read", read);
    steps.equal_bytes("the file", &read, b"the right file");

    steps.step("a file that was missing at first appears");
    written(&steps, &here, "later.zip", b"here now");
    let read = std::fs::read(&later.file);
    let read = steps.succeeds("read", read);
    steps.equal_bytes("the file", &read, b"here now");

    steps.step("the default file, when nobody names one");
    let read = std::fs::read(&default.file);
    let read = steps.succeeds("read", read);
    steps.equal_bytes("the file", &read, b"the default");

    let (old, new) =
        (here.path().join("a.zip"), there.path().join("a.zip"));
    let link = here.path().join("link.zip");
    if linked(&steps, &old, &link) {
        let config = configured_for(&steps, &link);
        steps.step("the link leads elsewhere now");
        linked(&steps, &new, &link);
        let read = std::fs::read(&config.file);
        let read = steps.succeeds("read", read);
        steps.equal_bytes("the file", &read, b"another file");
    }
    let current = here.path().join("current");
    if linked(&steps, here.path(), &current) {
        let file = current.join("a.zip");
        let config = configured_for(&steps, &file);
        let made = std::fs::create_dir(there.path().join("below"));
        steps.succeeds("make a folder", made);
        steps.step("the link in front of it leads elsewhere now");
        linked(&steps, there.path(), &current);
        let read = std::fs::read(&config.file);
        let read = steps.succeeds("read", read);
        steps.equal_bytes("the file", &read, b"another file");

        let file = current.join("..").join("a.zip");
        let config = configured_for(&steps, &file);
        steps.step("`..` leads out of where the link leads");
        linked(&steps, &there.path().join("below"), &current);
        let read = std::fs::read(&config.file);
        let read = steps.succeeds("read", read);
        steps.equal_bytes("the file", &read, b"another file");
    }
    paths::every_character(&steps);
    drop(directory);
    paths::without_directory(&steps);
}

pub fn words(flags: &[&str]) -> Vec<String> {
    flags.iter().map(|flag| (*flag).to_owned()).collect()
}

pub fn configured(steps: &Steps, flags: &[&str]) -> Config {
    steps.step(format!("read the flags {flags:?}"));
    let config = Config::from_args(&words(flags));
    steps.succeeds(format!("{flags:?}"), config)
}

pub fn configured_for(steps: &Steps, file: &Path) -> Config {
    // A long path of ours would hide what is tried.
    let name = file.file_name().unwrap_or_default();
    steps.step(format!("serve the file {name:?}"));
    let file = steps.succeeds("a path in UTF-8", text(file));
    let config = Config::from_args(&words(&["--file", file]));
    steps.succeeds("its configuration", config)
}
