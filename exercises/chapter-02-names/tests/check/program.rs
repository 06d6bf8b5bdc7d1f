//! The program, against the lab's server on loopback.

use std::net::SocketAddr;
use std::time::Duration;

use lab::Steps;
use lab::server::{Error, Program};
use lab_net::dns::{Loopback, Responder, Transport, ZONE, Zone};

use crate::servers::by_hand;

/// The program, whichever tree it is built from.
const DIG: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-2"),
    option_env!("CARGO_BIN_EXE_chapter-2-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

/// Ends a wait for something that does not come; nothing depends
/// on it.
const PATIENCE: Duration = Duration::from_secs(15);

pub async fn the_program_tells_what_the_server_said(steps: Steps) {
    let zone = steps.succeeds("a zone", ZONE.parse::<Zone>());
    let address: SocketAddr = ([127, 0, 0, 1], 0).into();
    let started = Loopback::start(Responder::new(zone), address).await;
    let server = steps.succeeds("the lab's server", started);
    let cases: [(&[&str], i32, &str); 7] = [
        (&[], 0, "www.example.org. is 192.0.2.80, for 60 s"),
        (
            &["www.example.org", "AAAA"],
            0,
            "www.example.org. is 2001:db8::80, for 60 s",
        ),
        (
            &["nobody.example.org"],
            0,
            "nobody.example.org. does not exist, for 60 s",
        ),
        (
            &["old.example.org", "AAAA"],
            0,
            "old.example.org. has no AAAA record, for 60 s",
        ),
        (
            &["long.example.org"],
            0,
            "long.example.org. is 192.0.2.82, for 60 s",
        ),
        (
            &["ring.example.org"],
            1,
            "this name leads to more than eight aliases",
        ),
        (&["a..b"], 1, "`a..b` is not a name"),
    ];
    for (words, code, expected) in cases {
        steps.step(format!("run the program with {words:?}"));
        steps.repeat_with(by_hand(&words.join(" ")));
        let (status, lines) = run(&steps, words, server.address());
        let told = lines.iter().any(|line| line.contains(expected));
        if !told {
            steps.fail(
                format!("a line with {expected:?}"),
                lines.join("\n"),
            );
        }
        steps.equal("the exit code", &status, &Some(code));
    }
    let streams = server.seen().into_iter();
    let streams =
        streams.filter(|seen| seen.transport == Transport::Tcp);
    steps.equal("questions over TCP", &streams.count(), &1);
}

/// Runs the program to its end: its exit code, and what it
/// printed.
fn run(
    steps: &Steps,
    words: &[&str],
    server: SocketAddr,
) -> (Option<i32>, Vec<String>) {
    let program = Program::new(DIG)
        .args(words.iter().copied())
        .args(["--server", &server.to_string()]);
    match program.start(PATIENCE) {
        Err(Error::EndedEarly { status, lines }) => {
            (status.code(), lines)
        }
        Err(error) => steps.fail("an end", error),
        // It printed the server's address, and is about to end.
        Ok(mut child) => match child.wait(PATIENCE) {
            Some(status) => match child.stop() {
                Ok(ended) => (status.code(), ended.lines),
                Err(error) => steps.fail("an end", error),
            },
            None => steps.fail("an end", "it runs on"),
        },
    }
}
