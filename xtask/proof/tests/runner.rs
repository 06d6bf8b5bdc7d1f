//! The runner on a workbook of three toy chapters.

use std::fs;

use anyhow::{Context, Result};
use proof::harness::fixture::Fixture;
use proof::harness::runner;

const ONE: &str = "exercises/chapter-01-doubling/src/lib.rs";
const TWO: &str = "exercises/chapter-02-adding/src/lib.rs";
const RIGHT_ONE: &str =
    "//! Mine.\n\n/// Twice.\npub fn double(number: u32) -> u32 {\n    2 * number\n}\n";
const WRONG_ONE: &str =
    "//! Mine.\n\n/// Twice.\npub fn double(number: u32) -> u32 {\n    number + 1\n}\n";

fn statuses(toy: &Fixture, words: &str) -> Result<Vec<String>> {
    let checks = runner::check(&toy.root(), words)?;
    let status =
        |check: &serde_json::Value| check["status"].as_str().map(str::to_owned);
    checks
        .iter()
        .map(|check| status(check).context("a status"))
        .collect()
}

#[test]
fn an_untouched_starter_is_not_started_and_red_is_expected() -> Result<()> {
    let toy = Fixture::toy()?;
    let said = toy.say("check chapter-1")?;
    assert_eq!(said.code, 1);
    assert!(said.stdout.contains("not started"), "{}", said.stdout);
    assert!(
        said.stdout.contains("Red is what you should see here"),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout.contains(&format!("Next: open {ONE} at line")),
        "{}",
        said.stdout
    );
    let said = toy.say("check chapter-1 --solution")?;
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    Ok(())
}

#[test]
fn a_wrong_answer_is_told_with_its_steps_and_both_sides() -> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(ONE, WRONG_ONE)?;
    let said = toy.say("check 1")?;
    assert_eq!(said.code, 1);
    for part in ["1 of 2 passed", "1. double 0", "expected  0", "seen      1"] {
        assert!(said.stdout.contains(part), "{part}: {}", said.stdout);
    }
    assert!(
        said.stdout
            .contains("Stuck? cargo xtask hint chapter-1 zero_stays_zero")
    );
    // Nothing else is red. With both wrong, the second is named, and told on demand.
    assert!(!said.stdout.contains("is red"), "{}", said.stdout);
    toy.write(ONE, &WRONG_ONE.replace("+ 1", "+ 3"))?;
    let said = toy.say("check 1")?;
    for part in ["One more check is red", "--only zero_stays_zero"] {
        assert!(said.stdout.contains(part), "{part}: {}", said.stdout);
    }
    Ok(())
}

#[test]
fn a_compile_error_is_cargos_own_and_one_line_of_ours() -> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(ONE, "pub fn double(number: u32) -> u32 { number + }\n")?;
    let said = toy.say("check doubling")?;
    assert_eq!(said.code, 1);
    assert!(
        said.stderr.contains("expected expression, found `}`"),
        "{}",
        said.stderr
    );
    assert!(
        said.stdout.contains("fix the first error above"),
        "{}",
        said.stdout
    );
    assert_eq!(
        statuses(&toy, "1")?,
        ["does not compile", "does not compile"]
    );
    Ok(())
}

#[test]
fn a_todo_of_an_earlier_chapter_is_named_as_such() -> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(
        TWO,
        &toy.read(TWO)?.replace(
            "todo!(\"chapter 2: quadruple {number}\")",
            "doubling::double(doubling::double(number))",
        ),
    )?;
    let said = toy.say("check chapter-2")?;
    for part in [
        "This check needs",
        "from chapter-1",
        "cargo xtask start chapter-2",
        ONE,
    ] {
        assert!(said.stdout.contains(part), "{part}: {}", said.stdout);
    }
    Ok(())
}

#[test]
fn a_todo_in_a_server_counts_as_not_started() -> Result<()> {
    let toy = Fixture::toy()?;
    assert_eq!(statuses(&toy, "chapter-3")?, ["not started"]);
    Ok(())
}

