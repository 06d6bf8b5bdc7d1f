//! Checks of `serve`: what is left when connections end, and
//! when the server is asked to stop.

use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use connections::{OpenConnections, ServeLimits, shutdown};
use lab::drops::{DropCounter, Guard};
use lab::memory::Mark;
use lab::size::KIB;
use lab::{Size, Steps};
use lab_net::peer::{Peer, Seen};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::PATIENCE;
use crate::queue::{Callers, queue};
use crate::serving::{
    Greeter, PAUSE, at_once, call, expect_greeted, greet, greeter,
    start, start_with,
};

pub async fn finished(steps: Steps) {
    let (listener, callers) = queue();
    let errors = DropCounter::new();
    let (trigger, server) =
        start(listener, at_once(10), failing(&errors));
    let mut mark = Mark::now();
    for (clients, most) in [(100, u64::MAX), (2000, 32 * KIB)] {
        steps.step(format!(
            "{clients} clients are answered, one after the other; \
             then each connection fails"
        ));
        for _ in 0..clients {
            let seen = call(&steps, &callers, Peer::new().sends(b"g"));
            expect_greeted(&steps, &seen).await;
        }
        steps.at_most("errors still kept", errors.alive(), 10);
        let more = u64::try_from(mark.live()).unwrap_or(0);
        steps.at_most("memory kept", Size(more), Size(most));
        mark = Mark::now();
    }
    sleep(PAUSE).await;
    steps.step("ask the server to stop");
    trigger.request();
    let open = stopped(&steps, server).await;
    steps.equal("connections still kept", &open.len(), &0);

    burst(&steps).await;
    end_together(&steps).await;
}

/// Many connections end between two accepts.
async fn burst(steps: &Steps) {
    const ALL: usize = 100;
    steps.step(format!(
        "{ALL} clients leave at once, each connection fails; then one \
         more client comes"
    ));
    let (listener, callers) = queue();
    let errors = DropCounter::new();
    let (_trigger, server) =
        start(listener, at_once(2 * ALL), failing(&errors));
    let clients: Vec<Seen> = (0..ALL)
        .map(|_| {
            let peer = Peer::new().stalls().sends(b"g");
            call(steps, &callers, peer)
        })
        .collect();
    sleep(PAUSE).await;
    steps.equal("accepted", &callers.accepted(), &ALL);
    for seen in &clients {
        seen.resume();
    }
    sleep(PAUSE).await;
    let seen = call(steps, &callers, Peer::new().sends(b"g"));
    expect_greeted(steps, &seen).await;
    steps.at_most("errors still kept", errors.alive(), 10);
    server.abort();
}

/// The server sees the request and the ends in one look. With so
/// many of them, no order of chance hides one that is kept.
async fn end_together(steps: &Steps) {
    const ALL: usize = 64;
    steps.step(format!(
        "{ALL} connections end, and the last one asks for the stop"
    ));
    let (listener, callers) = queue();
    let (trigger, stop) = shutdown();
    let trigger = Arc::new(trigger);
    let go = Arc::new(Notify::new());
    let all = Arc::clone(&go);
    let left = Arc::new(AtomicUsize::new(ALL));
    let ending: Greeter = Box::new(move |_| {
        let (trigger, left) = (Arc::clone(&trigger), Arc::clone(&left));
        let all = Arc::clone(&all);
        Box::pin(async move {
            all.notified().await;
            if left.fetch_sub(1, SeqCst) == 1 {
                trigger.request();
            }
            Ok(())
        })
    });
    let server = start_with(listener, at_once(2 * ALL), stop, ending);
    for _ in 0..ALL {
        call(steps, &callers, Peer::new());
    }
    sleep(PAUSE).await;
    steps.equal("accepted", &callers.accepted(), &ALL);
    go.notify_waiters();
    let open = stopped(steps, server).await;
    steps.equal("connections still kept", &open.len(), &0);
}

/// Greets, then fails with an error that is counted.
fn failing(errors: &DropCounter) -> Greeter {
    let errors = errors.clone();
    Box::new(move |connection| {
        let error = Failed(errors.guard());
        Box::pin(async move {
            greet(connection).await?;
            Err(error.into())
        })
    })
}

/// The error of a connection.
#[derive(Debug, thiserror::Error)]
#[error("a connection that fails")]
struct Failed(Guard);

pub async fn stops(steps: Steps) {
    steps.step("ask a server without connections to stop");
    let (listener, callers) = queue();
    let (trigger, server) = start(listener, at_once(10), greeter());
    sleep(PAUSE).await;
    trigger.request();
    let open = stopped(&steps, server).await;
    steps.equal("connections still open", &open.len(), &0);
    let refused = callers.call(Peer::new()).is_none();
    steps.holds("nobody listens any more", refused);

    for (limit, what) in
        [(10, "with two"), (2, "that is full, with two")]
    {
        steps.step(format!(
            "ask a server {what} open connections to stop"
        ));
        let (listener, callers) = queue();
        let (trigger, server) =
            start(listener, at_once(limit), greeter());
        let clients = two(&steps, &callers);
        sleep(PAUSE).await;
        trigger.request();
        let open = stopped(&steps, server).await;
        steps.equal("connections still open", &open.len(), &2);
        finish(&steps, open, &clients).await;
    }

    listening(&steps).await;
    flood(&steps, 50).await;
    flood(&steps, 0).await;
    cut(&steps).await;
    own_ends(&steps).await;

    steps.step("ask a server to stop whose accepts fail");
    let limits = ServeLimits {
        connections: 10,
        pause: Duration::from_secs(86_400),
    };
    let (listener, callers) = queue();
    callers.fail_on(|| std::io::Error::other("too many open files"));
    let (trigger, server) = start(listener, limits, greeter());
    sleep(PAUSE).await;
    trigger.request();
    drop(stopped(&steps, server).await);

    steps.step("lose the trigger: the server goes on");
    let (listener, callers) = queue();
    let (trigger, server) = start(listener, at_once(10), greeter());
    drop(trigger);
    sleep(PAUSE).await;
    let seen = call(&steps, &callers, Peer::new().sends(b"g"));
    expect_greeted(&steps, &seen).await;
    server.abort();
}

