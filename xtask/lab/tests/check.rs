//! Runs scenarios as the runner runs checks, each in a process of its own, and
//! looks at the report that they write.
//!
//! A scenario is an ignored test of this same file: most of them must fail.

use std::process::{Command, Output};

use lab::folder::Folder;
use lab::report::{self, Kind, Place, Record};

/// What a scenario left behind.
struct Run {
    records: Vec<Record>,
    output: Output,
}

fn run(scenario: &str, ceiling: Option<u64>) -> Run {
    let folder = Folder::new().expect("temporary folder");
    let path = folder.file("report", b"").expect("report file");
    let mut command = command(scenario);
    command.env(report::VARIABLE, &path);
    if let Some(bytes) = ceiling {
        command.env(lab::memory::VARIABLE, bytes.to_string());
    }
    let output = command.output().expect("this program starts again");
    let text = std::fs::read_to_string(&path).expect("the report is UTF-8");
    let parse = |line| report::parse(line).unwrap_or_else(|| panic!("{line:?}"));
    Run {
        records: text.lines().map(parse).collect(),
        output,
    }
}

fn command(scenario: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("own path"));
    let name = format!("scenario::{scenario}");
    command.args([&name, "--exact", "--ignored", "--nocapture"]);
    command.arg("--test-threads=1");
    command.env_remove(report::VARIABLE);
    command.env_remove(lab::memory::VARIABLE);
    command
}

impl Run {
    fn passed(&self) -> bool {
        assert_eq!(self.records.first(), Some(&Record::Begin));
        let passed = self.records.last() == Some(&Record::Passed);
        assert_eq!(passed, self.output.status.success(), "{}", self.stderr());
        passed
    }

    fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    fn panic(&self) -> Option<&report::Panic> {
        self.records.iter().find_map(|record| match record {
            Record::Panic(panic) => Some(panic),
            _ => None,
        })
    }

    fn wrong(&self) -> Option<[&str; 3]> {
        self.records.iter().find_map(|record| match record {
            Record::Wrong {
                what,
                expected,
                seen,
            } => Some([what.as_str(), expected, seen]),
            _ => None,
        })
    }

    fn memory(&self) -> [u64; 3] {
        let last = self.records.iter().rev().find_map(|record| match record {
            Record::Memory {
                peak,
                limit,
                refused,
            } => Some([*peak, *limit, *refused]),
            _ => None,
        });
        last.expect("a memory record")
    }
}

#[test]
fn a_check_that_holds_reports_its_steps_and_passes() {
    let run = run("holds", None);
    assert!(run.passed());
    let step = |name: &str| Record::Step(name.to_owned());
    assert_eq!(run.records[1], step("add 1 and 1"));
    assert_eq!(run.records[2], Record::Note("measured 2".to_owned()));
    let command = "curl -v http://127.0.0.1:7/".to_owned();
    assert_eq!(run.records[3], Record::Repeat(command));
    assert_eq!(run.records.len(), 6, "memory and passed end it");
}

#[cfg(unix)]
#[test]
fn a_report_goes_through_an_inherited_pipe() {
    let mut command = command("holds");
    let output = command.env(report::VARIABLE, "/dev/fd/1").output();
    let output = output.expect("this program starts again");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("begin\nstep\tadd 1 and 1\n"), "{text}");
    assert!(text.contains("\npassed\n"), "{text}");
}

#[test]
fn a_wrong_answer_reports_what_was_expected_and_prints_a_transcript() {
    let run = run("is_wrong", None);
    assert!(!run.passed());
    assert_eq!(run.wrong(), Some(["the sum", "3", "2"]));
    let panic = run.panic().expect("a panic record");
    assert_eq!((panic.kind, panic.place), (Kind::Failure, Place::Check));
    assert!(panic.file.ends_with("check.rs") && panic.line > 0);
    // The runner tells the story: the output is left to what learners print.
    assert_eq!(run.stderr().trim(), "");
    let alone = command("is_wrong")
        .output()
        .expect("this program starts again");
    let printed = String::from_utf8_lossy(&alone.stderr).into_owned();
    for part in [" 1. first", "->  2. second", "expected: 3", "seen: 2"] {
        assert!(printed.contains(part), "{part:?} is not in:\n{printed}");
    }
    assert!(!printed.contains("Box<dyn Any>"), "{printed}");
}