#[test]
fn earlier_chapters_are_checked_again_when_they_have_changed() -> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(ONE, RIGHT_ONE)?;
    assert_eq!(toy.say("check chapter-1")?.code, 0);
    toy.write(
        TWO,
        &toy.read(TWO)?
            .replace("todo!(\"chapter 2: quadruple {number}\")", "4 * number"),
    )?;
    let said = toy.say("check chapter-2")?;
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(
        !said.stdout.contains("has changed since it passed"),
        "{}",
        said.stdout
    );
    toy.write(ONE, WRONG_ONE)?;
    let said = toy.say("check chapter-2")?;
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(
        said.stdout
            .contains("chapter-1 has changed since it passed"),
        "{}",
        said.stdout
    );
    let again = toy.say("check chapter-2")?;
    assert_eq!(again.code, 1, "a red chapter stays red: {}", again.stdout);
    toy.write(ONE, RIGHT_ONE)?;
    let green = toy.say("check chapter-2")?;
    assert_eq!(green.code, 0, "{}", green.stdout);
    assert!(
        !green.stdout.contains("Next: cargo xtask check chapter-2"),
        "the end leads to what was graded just now: {}",
        green.stdout
    );
    Ok(())
}

#[test]
fn start_keeps_what_passes_and_lends_the_reference_for_the_rest() -> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(ONE, RIGHT_ONE)?;
    toy.write(
        TWO,
        &toy.read(TWO)?
            .replace("todo!(\"chapter 2: quadruple {number}\")", "number"),
    )?;
    let half_edited = toy.read(TWO)?;
    let said = toy.say("start chapter-3")?;
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    assert!(
        said.stdout.contains("chapter-1: your code passes"),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout
            .contains("chapter-2: your code doesn't pass yet"),
        "{}",
        said.stdout
    );
    assert_eq!(toy.read(ONE)?, RIGHT_ONE);
    assert!(
        toy.read(TWO)?.contains("doubling::double"),
        "our reference solution fills in"
    );
    assert!(
        !toy.read(TWO)?.contains("ANCHOR"),
        "without the marks of maintainers"
    );
    let map = toy.say("")?.stdout;
    assert!(map.contains("adding       □ reference"), "{map}");
    let said = toy.say("restore chapter-2")?;
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(
        toy.read(TWO)?,
        half_edited,
        "the half-edited file is back, byte for byte"
    );
    // The copy has the whole chapter, so that no file keeps the reference.
    let kept = ".workbook/kept/0001-start-chapter-2";
    let given = "exercises/chapter-02-adding/src/given.rs";
    assert_eq!(toy.read(&format!("{kept}/{given}"))?, toy.read(given)?);
    // What `restore` has put away is the reference, and that isn't the learner's work.
    let said = toy.say("restore chapter-2")?;
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(said.says("no saved copy of your work"), "{}", said.stderr);
    assert_eq!(toy.read(TWO)?, half_edited);
    Ok(())
}

#[test]
fn start_sets_aside_what_does_not_compile_and_names_it() -> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(
        TWO,
        "pub fn quadruple(number: u32) -> u32 { doubling::thrice(number) }\n",
    )?;
    let said = toy.say("start chapter-2")?;
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    assert!(
        said.stdout
            .contains(&format!("{TWO} doesn't compile, so it was reset")),
        "{}",
        said.stdout
    );
    assert_eq!(statuses(&toy, "chapter-2")?, ["not started"]);
    toy.say("restore 0002")?;
    assert!(toy.read(TWO)?.contains("thrice"));
    Ok(())
}

#[test]
fn reset_and_restore_lose_nothing() -> Result<()> {
    let toy = Fixture::toy()?;
    let starter = toy.read(ONE)?;
    toy.write(ONE, RIGHT_ONE)?;
    toy.say("reset chapter-1")?;
    assert_eq!(toy.read(ONE)?, starter);
    toy.write(ONE, WRONG_ONE)?;
    toy.say("restore 0001-reset-chapter-1")?;
    assert_eq!(toy.read(ONE)?, RIGHT_ONE);
    let kept = toy.say("restore")?.stdout;
    assert!(kept.contains("0002-restore-0001"), "{kept}");
    toy.say("restore 0002")?;
    assert_eq!(toy.read(ONE)?, WRONG_ONE);
    Ok(())
}

