//! What a page quotes of a check is what the check says today.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The title of each check by its name.
fn titles() -> HashMap<String, String> {
    let chapters = fs::read_dir(root().join("exercises")).expect("the exercises");
    let mut titles = HashMap::new();
    for chapter in chapters.flatten() {
        let Ok(text) = fs::read_to_string(chapter.path().join("checks.toml")) else {
            continue;
        };
        let file = toml_span::parse(&text).expect("TOML");
        let checks = file.pointer("/check").and_then(|value| value.as_array());
        for check in checks.expect("checks") {
            let word = |key: &str| {
                let value = check.pointer(&format!("/{key}"));
                value.and_then(|value| value.as_str()).map(str::to_owned)
            };
            titles.extend(word("name").zip(word("title")));
        }
    }
    titles
}

/// Each check that a page runs with `--only`, and the title that it shows for it.
fn quoted(page: &str) -> Vec<(String, String)> {
    let run = Regex::new(r"--only (\w+)\n((?:  .+\n)+)").expect("a pattern");
    let runs = run.captures_iter(page).map(|run| {
        let line = run[2].split_whitespace().collect::<Vec<_>>().join(" ");
        (run[1].to_owned(), line.replacen("✔ passed ", "", 1))
    });
    runs.collect()
}

#[test]
fn a_title_on_a_page_is_the_title_of_its_check() {
    let titles = titles();
    let pages = fs::read_dir(root().join("book/src")).expect("the pages");
    let (mut read, mut stale) = (0, Vec::new());
    for page in pages.flatten().map(|page| page.path()) {
        let text = fs::read_to_string(&page).unwrap_or_default();
        for (name, title) in quoted(&text) {
            read += 1;
            if titles.get(&name) != Some(&title) {
                stale.push(format!("{}: {name}: {title}", page.display()));
            }
        }
    }
    assert!(read >= 9, "{read} titles on the pages");
    assert!(stale.is_empty(), "{}", stale.join("\n"));
}

#[test]
fn a_title_over_two_lines_is_read_as_one() {
    let page = "$ cargo xtask check chapter-7 \\\n    --only a_push\n  ✔ passed           \
                One\n                     two\n```\n";
    assert_eq!(quoted(page), [("a_push".into(), "One two".into())]);
}