#[test]
fn another_variant_is_shown_whole_beside_the_one_that_was_expected() {
    let run = run("is_another_variant", None);
    assert!(!run.passed());
    // `Some` alone and `Some(Equal)` were accepted before; `Som` is not `Some`.
    assert_eq!(
        run.wrong(),
        Some(["the order", "None or Som", "Some(Equal)"])
    );
}

#[test]
fn a_todo_is_told_from_a_panic() {
    let run = run("is_not_written", None);
    assert!(!run.passed());
    let panic = run.panic().expect("a panic record");
    assert_eq!((panic.kind, panic.place), (Kind::Todo, Place::Check));
    assert!(panic.message.ends_with("chapter 1: parse a subnet"));
}

#[test]
fn a_panic_in_a_thread_that_nobody_joins_fails_the_check() {
    let run = run("panics_in_a_thread", None);
    assert!(!run.passed());
    let panic = run.panic().expect("a panic record");
    assert_eq!((panic.kind, panic.place), (Kind::Panic, Place::Task));
    assert_eq!(panic.message, "boom");
    let [_, expected, seen] = run.wrong().expect("a wrong record");
    assert_eq!(expected, "no panic");
    assert!(seen.contains("boom") && seen.contains("check.rs"), "{seen}");
}

#[test]
fn a_panic_that_the_check_expects_does_not_fail_it() {
    let run = run("expects_a_panic", None);
    assert!(run.passed());
    assert!(run.panic().is_some(), "the panic is reported all the same");
}

#[test]
fn a_todo_in_a_thread_fails_even_a_check_that_expects_panics() {
    let run = run("expects_a_panic_and_gets_a_todo", None);
    assert!(!run.passed());
    assert_eq!(run.panic().expect("a panic record").kind, Kind::Todo);
}

#[test]
fn an_expectation_that_fails_in_a_thread_fails_the_check() {
    let run = run("is_wrong_in_a_thread", None);
    assert!(!run.passed());
    assert_eq!(run.wrong(), Some(["the sum", "3", "2"]));
    assert_eq!(run.panic().expect("a panic record").place, Place::Task);
}

#[test]
fn a_check_without_an_expectation_fails() {
    let run = run("asserts_nothing", None);
    assert!(!run.passed());
    assert_eq!(
        run.wrong().expect("wrong")[2],
        "this check asserted nothing"
    );
}

#[test]
fn checks_of_one_process_run_one_at_a_time() {
    let run = run("runs_beside_another", None);
    assert_eq!(run.records.last(), Some(&Record::Passed));
    let inside = run.records.iter().scan(0, |depth, record| {
        *depth += match record {
            Record::Begin => 1,
            Record::Passed => -1,
            _ => 0,
        };
        Some(*depth)
    });
    assert!(inside.into_iter().all(|depth| depth <= 1));
}

#[test]
fn the_memory_record_holds_the_peak_of_the_check() {
    let run = run("takes_eight_mebibytes_for_a_moment", None);
    assert!(run.passed());
    let [peak, limit, refused] = run.memory();
    assert!((8 << 20..9 << 20).contains(&peak), "{peak}");
    assert_eq!((limit, refused), (0, 0));
}

#[test]
fn a_reservation_past_the_ceiling_gets_an_error() {
    let run = run("reserves_a_gibibyte", Some(16 << 20));
    assert!(run.passed());
    let [peak, limit, refused] = run.memory();
    assert_eq!((limit, refused), (16 << 20, 1 << 30));
    assert!(peak < 1 << 20, "a refused block is not live: {peak}");
}

