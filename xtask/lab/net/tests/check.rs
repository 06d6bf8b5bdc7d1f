//! Asynchronous checks, run as the runner runs them. A scenario is an ignored test
//! of this same file.

use std::process::{Command, Output};

use lab::folder::Folder;
use lab::report::{self, Kind, Panic, Place, Record};

fn run(scenario: &str) -> (Vec<Record>, Output) {
    let folder = Folder::new().expect("temporary folder");
    let path = folder.file("report", b"").expect("report file");
    let mut command = Command::new(std::env::current_exe().expect("own path"));
    let name = format!("scenario::{scenario}");
    command.args([&name, "--exact", "--ignored", "--nocapture"]);
    command.env(report::VARIABLE, &path);
    let output = command.output().expect("this program starts again");
    let text = std::fs::read_to_string(&path).expect("the report is UTF-8");
    (text.lines().filter_map(report::parse).collect(), output)
}

fn passes(scenario: &str) {
    let (records, output) = run(scenario);
    let printed = String::from_utf8_lossy(&output.stderr);
    assert_eq!(records.last(), Some(&Record::Passed), "{printed}");
    assert!(output.status.success(), "{printed}");
}

/// The first panic of a scenario that fails.
fn panic_of(scenario: &str) -> Panic {
    let (records, output) = run(scenario);
    assert!(!output.status.success());
    assert_ne!(records.last(), Some(&Record::Passed));
    let panics = records.into_iter().filter_map(|record| match record {
        Record::Panic(panic) => Some(panic),
        _ => None,
    });
    panics.into_iter().next().expect("a panic record")
}

#[test]
fn a_todo_in_a_task_is_told_on_every_runtime() {
    for scenario in [
        "todo_in_a_task",
        "todo_in_a_task_on_one_thread",
        "todo_in_a_task_paused",
    ] {
        let panic = panic_of(scenario);
        let told = (panic.kind, panic.place);
        assert_eq!(told, (Kind::Todo, Place::Task), "{scenario}");
    }
}

#[test]
fn a_panic_of_the_body_is_the_checks_own() {
    for scenario in ["panics", "panics_on_one_thread"] {
        let panic = panic_of(scenario);
        let told = (panic.kind, panic.place);
        assert_eq!(told, (Kind::Panic, Place::Check), "{scenario}");
    }
}

#[test]
fn an_expectation_that_fails_in_a_task_fails_the_check() {
    let panic = panic_of("is_wrong_in_a_task");
    assert_eq!((panic.kind, panic.place), (Kind::Failure, Place::Task));
}

#[test]
fn a_thread_that_stays_blocked_does_not_hold_up_the_verdict() {
    passes("leaves_a_blocked_thread");
}

#[test]
fn an_hour_passes_at_once_on_the_paused_clock() {
    passes("waits_an_hour");
}

#[test]
fn the_paused_runtime_has_no_sockets() {
    let panic = panic_of("connects_paused");
    assert!(panic.message.contains("IO"), "{}", panic.message);
}

#[test]
fn tasks_end_with_the_body() {
    passes("leaves_a_task");
}

mod scenario {
    use std::time::Duration;

    use lab::drops::DropCounter;
    use lab_net::{check, check_on_one_thread, check_paused};

    async fn todo_in_a_task_of(steps: lab::Steps) {
        #[allow(clippy::todo, reason = "the scenario is about it")]
        let task = tokio::spawn(async { todo!("chapter 3: one connection") });
        let _: Result<(), _> = task.await;
        steps.holds("the task is done", true);
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn todo_in_a_task() {
        check(todo_in_a_task_of);
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn todo_in_a_task_on_one_thread() {
        check_on_one_thread(todo_in_a_task_of);
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn todo_in_a_task_paused() {
        check_paused(todo_in_a_task_of);
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn panics() {
        check(async |_| panic!("boom"));
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn panics_on_one_thread() {
        check_on_one_thread(async |_| panic!("boom"));
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn is_wrong_in_a_task() {
        check(async |steps| {
            let there = steps.clone();
            let task = tokio::spawn(async move { there.equal("the sum", &2, &3) });
            let _ = task.await;
            steps.holds("the body goes on", true);
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn leaves_a_blocked_thread() {
        check(async |steps| {
            let (started, mut begun) = tokio::sync::mpsc::channel(1);
            tokio::task::spawn_blocking(move || {
                let _ = started.blocking_send(());
                loop {
                    std::thread::park();
                }
            });
            steps.holds("the thread runs", begun.recv().await.is_some());
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn waits_an_hour() {
        check_paused(async |steps| {
            let hour = Duration::from_secs(3600);
            let start = tokio::time::Instant::now();
            tokio::time::sleep(hour).await;
            steps.at_least("waited, s", start.elapsed().as_secs(), 3600);
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn connects_paused() {
        check_paused(async |steps| {
            let _ = tokio::net::TcpListener::bind("127.0.0.1:0").await;
            steps.holds("it listens", true);
        });
    }

    #[test]
    #[ignore = "a scenario of another test"]
    fn leaves_a_task() {
        let drops = DropCounter::new();
        check(async |steps| {
            let guard = drops.guard();
            tokio::spawn(async move {
                let _guard = guard;
                std::future::pending::<()>().await;
            });
            steps.equal("tasks", &drops.alive(), &1);
        });
        assert_eq!(drops.alive(), 0, "the task outlived its check");
    }
}
