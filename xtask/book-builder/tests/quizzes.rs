//! Questions: each rule is checked when the book is built, and named with its line.

mod fixture;

use std::path::Path;

use book_builder::markdown::blocks::quiz::Quiz;
use book_builder::markdown::located_toml::Place;
use fixture::{QUIZ, Workspace};

/// A page whose quiz is [`QUIZ`] with one piece of text replaced.
fn page_with(find: &str, replacement: &str) -> String {
    assert!(QUIZ.contains(find), "nothing to replace: {find}");
    format!("# Title\n\n{}", QUIZ.replacen(find, replacement, 1))
}

fn message_for(find: &str, replacement: &str) -> String {
    let fault = Workspace::new().fault("page.md", &page_with(find, replacement));
    assert_eq!(fault.file, "book/src/page.md");
    assert!(fault.line >= 4, "the line is inside the block: {fault}");
    fault.message
}

#[test]
fn a_good_question_becomes_a_form_with_a_reason_for_every_option() {
    let (html, faults) = Workspace::new().expand("page.md", &page_with("yes", "yes"));
    assert_eq!(faults, []);
    assert!(html.contains("<legend>Is it <code>so</code>?</legend>"));
    assert_eq!(html.matches("<input type=\"radio\"").count(), 2);
    assert_eq!(html.matches("class=\"why\"").count(), 2);
    assert_eq!(html.matches("class=\"right\"").count(), 1);
    assert!(html.contains("<b>Right.</b> It is so."));
}

#[test]
fn a_form_holds_no_blank_line_or_markdown_would_end_it() {
    let (html, _) = Workspace::new().expand("page.md", &page_with("yes", "yes"));
    let form = html.split_once("<form").expect("a form").1;
    let form = form.split_once("</form>").expect("its end").0;
    assert!(!form.contains("\n\n"), "{form}");
}

#[test]
fn a_question_without_a_right_answer_is_refused() {
    let message = message_for("right = true\n", "");
    assert!(message.contains("no right answer"), "{message}");
}

#[test]
fn a_question_with_two_right_answers_is_refused() {
    let message = message_for("see above.\"\n", "see above.\"\nright = true\n");
    assert!(message.contains("2 right answers"), "{message}");
}

#[test]
fn an_option_without_a_reason_is_refused_and_named() {
    let message = message_for("why = \"It is so, see above.\"\n", "");
    assert!(
        message.contains("`no`") && message.contains("`why`"),
        "{message}"
    );
    let message = message_for("It is so, see above.", " ");
    assert!(message.contains("`why`"), "{message}");
}

#[test]
fn a_question_without_an_id_is_refused() {
    let message = message_for("id = \"a-question\"\n", "");
    assert!(message.contains("`id"), "{message}");
}

#[test]
fn an_id_that_is_no_slug_is_refused() {
    let message = message_for("a-question", "A question");
    assert!(message.contains("small letters"), "{message}");
}

#[test]
fn a_question_that_asks_nothing_is_refused() {
    let message = message_for("Is it `so`?", "");
    assert!(message.contains("`question`"), "{message}");
}

#[test]
fn a_question_with_one_option_is_refused() {
    let second = QUIZ.split_once("true\n").expect("two options").1;
    let second = second.trim_end_matches("```\n");
    let message = message_for(second, "");
    assert!(message.contains("two options"), "{message}");
}

#[test]
fn a_misspelt_key_is_refused_at_its_own_line() {
    let page = page_with("why = \"It is so.\"", "because = \"It is so.\"");
    let fault = Workspace::new().fault("page.md", &page);
    assert!(fault.message.contains("`because`"), "{fault}");
    assert_eq!(fault.line, 9);
}

#[test]
fn a_block_that_is_not_toml_is_refused() {
    let message = message_for("id = ", "id : ");
    assert!(message.contains("TOML"), "{message}");
}

#[test]
fn an_id_that_is_used_twice_names_the_first_place() {
    let page = format!("# Title\n\n{QUIZ}\n{QUIZ}");
    let fault = Workspace::new().fault("page.md", &page);
    assert!(fault.message.contains("book/src/page.md:4"), "{fault}");
    assert_eq!(fault.line, 18);
}

#[test]
fn a_chapter_page_without_a_question_is_refused() {
    let head = "<!-- page\nminutes = { reading = 1 }\n-->\n# Title\n";
    let workspace = Workspace::new();
    let fault = workspace.fault("chapter-02-names.md", head);
    assert!(fault.message.contains("question"), "{fault}");

    let asking = format!("{head}\n{QUIZ}");
    assert_eq!(workspace.expand("chapter-02-names.md", &asking).1, []);
}

#[test]
fn a_quiz_shown_inside_another_block_is_text() {
    let page = format!("# Title\n\n````text\n{QUIZ}````\n");
    let (text, faults) = Workspace::new().expand("page.md", &page);
    assert_eq!(faults, []);
    assert!(text.contains("id = \"a-question\"") && !text.contains("<form"));
}

#[test]
fn a_form_keeps_the_number_that_an_option_has_in_the_source() {
    let (html, _) = Workspace::new().expand("page.md", &page_with("yes", "yes"));
    for (value, text) in [(0, "yes"), (1, "no")] {
        let input = format!("value=\"{value}\"> <span>{text}</span>");
        assert!(html.contains(&input), "{html}");
        let answer = format!("data-option=\"{value}\">{text}<br>");
        assert!(html.contains(&answer), "{html}");
    }
}

/// Guessing the same place in every quiz must not pay.
#[test]
fn right_options_stand_evenly_over_the_places() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/src");
    let mut right = [0_u32; 3];
    for entry in std::fs::read_dir(pages).expect("the pages") {
        let path = entry.expect("a page").path();
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for block in text.split("```quiz\n").skip(1) {
            let toml = block.split("```").next().unwrap_or_default();
            let place = Place {
                file: "page.md",
                line: 1,
            };
            let quiz = Quiz::parse(place, toml).expect("the book builds");
            let order = quiz.order();
            if let [_, _, _] = order[..] {
                let right_at = |&index: &usize| quiz.options[index].right;
                right[order.iter().position(right_at).expect("one is right")] += 1;
            }
        }
    }
    let all: u32 = right.iter().sum();
    assert!(all > 80, "{right:?}");
    for count in right {
        let percent = 100 * count / all;
        assert!((26..=41).contains(&percent), "{right:?}");
    }
}