#[test]
#[cfg(unix)]
fn a_file_moved_back_is_not_judged_from_the_newer_build() -> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(ONE, RIGHT_ONE)?;
    assert_eq!(toy.say("check chapter-1")?.code, 0);
    let (file, aside) = (toy.root().join(ONE), toy.root().join("aside"));
    fs::rename(&file, &aside)?;
    toy.write(ONE, WRONG_ONE)?;
    assert_eq!(toy.say("check chapter-1")?.code, 1);
    // The old file comes back with the old time stamp.
    fs::rename(&aside, &file)?;
    assert_eq!(toy.say("check chapter-1")?.code, 0);
    Ok(())
}

#[test]
fn hints_come_one_by_one() -> Result<()> {
    let toy = Fixture::toy()?;
    let first = toy.say("hint chapter-1")?.stdout;
    assert!(
        first.contains("the first hint") && !first.contains("the second"),
        "{first}"
    );
    let second = toy.say("hint 1 one_doubles_to_two")?.stdout;
    assert!(second.contains("the second hint"), "{second}");
    toy.say("hint 1")?;
    let last = toy.say("hint 1")?.stdout;
    assert!(
        last.contains("the third hint") && last.contains("That was the last hint"),
        "{last}"
    );
    Ok(())
}

#[test]
fn the_solution_is_shown_to_who_is_done_or_asks_twice() -> Result<()> {
    let toy = Fixture::toy()?;
    let said = toy.say("solution chapter-1")?;
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("--reveal"), "{}", said.stderr);
    toy.write(ONE, RIGHT_ONE)?;
    toy.say("check chapter-1")?;
    let said = toy.say("solution chapter-1")?;
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.contains("-     2 * number"), "{}", said.stdout);
    assert!(
        said.stdout.contains("+     number + number"),
        "{}",
        said.stdout
    );
    Ok(())
}

#[test]
fn wrong_words_get_an_answer_and_exit_code_2() -> Result<()> {
    let toy = Fixture::toy()?;
    for (words, answer) in [
        ("chek chapter-1", "did you mean `cargo xtask check`?"),
        (
            "check chapter-9",
            "the chapters are chapter-1, chapter-2, chapter-3",
        ),
        ("check", "which chapter?"),
        ("check 1 --wach", "did you mean `--watch`?"),
        (
            "check 1 --only zero_stays_zeros",
            "did you mean `zero_stays_zero`?",
        ),
        ("check all --only x", "--only needs one chapter"),
        ("restore nothing", "there is no saved copy called `nothing`"),
        ("--color=blue check 1", "auto, always, or never"),
    ] {
        let said = toy.say(words)?;
        assert_eq!(said.code, 2, "{words}: {}", said.stderr);
        assert!(said.stderr.contains(answer), "{words}: {}", said.stderr);
    }
    // A word that nobody reads would seem obeyed.
    for words in [
        "--json",
        "--version",
        "check 1",
        "hint 1 zero_stays_zero",
        "start 1",
        "restore 1",
        "reset 1",
        "solution 1",
        "update",
        "book",
        "doctor",
        "sync --check",
        "new chapter noun",
        "rename a.rs b.rs",
        "test",
        "test --only format",
    ] {
        let said = toy.say(&format!("{words} banana"))?;
        assert_eq!(said.code, 2, "{words}: {}", said.stderr);
        assert!(
            said.stderr.contains("`banana` is"),
            "{words}: {}",
            said.stderr
        );
        assert!(said.stderr.contains("too many"), "{words}: {}", said.stderr);
    }
    for command in ["check", "start", "update", "plot", "book", "doctor"] {
        let said = toy.say(&format!("{command} --help"))?;
        assert_eq!(said.code, 0);
        assert!(
            said.stdout.contains("Example: cargo xtask"),
            "{}",
            said.stdout
        );
    }
    Ok(())
}

#[test]
fn the_doctor_says_what_there_is() -> Result<()> {
    let toy = Fixture::toy()?;
    let said = toy.say("doctor --json")?;
    assert_eq!(said.code, 0, "{}", said.stdout);
    let object: serde_json::Value = serde_json::from_str(&said.stdout)?;
    let findings = object["findings"].as_array().context("findings")?;
    assert!(findings.iter().any(|finding| finding["name"] == "loopback"));
    Ok(())
}
