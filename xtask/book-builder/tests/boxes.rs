//! The exercise box and the figure for the learner's own curve.

mod fixture;

use course::status::Status;
use fixture::Workspace;
use std::path::Path;

const HEAD: &str = "\
<!-- page
minutes = { reading = 1, exercise = 2 }
crate = \"exercises/chapter-05-naive\"
-->
";

const CHECKS: &str = "\
title = \"Naive\"
summary = \"You can.\"
page = \"chapter-05-naive.md\"

[[check]]
name = \"first\"
title = \"A `/0` contains all\"
file = \"src/subnet.rs\"
why = \"w\"
book = \"there\"
hints = [\"a\", \"b\", \"c\"]

[[check]]
name = \"second\"
title = \"It runs\"
why = \"w\"
book = \"there\"
hints = [\"a\", \"b\", \"c\"]

[[check]]
name = \"third\"
title = \"Edges <are> exact\"
file = \"src/subnet.rs\"
why = \"w\"
book = \"there\"
hints = [\"a\", \"b\", \"c\"]
";

const CSV: &str = "\
chapter,seconds,resident_bytes
chapter-5,-0.1,1048576
chapter-5,0.0,1048576
chapter-5,1.5,33554432
chapter-8,0.0,4194304
chapter-8,2.5,4194304
";

fn server(chapter: &str, verified: bool) -> serde_json::Value {
    serde_json::json!({
        "label": format!("{chapter} <reference>"), "server": chapter, "bytes": 7,
        "verified": verified
    })
}

fn run(verified: bool) -> String {
    let shown = serde_json::json!({
        "peak": "32.0 MiB", "first_byte": "1.0 ms", "time": "2.50 s", "speed": "9 MB/s"
    });
    let run = serde_json::json!({
        "story": "A story", "command": "cargo xtask plot", "circumstances": "a test",
        "servers": [server("chapter-5", verified), server("chapter-8", true)],
        "shown": { "chapter-5": shown, "chapter-8": shown }
    });
    run.to_string()
}

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    for folder in [
        "chapter-01-addresses",
        "chapter-05-naive",
        "chapter-08-flow",
    ] {
        workspace.write(&format!("exercises/{folder}/Cargo.toml"), "");
    }
    workspace.write("exercises/chapter-05-naive/checks.toml", CHECKS);
    workspace.write("book/measured/page.csv", CSV);
    workspace.write("book/measured/page.json", &run(true));
    workspace
}

#[test]
fn the_exercise_box_says_what_to_type_and_counts_the_checks() {
    let page = format!("{HEAD}# T\n\n{{{{#exercise}}}}\n");
    let (text, faults) = workspace().expand("page.md", &page);
    assert_eq!(faults, []);
    assert!(text.contains("<section class=\"exercise\" data-chapter=\"chapter-5\""));
    assert!(text.contains("\n\n```sh\ncargo xtask check chapter-5\n```\n\n"));
    assert!(text.contains("<samp>0 of 3 passed.</samp>"), "{text}");
    assert!(text.contains("<code>exercises/chapter-05-naive</code>"));
}

#[test]
fn checks_stand_under_their_task_and_each_is_found_by_its_name() {
    let page = format!("{HEAD}# T\n\n{{{{#exercise}}}}\n");
    let (text, _) = workspace().expand("page.md", &page);
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"));
    let order = [
        "<p><code>src/subnet.rs</code></p>",
        "<li data-check=\"first\">",
        "A <code>/0</code> contains all",
        "<li data-check=\"third\">",
        "Edges &lt;are&gt; exact",
        "<p>All of it together</p>",
        "<li data-check=\"second\">",
    ];
    assert!(order.map(at).is_sorted(), "{text}");
}

#[test]
fn an_exercise_box_without_a_crate_is_refused() {
    let fault = workspace().fault("page.md", "# T\n\n{{#exercise}}\n");
    assert!(fault.message.contains("front matter"), "{fault}");
    let fault = workspace().fault("page.md", "# T\n\nSee {{#live-plot}}\n");
    assert!(fault.message.contains("line of its own"), "{fault}");
}

#[test]
fn the_figure_shows_the_reference_on_axes_that_hold_it() {
    let (text, faults) = workspace().expand("page.md", "# T\n\n{{#live-plot}}\n");
    assert_eq!(faults, []);
    // 32 MiB and some room, and 2.5 seconds.
    assert!(text.contains("viewBox=\"0 -48 3 48\""), "{text}");
    let naive = "<polyline class=\"line chapter-5\" points=\"0.00,-1.0 1.50,-32.0\"/>";
    assert!(text.contains(naive), "{text}");
    assert!(text.contains("<polyline class=\"line mine\"/>"), "{text}");
    for tick in ["<span>12</span>", "<span>48</span>", "<span>3</span>"] {
        assert!(text.contains(tick), "{tick}: {text}");
    }
    let row = "| chapter-5 &lt;reference&gt; | 32.0 MiB | 1.0 ms | 2.50 s | 9 MB/s | whole, 7 bytes |";
    assert!(text.contains(row), "{text}");
    assert!(text.contains("cargo xtask plot chapter-5 --mine --size 64MiB"));
}

#[test]
fn only_chapters_with_a_server_can_be_chosen() {
    let (text, _) = workspace().expand("page.md", "# T\n\n{{#live-plot}}\n");
    let options: Vec<&str> = text
        .split("<option value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(options, ["chapter-5", "chapter-8"]);
}

#[test]
fn a_reference_that_sent_wrong_bytes_or_is_of_another_run_is_refused() {
    let workspace = workspace();
    workspace.write("book/measured/page.json", &run(false));
    let fault = workspace.fault("page.md", "# T\n\n{{#live-plot}}\n");
    assert!(fault.message.contains("wrong bytes"), "{fault}");
    workspace.write("book/measured/page.json", &run(true));
    let csv = format!("{CSV}chapter-9,0.0,1\nchapter-9,1.0,1\n");
    workspace.write("book/measured/page.csv", &csv);
    let fault = workspace.fault("page.md", "# T\n\n{{#live-plot}}\n");
    assert!(fault.message.contains("chapter-9"), "{fault}");
}

#[test]
fn the_live_page_knows_no_other_words_than_the_runner() {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/assets/live");
    let read = |name: &str| std::fs::read_to_string(assets.join(name)).expect(name);
    let script = read("exercise.js");
    let symbols = script
        .split("const SYMBOLS = {")
        .nth(1)
        .expect("the symbols");
    let symbols = symbols.split('}').next().unwrap_or_default();
    let in_script = symbols.split(',').filter_map(|pair| pair.split(':').next());
    let style = read("live.css");
    let in_style = style.split("[data-status=\"").skip(1);
    let in_style = in_style.filter_map(|rest| rest.split('"').next());
    // A check that waits, and one that runs, have no verdict yet.
    let others = ["", "running"];
    let mut known = 0;
    for word in in_script
        .chain(in_style)
        .map(|word| word.trim().trim_matches('\''))
    {
        let is_status = Status::from_word(word).is_some();
        assert!(
            is_status || others.contains(&word),
            "`{word}` isn't a verdict"
        );
        known += usize::from(is_status);
    }
    assert!(known >= 5, "only {known} verdicts were found");
}
