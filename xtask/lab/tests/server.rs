//! Child servers, good and bad. A child is an ignored test of this same file.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use lab::check;
use lab::report::{Kind, Place};
use lab::server::{Error, Program, Server};

/// Far more than any of them needs.
const DEADLINE: Duration = Duration::from_secs(30);

fn program(scenario: &str) -> Program {
    let path = std::env::current_exe().expect("own path");
    Program::new(path)
        .arg(format!("scenario::{scenario}"))
        .args(["--exact", "--ignored", "--nocapture"])
}

fn ask(server: &Server, question: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(server.address()).expect("it listens");
    stream.write_all(question).expect("it reads");
    let mut answer = Vec::new();
    // A child that aborts resets the connection: then there is no answer.
    let _ = stream.read_to_end(&mut answer);
    answer
}

#[test]
fn a_server_is_ready_when_it_says_where_it_listens() {
    let server = program("answers").start(DEADLINE).expect("ready");
    assert_eq!(ask(&server, b"?"), b"!");
    let said = |line: &String| line.contains("http://");
    assert!(server.lines().iter().any(said), "{:?}", server.lines());
}

#[test]
fn a_dropped_server_is_gone() {
    let server = program("answers").start(DEADLINE).expect("ready");
    let address = server.address();
    drop(server);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_server_that_ends_early_is_named_with_its_code_and_last_lines() {
    let error = program("ends").start(DEADLINE).expect_err("it ends");
    assert!(matches!(&error, Error::EndedEarly { status, .. } if status.success()));
    let text = error.to_string();
    assert!(
        text.contains("exit code 0 before it printed where"),
        "{text}"
    );
    assert!(text.contains("no such file: config.toml"), "{text}");
}

#[test]
fn a_server_that_says_nothing_is_given_up_at_the_deadline() {
    let patience = Duration::from_millis(300);
    let error = program("is_silent").start(patience).expect_err("silent");
    assert!(matches!(error, Error::Silent { .. }), "{error}");
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let program = Program::new("no/such/program");
    let error = program.start(DEADLINE).expect_err("not there");
    assert!(error.to_string().contains("no/such/program"), "{error}");
}

#[test]
fn a_panic_of_the_server_is_told_as_the_servers() {
    check(|steps| {
        steps.expect_panics();
        let server = program("panics").start(DEADLINE).expect("ready");
        ask(&server, b"?");
        server.stop().expect("it can be killed");
        let panics = steps.panics();
        steps.equal("panics", &panics.len(), &1);
        steps.equal("where", &panics[0].place, &Place::Server);
        steps.equal("kind", &panics[0].kind, &Kind::Panic);
        steps.equal("message", panics[0].message.as_str(), "no answer\nfor you");
        steps.holds("its file", panics[0].file.ends_with("server.rs"));
    });
}

#[test]
fn a_panic_of_the_server_fails_a_check_that_does_not_expect_it() {
    let failed = std::panic::catch_unwind(|| {
        check(|steps| {
            let server = program("panics").start(DEADLINE).expect("ready");
            ask(&server, b"?");
            drop(server);
            steps.holds("the server is gone", true);
        });
    });
    let payload = failed.expect_err("it panicked");
    let failure = payload.downcast_ref::<lab::check::Failure>();
    let seen = &failure.expect("our own failure").seen;
    assert!(seen.contains("in the server"), "{seen}");
}

#[test]
fn a_server_that_prints_without_end_is_read_in_bounded_memory() {
    check(|steps| {
        let server = program("babbles").start(DEADLINE).expect("ready");
        let mark = lab::memory::Mark::now();
        // It answers after 32 MiB of lines and one line of 8 MiB.
        steps.equal("the answer", &ask(&server, b"?"), &b"!".to_vec());
        steps.at_most("memory", mark.peak(), 1 << 20);
    });
}

#[test]
fn a_server_that_ends_by_itself_is_not_killed() {
    let server = program("answers_once").start(DEADLINE).expect("ready");
    let address = server.address();
    let ask = |_pid| {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"?")
    };
    let ended = server.stop_politely(ask, DEADLINE).expect("it ends");
    assert!(!ended.killed && ended.status.success(), "{ended:?}");
    let last = |line: &String| line.contains("bye");
    assert!(ended.lines.iter().any(last), "{:?}", ended.lines);
}

#[test]
fn a_server_that_ignores_the_question_is_killed() {
    let server = program("answers").start(DEADLINE).expect("ready");
    let soon = Duration::from_millis(50);
    let ended = server.stop_politely(|_| Ok(()), soon).expect("killed");
    assert!(ended.killed && !ended.status.success(), "{ended:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_peak_of_a_server_is_read_before_it_goes() {
    if !lab::process::has_proc() {
        return;
    }
    let server = program("takes_memory").start(DEADLINE).expect("ready");
    ask(&server, b"?");
    let peak = server.stop().expect("killed").peak_resident;
    let peak = peak.expect("the kernel tells");
    assert!((64 << 20..128 << 20).contains(&peak), "{peak}");
}

/// The children.
mod scenario {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};

    /// Says where it listens and answers each question with `answer`.
    fn serve(times: usize, answer: fn(&mut TcpStream)) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        println!("listening on http://{address}/");
        for _ in 0..times {
            let (mut stream, _) = listener.accept().expect("a client");
            stream.read_exact(&mut [0]).expect("a question");
            answer(&mut stream);
        }
    }

    fn yes(stream: &mut TcpStream) {
        stream.write_all(b"!").expect("the client waits");
    }

    #[test]
    #[ignore = "a child of another test"]
    fn answers() {
        serve(usize::MAX, yes);
    }

    #[test]
    #[ignore = "a child of another test"]
    fn answers_once() {
        serve(1, |_| {});
        println!("bye");
    }

    #[test]
    #[ignore = "a child of another test"]
    fn ends() {
        eprintln!("no such file: config.toml");
        std::process::exit(0);
    }

    #[test]
    #[ignore = "a child of another test"]
    fn is_silent() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let _ = listener.accept();
    }

    #[test]
    #[ignore = "a child of another test"]
    fn panics() {
        serve(1, |_| {
            let _ = std::thread::spawn(|| panic!("no answer\nfor you")).join();
        });
        serve(1, yes);
    }

    #[test]
    #[ignore = "a child of another test"]
    fn babbles() {
        serve(usize::MAX, |stream| {
            let line = "x".repeat(1023);
            (0..32 << 10).for_each(|_| println!("{line}"));
            print!("{}", line.repeat(8 << 10));
            println!();
            yes(stream);
        });
    }

    #[test]
    #[ignore = "a child of another test"]
    fn takes_memory() {
        serve(usize::MAX, |stream| {
            let block = std::hint::black_box(vec![1_u8; 64 << 20]);
            yes(stream);
            drop(block);
        });
    }
}
