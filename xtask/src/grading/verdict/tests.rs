use super::*;
use course::report;

const LIMIT: u64 = 256 << 20;

fn judged(ended: Ended, report: &str, stderr: &str) -> Verdict {
    let outcome = Outcome {
        ended,
        busy: Some(false),
        peak: 3 << 20,
        left_behind: 0,
        stdout: String::new(),
        stderr: stderr.to_owned(),
        report: report.to_owned(),
    };
    judge(&outcome, &report::parse_all(report), LIMIT, 20)
}

#[test]
fn only_a_check_that_came_to_its_end_has_passed() {
    let passed = judged(Ended::Code(0), "begin\npassed\n", "");
    assert_eq!(passed.status, Status::Passed);
    let exit = judged(Ended::Code(0), "begin\nstep\ta\n", "");
    assert_eq!(exit.status, Status::Crashed);
    assert!(exit.message.contains("code 0"), "{}", exit.message);
}

#[test]
fn a_check_that_the_system_cannot_run_fails_nobody() {
    let report = "begin\nnot-checkable\tno signals\n";
    let verdict = judged(Ended::Code(0), report, "");
    assert_eq!(verdict.status, Status::NotCheckable);
    assert_eq!(verdict.message, "no signals");
    assert!(!verdict.status.is_failure());
    // It has to come to its end all the same.
    let verdict = judged(Ended::Code(101), report, "");
    assert_eq!(verdict.status, Status::Crashed);
}

#[test]
fn a_todo_in_a_server_explains_the_failure_that_it_causes() {
    let report = "begin\nwrong\tw\te\ts\n\
                  panic\ttodo\tserver\tsrc/a.rs\t3\tnot yet implemented: read it\n\
                  panic\tfailure\tcheck\tx\t1\tm\n";
    let verdict = judged(Ended::Code(101), report, "");
    assert_eq!(verdict.status, Status::NotStarted);
    assert_eq!(verdict.message, "read it");
    let location = verdict.location.expect("the panic says where");
    assert_eq!(location.to_string(), "src/a.rs:3");
}

#[test]
fn a_failed_expectation_brings_both_sides_and_the_steps() {
    let report = "begin\nstep\tone\nstep\ttwo\nwrong\twhat\t1\t2\n";
    let verdict = judged(Ended::Code(101), report, "");
    assert_eq!(verdict.status, Status::Wrong);
    assert_eq!(verdict.steps, ["one", "two"]);
    assert_eq!(verdict.compared.unwrap().seen, "2");
}

#[test]
fn a_refused_allocation_is_memory_and_not_a_crash() {
    let stderr = "memory allocation of 107374182400 bytes failed\n";
    let verdict = judged(Ended::Signal(6), "begin\n", stderr);
    assert_eq!(verdict.status, Status::TooMuchMemory);
    assert!(verdict.message.contains("100.0 GiB"), "{}", verdict.message);
    let report = "begin\nwrong\tw\te\ts\nmemory\t10\t20\t8589934592\n";
    assert_eq!(
        judged(Ended::Code(101), report, "").status,
        Status::TooMuchMemory
    );
}

#[test]
fn the_ways_to_die_are_told_apart() {
    let stack = "thread 'x' has overflowed its stack\n";
    let overflowed = judged(Ended::Signal(6), "begin\n", stack);
    assert!(overflowed.message.contains("stack"));
    let aborted = judged(Ended::Signal(6), "begin\n", "");
    assert_eq!(aborted.message, "it aborted");
    assert_eq!(
        judged(Ended::Deadline, "begin\n", "").status,
        Status::TimedOut
    );
    assert_eq!(judged(Ended::Output, "begin\n", "").status, Status::Crashed);
}

#[test]
fn what_the_code_printed_is_told_apart_from_the_harness() {
    let outcome = Outcome {
        ended: Ended::Code(101),
        busy: Some(false),
        peak: 0,
        left_behind: 0,
        stdout: "\nrunning 1 test\ntest a_check ... first\nsecond\nFAILED\n\n\
                 failures:\n\nfailures:\n    a_check\n\ntest result: FAILED. 0 passed\n"
            .to_owned(),
        stderr: "[src/x.rs:3:5] x = 7\n".to_owned(),
        report: String::new(),
    };
    let verdict = judge(&outcome, &[], LIMIT, 20);
    assert_eq!(verdict.printed, ["first", "second", "[src/x.rs:3:5] x = 7"]);
}
