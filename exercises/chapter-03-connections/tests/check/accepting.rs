//! Checks of `serve`: when nobody can be accepted.

use std::io::{self, ErrorKind};
use std::time::Duration;

use connections::ServeLimits;
use lab::Steps;
use lab_net::peer::{Peer, Seen};
use tokio::time::sleep;

use crate::queue::queue;
use crate::serving::{
    PAUSE, at_once, call, expect_greeted, expect_waiting, greeter,
    start,
};

pub async fn failed_accept(steps: Steps) {
    let (listener, callers) = queue();
    let (_trigger, server) = start(listener, at_once(100), greeter());
    for error in [
        ErrorKind::ConnectionAborted.into(),
        io::Error::other("too many open files"),
        ErrorKind::Interrupted.into(),
        // A firewall says this on Linux.
        ErrorKind::PermissionDenied.into(),
        ErrorKind::InvalidInput.into(),
        ErrorKind::NetworkDown.into(),
        ErrorKind::OutOfMemory.into(),
    ] {
        steps.step(format!("accept fails: {error}"));
        callers.fail(error);
        let seen = call(&steps, &callers, Peer::new().sends(b"g"));
        expect_greeted(&steps, &seen).await;
    }
    server.abort();

    // The last of them leaves one place.
    for open in [0, 1, 2, 7, 99] {
        for (name, error) in FOREVER {
            broken(&steps, open, name, error).await;
        }
    }

    steps.step("accept fails, and the pause is a day");
    let (listener, callers) = queue();
    let limits = ServeLimits {
        connections: 100,
        pause: Duration::from_secs(86_400),
    };
    let (_trigger, server) = start(listener, limits, greeter());
    let open = Peer::new().stalls().sends(b"g");
    let open = call(&steps, &callers, open);
    callers.fail(io::Error::other("too many open files"));
    let next = call(&steps, &callers, Peer::new().sends(b"g"));
    sleep(PAUSE).await;
    expect_waiting(&steps, &callers, "nothing happens").await;
    steps.step("a connection ends");
    open.resume();
    expect_greeted(&steps, &open).await;
    steps.step("so the next client is accepted");
    expect_greeted(&steps, &next).await;
    server.abort();
}

/// Makes the error of an accept.
type Failure = fn() -> io::Error;

/// What every accept fails with, until somebody repairs something.
const FOREVER: [(&str, Failure); 6] = [
    // EMFILE, on Linux and on macOS.
    ("too many open files", || io::Error::from_raw_os_error(24)),
    ("aborted", || ErrorKind::ConnectionAborted.into()),
    ("not permitted", || ErrorKind::PermissionDenied.into()),
    ("interrupted", || ErrorKind::Interrupted.into()),
    ("no memory", || ErrorKind::OutOfMemory.into()),
    ("something else", || io::Error::other("something else")),
];

/// Every accept fails, beside so many open connections.
async fn broken(
    steps: &Steps,
    open: usize,
    name: &str,
    error: Failure,
) {
    steps.step(format!(
        "every accept fails, for 300 pauses: {name}; open connections: \
         {open}"
    ));
    let (listener, callers) = queue();
    let (_trigger, server) = start(listener, at_once(100), greeter());
    let open: Vec<Seen> = (0..open)
        .map(|_| {
            let peer = Peer::new().stalls().sends(b"g");
            call(steps, &callers, peer)
        })
        .collect();
    // A clock that runs all the time has no pause left by now.
    sleep(50 * PAUSE).await;
    callers.fail_on(error);
    sleep(PAUSE / 2).await;
    steps.equal(
        "tries before the first pause",
        &callers.failures(),
        &1,
    );
    for _ in 0..100 {
        let polls = callers.polls();
        sleep(PAUSE).await;
        let polls = callers.polls() - polls;
        steps.at_most(
            "times that `serve` woke up in a pause",
            polls,
            5,
        );
    }
    // One more try, in the middle of a pause; then as before.
    if let Some(first) = open.first() {
        first.resume();
        expect_greeted(steps, first).await;
    }
    sleep(200 * PAUSE - PAUSE / 2).await;
    steps.holds("the server goes on", !server.is_finished());
    let tries = callers.failures();
    steps.at_most("tries in 300 pauses", tries, 303);
    steps.at_least("tries in 300 pauses", tries, 290);
    for seen in &open[open.len().min(1)..] {
        steps.holds("nobody is cut", !seen.is_dropped());
    }
    server.abort();
}