#[test]
fn a_vector_past_the_ceiling_aborts_and_says_how_large_it_was() {
    let run = run("makes_a_vector_of_a_gibibyte", Some(16 << 20));
    assert!(!run.passed());
    assert_eq!(run.memory()[1..], [16 << 20, 1 << 30]);
    let printed = run.stderr();
    assert!(printed.contains("memory allocation of 1073741824 bytes failed"));
}

#[test]
fn many_small_blocks_hit_the_ceiling_too() {
    let run = run("hoards_small_blocks", Some(16 << 20));
    assert!(!run.passed());
    let [peak, limit, refused] = run.memory();
    assert_eq!((limit, refused), (16 << 20, 64 << 10));
    assert!(peak > 15 << 20 && peak <= 16 << 20, "{peak}");
}

/// What the tests above run in processes of their own.
mod scenario {
    use std::hint::black_box;
    use std::thread;

    use lab::check;

    #[test]
    #[ignore = "a scenario of another test"]
    fn holds() {
        check(|steps| {
            steps.step("add 1 and 1");
            steps.note("measured 2");
            steps.repeat_with("curl -v http://127.0.0.1:7/");
            steps.equal("the sum", &(1 + 1), &2);
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn is_wrong() {
        check(|steps| {
            steps.step("first");
            steps.step("second");
            steps.equal("the sum", &(1 + 1), &3);
            steps.step("third");
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    #[allow(clippy::todo, reason = "the scenario is about it")]
    fn is_not_written() {
        check(|_| todo!("chapter 1: parse a subnet"));
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn panics_in_a_thread() {
        check(|steps| {
            let _ignored = thread::spawn(|| panic!("boom")).join();
            steps.holds("the thread is done", true);
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn expects_a_panic() {
        check(|steps| {
            steps.expect_panics();
            let _ignored = thread::spawn(|| panic!("boom")).join();
            steps.equal("panics seen", &steps.panics().len(), &1);
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    #[allow(clippy::todo, reason = "the scenario is about it")]
    fn expects_a_panic_and_gets_a_todo() {
        check(|steps| {
            steps.expect_panics();
            let _ignored = thread::spawn(|| todo!()).join();
            steps.holds("the thread is done", true);
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn is_wrong_in_a_thread() {
        check(|steps| {
            let there = steps.clone();
            let thread = thread::spawn(move || there.equal("the sum", &2, &3));
            let _ignored = thread.join();
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn is_another_variant() {
        check(|steps| {
            let seen = 1.partial_cmp(&1);
            for accepted in [["None", "Some"], ["None", "Some(Equal)"]] {
                steps.variant("the order", &seen, &accepted);
            }
            steps.variant("the order", &seen, &["None", "Som"]);
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn asserts_nothing() {
        check(|steps| steps.step("look away"));
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn runs_beside_another() {
        let one = || {
            for _ in 0..50 {
                check(|steps| steps.holds("one", true));
            }
        };
        thread::scope(|scope| {
            scope.spawn(one);
            scope.spawn(one);
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn takes_eight_mebibytes_for_a_moment() {
        check(|steps| {
            let length = black_box(vec![1_u8; 8 << 20]).len();
            steps.equal("the length", &length, &(8 << 20));
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn reserves_a_gibibyte() {
        check(|steps| {
            let mut bytes = Vec::<u8>::new();
            steps.refuses("1 GiB under 16 MiB", bytes.try_reserve_exact(1 << 30));
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn makes_a_vector_of_a_gibibyte() {
        check(|steps| {
            let length = black_box(vec![1_u8; 1 << 30]).len();
            steps.equal("the length", &length, &0);
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn hoards_small_blocks() {
        check(|steps| {
            let mut blocks = Vec::with_capacity(1 << 10);
            while blocks.len() < 1 << 10 {
                blocks.push(black_box(vec![1_u8; 64 << 10]));
            }
            steps.holds("64 MiB fit", true);
        });
    }
}
