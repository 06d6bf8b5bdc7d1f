//! Checks of `serve`: when nobody can be accepted.

use std::io::{self, ErrorKind};
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use connections::ServeLimits;
use lab::Steps;
use lab_net::peer::Peer;
use tokio::time::sleep;

use crate::queue::{broken, queue};
use crate::serving::{
    PAUSE, at_once, call, expect_greeted, greeter, start,
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

    steps.step("every accept fails, for 50 pauses");
    let (listener, failures) = broken();
    let (_trigger, server) = start(listener, at_once(100), greeter());
    sleep(50 * PAUSE).await;
    steps.holds("the server goes on", !server.is_finished());
    let tries = failures.load(SeqCst);
    steps.at_most("tries in 50 pauses", tries, 52);
    steps.at_least("tries in 50 pauses", tries, 45);
    server.abort();

    steps.step("accept fails, the pause is a day, a connection ends");
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
    open.resume();
    expect_greeted(&steps, &open).await;
    steps.step("so the next client is accepted");
    expect_greeted(&steps, &next).await;
    server.abort();
}
