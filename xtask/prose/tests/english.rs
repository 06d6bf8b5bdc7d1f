//! The project's English is American, spelt right, and uses one word for one thing.

use std::path::Path;

use prose::spelling::American;
use prose::terms::{self, Term};
use prose::text::{self, Text};

fn all_terms() -> Vec<Term> {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("terms.toml");
    terms::read(&table).expect("the table of terms")
}

fn texts() -> Vec<Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let texts = text::all(&root).expect("the project's texts");
    assert!(texts.len() > 5_000, "{} texts are too few", texts.len());
    texts
}

/// Fails with all complaints at once.
fn none(complaints: &[String]) {
    let count = complaints.len();
    assert!(count == 0, "{count} to correct:\n{}", complaints.join("\n"));
}

#[test]
fn words_are_spelt_right_and_the_american_way() {
    let known = include_str!("../known.txt").lines();
    let known = known.filter_map(|line| line.split_whitespace().next());
    let american = American::new(known.map(str::to_lowercase));
    let mut complaints = Vec::new();
    for Text { file, line, words } in texts() {
        for (wrong, right) in american.wrong(&words) {
            let file = file.display();
            complaints.push(format!("{file}:{line}: {wrong}: write {right}"));
        }
    }
    none(&complaints);
}

#[test]
fn one_word_is_used_for_one_thing() {
    let terms = all_terms();
    let mut complaints = Vec::new();
    for Text { file, line, words } in texts() {
        for term in &terms {
            if let Some(wrong) = term.wrong(&words) {
                let (file, say) = (file.display(), &term.say);
                complaints.push(format!("{file}:{line}: \"{wrong}\": write {say}"));
            }
        }
    }
    none(&complaints);
}

#[test]
fn what_is_wrong_is_found() {
    let american = American::new(["serie".to_owned()]);
    let wrong = |text: &str| american.wrong(text);
    assert_eq!(wrong("The flavour of the behaviour.").len(), 2);
    assert_eq!(wrong("It recieves a serie of chunks.").len(), 1);
    assert_eq!(
        wrong("The gray center of a dialog, canceled toward noon."),
        []
    );
}

#[test]
fn a_term_is_found_and_what_only_looks_like_it_is_not() {
    let terms = all_terms();
    let is_wrong = |text: &str| terms.iter().any(|term| term.wrong(text).is_some());
    for text in [
        "It waits for ever.",
        "· is no number.",
        "That is no error.",
        "The set-up takes a minute.",
        "At the high mark, it waits.",
        "A small read is dear.",
    ] {
        assert!(is_wrong(text), "{text}");
    }
    for text in [
        "There is no file here.",
        "there are no chapters",
        "It waits forever, and set up the rest.",
        "At the high-water mark, it waits.",
    ] {
        assert!(!is_wrong(text), "{text}");
    }
}

/// A complaint has to lead to its line.
#[test]
fn texts_are_found_with_their_lines() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/src");
    let found = text::all(&folder).expect("the pages");
    let quiz = found
        .iter()
        .find(|it| it.words.contains("the greeting would come first"))
        .expect("a question of the primer");
    assert_eq!(quiz.file, Path::new("async.md"));
    let page = std::fs::read_to_string(folder.join("async.md")).expect("the page");
    let line = page.lines().nth(quiz.line - 1).expect("its line");
    assert!(line.starts_with("question = "), "{}: {line}", quiz.line);
}
