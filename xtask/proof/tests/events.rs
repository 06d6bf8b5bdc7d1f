//! What the runner says to programs: the events of a run, and the map.

use anyhow::{Context, Result};
use proof::harness::fixture::Fixture;
use proof::harness::runner::{self, Said};
use serde_json::Value;

const ONE: &str = "exercises/chapter-01-doubling/src/lib.rs";
const TWO: &str = "exercises/chapter-02-adding/src/lib.rs";
const RIGHT: &str =
    "//! Mine.\n\n/// Twice.\npub fn double(number: u32) -> u32 {\n    2 * number\n}\n";
const WRONG: &str =
    "//! Mine.\n\n/// Twice.\npub fn double(number: u32) -> u32 {\n    number + 1\n}\n";

/// The events of a run; every line of standard output must be one.
fn events(said: &Said) -> Result<Vec<Value>> {
    said.stdout
        .lines()
        .map(|line| {
            let event: Value =
                serde_json::from_str(line).with_context(|| line.to_owned())?;
            assert_eq!(event["schema"], 1, "{line}");
            Ok(event)
        })
        .collect()
}

fn names(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .filter_map(|event| event["event"].as_str())
        .collect()
}

fn of<'a>(events: &'a [Value], name: &str) -> Vec<&'a Value> {
    let is_meant = |event: &&Value| event["event"] == name;
    events.iter().filter(is_meant).collect()
}

#[test]
fn the_verdicts_are_those_of_json_one_by_one() -> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(ONE, WRONG)?;
    let said = toy.say("check chapter-1 --events")?;
    assert_eq!(said.code, 1, "{}", said.stderr);
    let events = events(&said)?;
    let order = [
        "begin",
        "compiling",
        "compiled",
        "verdict",
        "verdict",
        "graded",
        "end",
    ];
    assert_eq!(names(&events), order);

    let whole = runner::check(&toy.root(), "chapter-1")?;
    let told: Vec<&Value> = of(&events, "verdict")
        .into_iter()
        .map(|event| &event["check"])
        .collect();
    assert_eq!(told, whole.iter().collect::<Vec<_>>());
    let wrong = told[1];
    assert_eq!(wrong["status"], "wrong");
    assert_eq!(
        (&wrong["expected"], &wrong["seen"]),
        (&"0".into(), &"1".into())
    );
    let again = "cargo xtask check chapter-1 --only zero_stays_zero";
    assert_eq!(wrong["again"], again);
    let plot = "cargo xtask plot chapter-1 --mine --clients 8";
    assert_eq!(
        (&wrong["plot"], &told[0]["plot"]),
        (&plot.into(), &Value::Null)
    );
    let shown = toy.say("check chapter-1")?.stdout;
    assert!(shown.contains(&format!("picture   {plot}\n")), "{shown}");
    assert!(shown.contains("curve A is your server"), "{shown}");

    let announced = events[0]["checks"].as_array().context("a list")?;
    let same = announced.iter().zip(&told);
    assert!(
        same.into_iter()
            .all(|(check, told)| check["name"] == told["name"]
                && check["title"] == told["title"])
    );
    assert_eq!(events[0]["folder"], "chapter-01-doubling");
    let end = events.last().context("an end")?;
    assert_eq!(
        (&end["passed"], &end["total"], &end["exit"]),
        (&1.into(), &2.into(), &1.into())
    );
    Ok(())
}

#[test]
fn the_compilers_words_stay_on_standard_error() -> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(ONE, "pub fn double(number: u32) -> u32 { number + }\n")?;
    let said = toy.say("check chapter-1 --events")?;
    assert!(
        said.stderr.contains("expected expression"),
        "{}",
        said.stderr
    );
    let events = events(&said)?;
    assert_eq!(of(&events, "compiled")[0]["compiles"], false);
    for event in of(&events, "verdict") {
        assert_eq!(event["check"]["status"], "does not compile");
    }
    Ok(())
}

#[test]
fn an_earlier_chapter_that_has_changed_is_told_after_the_one_that_was_asked_for()
-> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(ONE, RIGHT)?;
    assert_eq!(toy.say("check chapter-1")?.code, 0);
    let starter = toy.read(TWO)?;
    let right =
        starter.replace("todo!(\"chapter 2: quadruple {number}\")", "4 * number");
    toy.write(TWO, &right)?;
    toy.write(ONE, WRONG)?;
    let said = toy.say("check chapter-2 --events")?;
    assert_eq!(said.code, 1, "{}", said.stderr);
    let events = events(&said)?;
    let begun: Vec<(&Value, &Value)> = of(&events, "begin")
        .into_iter()
        .map(|event| (&event["chapter"], &event["again"]))
        .collect();
    let expected = [
        (&"chapter-2".into(), &false.into()),
        (&"chapter-1".into(), &true.into()),
    ];
    assert_eq!(begun, expected);
    let end = events.last().context("an end")?;
    assert_eq!((&end["passed"], &end["total"]), (&2.into(), &3.into()));
    Ok(())
}

#[test]
fn a_run_that_cannot_go_on_says_why_also_as_an_event() -> Result<()> {
    let toy = Fixture::toy()?;
    let said = toy.say("check 1 --events --only nothing_like_it")?;
    assert_eq!(said.code, 2);
    let events = events(&said)?;
    let fault = events.last().context("a fault")?;
    assert_eq!(
        (&fault["event"], &fault["exit"]),
        (&"fault".into(), &2.into())
    );
    let message = fault["message"].as_str().context("words")?;
    assert_eq!(said.stderr.trim(), message);
    for words in ["check 1 --events --json", "check 1 --events --watch"] {
        assert_eq!(toy.say(words)?.code, 2, "{words}");
    }
    Ok(())
}

#[test]
fn the_map_says_the_same_in_words_and_as_json() -> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(ONE, WRONG)?;
    toy.say("check chapter-1")?;
    let map: Value = serde_json::from_str(&toy.say("--json")?.stdout)?;
    let text = toy.say("")?.stdout;
    let chapters = map["chapters"].as_array().context("chapters")?;
    assert_eq!(chapters.len(), 3);
    for chapter in chapters {
        let words = chapter["words"].as_str().context("words")?;
        // A line of the map has room for so much.
        let words = words.trim_end_matches(" passed");
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(chapters[0]["standing"], "partly");
    assert_eq!(chapters[0]["words"], "1 of 2 passed");
    let statuses: Vec<&Value> = chapters[0]["checks"]
        .as_array()
        .context("checks")?
        .iter()
        .map(|check| &check["status"])
        .collect();
    assert_eq!(statuses, ["passed", "wrong"]);
    assert_eq!(chapters[1]["standing"], "untouched");
    assert!(chapters[1]["checks"][0]["status"].is_null());
    let next = map["next"].as_str().context("a command")?;
    assert!(text.contains(&format!("Next: {next}")), "{next}: {text}");

    toy.write(ONE, RIGHT)?;
    toy.say("check chapter-1")?;
    toy.write(ONE, &RIGHT.replace("Twice", "Two times"))?;
    let map: Value = serde_json::from_str(&toy.say("--json")?.stdout)?;
    assert_eq!(map["chapters"][0]["standing"], "changed");
    Ok(())
}