/// Each connection can hear the request.
async fn listening(steps: &Steps) {
    steps.step("ask a server to stop; its connections listen to that");
    let (listener, callers) = queue();
    let listen: Greeter = Box::new(|connection| {
        Box::pin(async move {
            connection.shutdown.requested().await;
            greet(connection).await
        })
    });
    let (trigger, server) = start(listener, at_once(10), listen);
    let clients = [(); 2]
        .map(|()| call(steps, &callers, Peer::new().sends(b"g")));
    sleep(PAUSE).await;
    let heard = clients.iter().any(|seen| !seen.received().is_empty());
    steps.holds("none of them hears it before", !heard);
    trigger.request();
    let open = stopped(steps, server).await;
    for seen in clients {
        expect_greeted(steps, &seen).await;
    }
    drop(open);
}

/// The request is heard although there is always somebody to
/// accept. With `before` 0 it was made before the start.
async fn flood(steps: &Steps, before: usize) {
    const ALL: usize = 4000;
    steps.step(format!(
        "{ALL} clients wait; the stop is asked for after {before} of \
         them"
    ));
    let (listener, callers) = queue();
    let (trigger, stop) = shutdown();
    let counted = AtomicUsize::new(0);
    if before == 0 {
        trigger.request();
    }
    let counting: Greeter = Box::new(move |_| {
        if counted.fetch_add(1, SeqCst) + 1 == before {
            trigger.request();
        }
        Box::pin(ready(Ok(())))
    });
    for _ in 0..ALL {
        call(steps, &callers, Peer::new());
    }
    let server = start_with(listener, at_once(2 * ALL), stop, counting);
    drop(stopped(steps, server).await);
    steps.at_most("accepted", callers.accepted(), 1000);
}

/// Dropping what is given back cuts everybody, and so does
/// dropping the future of `serve`.
async fn cut(steps: &Steps) {
    for whole in [false, true] {
        let what = if whole {
            "drop the future of `serve`, with two open connections"
        } else {
            "stop, and drop what `serve` returned, with two open \
             connections"
        };
        steps.step(what);
        let (listener, callers) = queue();
        let (trigger, server) = start(listener, at_once(10), greeter());
        let clients = two(steps, &callers);
        sleep(PAUSE).await;
        if whole {
            server.abort();
        } else {
            trigger.request();
            let open = stopped(steps, server).await;
            steps.equal("connections still open", &open.len(), &2);
            drop(open);
        }
        sleep(PAUSE).await;
        for seen in clients {
            steps.holds("the connection is cut", seen.is_dropped());
        }
    }
}

/// Each connection ends in its own way, and says so.
async fn own_ends(steps: &Steps) {
    steps.expect_panics();
    steps.step(
        "ask a server to stop; then one connection fails, one panics, \
         and one is answered",
    );
    let (listener, callers) = queue();
    let (trigger, server) = start(listener, at_once(10), greeter());
    let clients = [b"e", b"p", b"g"].map(|end| {
        call(steps, &callers, Peer::new().stalls().sends(end))
    });
    sleep(PAUSE).await;
    trigger.request();
    let mut open = stopped(steps, server).await;
    let mut ends = Vec::new();
    for seen in clients {
        seen.resume();
        let next = timeout(PATIENCE, open.join_next()).await;
        ends.push(match steps.succeeds("it ends", next) {
            Some(Ok(Ok(()))) => "answered".to_owned(),
            Some(Ok(Err(error))) => error.to_string(),
            Some(Err(error)) if error.is_panic() => "panic".to_owned(),
            other => format!("{other:?}"),
        });
    }
    let expected = ["a connection that fails", "panic", "answered"];
    steps.equal("how each of them ended", &ends, &expected);
}

/// Two clients that say nothing until they are resumed.
fn two(steps: &Steps, callers: &Callers) -> [Seen; 2] {
    [(); 2].map(|()| {
        call(steps, callers, Peer::new().stalls().sends(b"g"))
    })
}

/// The connections that were open go on to their end.
async fn finish(
    steps: &Steps,
    mut open: OpenConnections,
    clients: &[Seen; 2],
) {
    for seen in clients {
        steps.holds("it is not cut", !seen.is_dropped());
        seen.resume();
        expect_greeted(steps, seen).await;
    }
    while let Some(ended) = open.join_next().await {
        let ended = steps.succeeds("its task", ended);
        steps.succeeds("the connection", ended);
    }
}

/// The server has stopped accepting, without waiting for anybody.
async fn stopped(
    steps: &Steps,
    server: JoinHandle<OpenConnections>,
) -> OpenConnections {
    let stopped = timeout(PATIENCE, server).await;
    let stopped = steps.succeeds("the server stops accepting", stopped);
    steps.succeeds("the server's task", stopped)
}
