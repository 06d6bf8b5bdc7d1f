//! Pages: front matter, included code, measured values, hints.

mod fixture;

use fixture::Workspace;

const HEAD: &str = "\
<!-- page
minutes = { reading = 12, exercise = 25 }
crate = \"exercises/chapter-01-addresses\"
needs = \"the `setup`\"
-->

# Addresses

Text.
";

const CHECKS: &str = "\
title = \"Addresses\"
summary = \"You can.\"
page = \"chapter-01-addresses.md\"

[[check]]
name = \"first\"
title = \"A `/0` contains all\"
why = \"It matters.\"
book = \"subnets\"
file = \"src/subnet.rs\"
hints = [\"Think.\", \"Mask *less*.\", \"Shift by `32`.\"]

[[check]]
name = \"second\"
title = \"Scopes\"
why = \"They matter.\"
book = \"scope\"
file = \"src/scope.rs\"
hints = [\"a\", \"b\", \"c\"]
";

fn with_crate() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("exercises/chapter-01-addresses/checks.toml", CHECKS);
    workspace
}

#[test]
fn front_matter_becomes_the_frame_around_the_title() {
    let idea = format!(
        "{}\n{}\n",
        HEAD.replace(", exercise = 25", ""),
        fixture::QUIZ
    );
    let (text, faults) = with_crate().expand("chapter-01-addresses.md", &idea);
    assert_eq!(faults, []);
    let (before, after) = text.split_once("# Addresses\n").expect("the title stays");
    let eyebrow = "<p class=\"eyebrow\">Part I · Chapter 1</p>";
    assert_eq!(before.trim(), eyebrow);
    assert!(after.contains("You are here: 1 addresses"), "{after}");
    assert!(after.contains("about 12 minutes to read<"), "{after}");
    assert!(after.contains("<code>exercises/chapter-01-addresses</code>"));
    assert!(after.contains("<code>cargo xtask check chapter-1</code>"));
    assert!(after.contains("the <code>setup</code>"));

    // The chapter's other pages say where they are, and leave the map to the first.
    let (text, _) = with_crate().expand("chapter-01-addresses-subnets.md", &idea);
    assert!(text.contains(eyebrow), "{text}");
    assert!(!text.contains("<svg"), "{text}");
    let (text, _) = with_crate().expand("glossary.md", &idea);
    assert!(!text.contains("eyebrow"), "{text}");
}

#[test]
fn the_page_of_an_exercise_states_its_minutes_and_shows_no_map() {
    let (text, faults) = with_crate().expand("page.md", HEAD);
    assert_eq!(faults, []);
    assert!(text.contains("about 12 minutes to read, 25 for the exercise"));
    assert!(!text.contains("<svg"), "{text}");
}

#[test]
fn an_exercise_says_what_to_do_when_it_breaks_and_where_to_stop() {
    let page = format!("{HEAD}\n{}\n## You can stop here\n", fixture::QUIZ);
    let fault = with_crate().fault("chapter-01-addresses-exercise.md", &page);
    assert!(fault.message.contains("## When it breaks"), "{fault}");

    let whole = page.replace("## You", "## When it breaks {#b}\n\nLook.\n\n## You");
    let (text, faults) =
        with_crate().expand("chapter-01-addresses-exercise.md", &whole);
    assert_eq!(faults, []);
    let tags = [
        "<section class=\"breaks\">",
        "</section>",
        "<section class=\"stop\">",
        "</section>",
    ];
    let mut rest = text.as_str();
    for tag in tags {
        let (_, after) = rest
            .split_once(tag)
            .unwrap_or_else(|| panic!("{tag} in {text}"));
        rest = after;
    }
}

#[test]
fn notes_for_the_instructor_stay_out_of_the_text() {
    let page = "# T\n\n```notes\nLet the room **vote**.\n```\n\nText.\n";
    let (text, faults) = Workspace::new().expand("page.md", page);
    assert_eq!(faults, []);
    let (_, kept) = text
        .split_once("<script type=\"text/x-notes\">")
        .expect("a script");
    let (notes, after) = kept.split_once("</script>").expect("its end");
    assert!(notes.contains("<strong>vote</strong>"), "{notes}");
    assert!(after.contains("Text."), "{after}");
}

#[test]
fn code_that_is_wider_than_a_page_is_refused_at_its_line() {
    let wide = "x".repeat(73);
    let fault =
        Workspace::new().fault("page.md", &format!("# T\n\n```js\n{wide}\n```\n"));
    assert_eq!(
        (fault.line, fault.message.contains("73 columns")),
        (4, true),
        "{fault}"
    );
    let printed = format!("# T\n\n```text\n{wide}\n```\n\n{wide}\n");
    assert_eq!(Workspace::new().expand("page.md", &printed).1, []);
}

#[test]
fn two_pieces_of_code_stand_side_by_side() {
    let workspace = Workspace::new();
    workspace.write(
        "book/node/a.mjs",
        "// ANCHOR: x\nwait();\n// ANCHOR_END: x\n",
    );
    workspace.write(
        "solutions/a.rs",
        "// ANCHOR: y\nwait().await;\n// ANCHOR_END: y\n",
    );
    let page = "# T\n\n{{#beside ../node/a.mjs:x ../../solutions/a.rs:y}}\n";
    let (text, faults) = workspace.expand("page.md", page);
    assert_eq!(faults, []);
    assert!(
        text.contains("<p>Node.js</p>\n\n```js\nwait();\n```\n\n</div>"),
        "{text}"
    );
    assert!(
        text.contains("<p>Rust</p>\n\n```rust\nwait().await;\n```\n\n</div>"),
        "{text}"
    );
}

#[test]
fn a_chapter_page_without_front_matter_is_refused() {
    let page = format!("# Names\n\n{}", fixture::QUIZ);
    let fault = Workspace::new().fault("chapter-02-names.md", &page);
    assert!(fault.message.contains("minutes"), "{fault}");
}

#[test]
fn wrong_front_matter_is_refused_at_its_line() {
    let wrong = [
        ("minutes = { reading = 0 }", "`reading`"),
        ("minutes = { reading = \"ten\" }", "`reading`"),
        ("minutes = { exercise = 3 }", "reading"),
        ("minutes = 10", "`minutes`"),
        ("crate = \"x\"", "`minutes"),
        ("minutes = { reading = 1 }\ncrates = \"x\"", "`crates`"),
        ("minutes = ", "TOML"),
    ];
    for (toml, part) in wrong {
        let page = format!("<!-- page\n{toml}\n-->\n# T\n");
        let fault = Workspace::new().fault("page.md", &page);
        assert!(fault.message.contains(part), "{toml}: {fault}");
        assert!((1..=3).contains(&fault.line), "{toml}: {fault}");
    }
}

#[test]
fn front_matter_without_an_end_is_refused() {
    let fault = Workspace::new().fault("page.md", "<!-- page\nminutes = 1\n# T\n");
    assert!(fault.message.contains("-->"), "{fault}");
}

#[test]
fn a_crate_folder_that_is_not_there_is_refused() {
    let fault = Workspace::new().fault("page.md", HEAD);
    assert!(
        fault.message.contains("exercises/chapter-01-addresses"),
        "{fault}"
    );
}

#[test]
fn included_code_is_dedented_and_keeps_the_indentation_of_its_line() {
    let workspace = Workspace::new();
    let code = "impl A {\n    // ANCHOR: f\n    fn f() {\n        //? todo!()\n        \
                g()\n    }\n    // ANCHOR_END: f\n}\n";
    workspace.write("solutions/chapter-01-addresses/src/lib.rs", code);
    let line = "{{#include ../../solutions/chapter-01-addresses/src/lib.rs:f}}";
    let page = format!("# T\n\n- item\n\n  ```rust\n  {line}\n  ```\n");
    let (text, faults) = workspace.expand("page.md", &page);
    assert_eq!(faults, []);
    let block = "  ```rust\n  fn f() {\n      g()\n  }\n  ```\n";
    assert!(text.contains(block), "{text}");
}

#[test]
fn an_include_that_finds_nothing_is_refused_at_its_line() {
    let workspace = Workspace::new();
    workspace.write(
        "solutions/a.rs",
        "// ANCHOR: a\nfn a() {}\n// ANCHOR_END: a\n",
    );
    let wrong = [
        ("{{#include ../../solutions/b.rs}}", "solutions/b.rs"),
        ("{{#include ../../solutions/a.rs:b}}", "`b`"),
        ("{{#include ../../solutions/a.rs:1:2}}", "anchor"),
        ("{{#include ../../../a.rs}}", "out of the workspace"),
        ("text {{#include ../../solutions/a.rs:a}}", "own"),
        ("{{#inclued ../../solutions/a.rs:a}}", "not known"),
        ("{{#include ../../solutions/a.rs:a", "}}"),
    ];
    for (line, part) in wrong {
        let fault = workspace.fault("page.md", &format!("# T\n\n{line}\n"));
        assert!(fault.message.contains(part), "{line}: {fault}");
        assert_eq!(fault.line, 3, "{line}");
    }
}

#[test]
fn a_directive_after_a_backslash_is_left_for_mdbook_to_show() {
    let page = "# T\n\n\\{{#include nowhere.rs}}\n";
    let (text, faults) = Workspace::new().expand("page.md", page);
    assert_eq!((text.as_str(), faults), (page, vec![]));
}

#[test]
fn a_measured_value_stands_in_the_middle_of_a_sentence() {
    let workspace = Workspace::new();
    let json = r#"{"command": "cargo xtask plot", "naive": {"peak": 1032}}"#;
    workspace.write("book/measured/plot.json", json);
    let page = "# T\n\nIt took {{#measured plot naive.peak}} MiB, not 64.\n";
    let (text, faults) = workspace.expand("page.md", page);
    assert_eq!(faults, []);
    assert!(text.contains("It took 1032 MiB, not 64."), "{text}");
}

#[test]
fn a_measured_value_that_is_missing_is_refused() {
    let workspace = Workspace::new();
    workspace.write("book/measured/plot.json", r#"{"command": "c"}"#);
    for (line, part) in [
        ("{{#measured plot naive}}", "`naive`"),
        ("{{#measured other naive}}", "other.json"),
        ("{{#measured plot}}", "not known"),
    ] {
        let fault = workspace.fault("page.md", &format!("# T\n{line}\n"));
        assert!(fault.message.contains(part), "{line}: {fault}");
        assert_eq!(fault.line, 2, "{line}");
    }
}

#[test]
fn hints_are_folded_in_three_levels_for_each_check() {
    let page = format!("{HEAD}\n{{{{#hints}}}}\n");
    let (text, faults) = with_crate().expand("page.md", &page);
    assert_eq!(faults, []);
    assert_eq!(text.matches("<details class=\"hints\"").count(), 2);
    assert_eq!(text.matches("<summary>Hint ").count(), 6);
    assert!(text.contains("<summary>A <code>/0</code> contains all</summary>"));
    assert!(text.contains("id=\"hint-chapter-1-first\""));
    assert!(
        text.contains("\n\nMask *less*.\n\n"),
        "a hint is Markdown: {text}"
    );
}

#[test]
fn hints_of_one_task_or_one_check_are_chosen_by_name() {
    for name in ["src/scope.rs", "second"] {
        let page = format!("{HEAD}\n{{{{#hints {name}}}}}\n");
        let (text, faults) = with_crate().expand("page.md", &page);
        assert_eq!(faults, []);
        assert!(text.contains("Scopes") && !text.contains("contains all"));
    }
}

#[test]
fn hints_of_an_unknown_check_are_refused() {
    let page = format!("{HEAD}\n{{{{#hints third}}}}\n");
    let fault = with_crate().fault("page.md", &page);
    assert!(fault.message.contains("`third`"), "{fault}");
    assert_eq!(fault.line, 11);
}

#[test]
fn a_check_with_two_hints_is_refused_at_its_line_of_the_table() {
    let workspace = Workspace::new();
    let table = CHECKS.replace("\"a\", ", "");
    workspace.write("exercises/chapter-01-addresses/checks.toml", &table);
    let fault = workspace.fault("page.md", &format!("{HEAD}\n{{{{#hints}}}}\n"));
    assert_eq!(fault.file, "exercises/chapter-01-addresses/checks.toml");
    assert!(fault.message.contains("`hints`"), "{fault}");
    assert_eq!(fault.line, 19);
}

#[test]
fn hints_without_a_crate_are_refused() {
    let fault = Workspace::new().fault("page.md", "# T\n\n{{#hints}}\n");
    assert!(fault.message.contains("front matter"), "{fault}");
}
