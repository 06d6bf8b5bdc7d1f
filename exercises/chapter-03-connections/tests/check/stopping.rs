//! Checks of `serve`: what is left when connections end, and
//! when the server is asked to stop.

use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use connections::{Open, ServeLimits, shutdown};
use lab::drops::{Drops, Guard};
use lab::memory::Mark;
use lab::size::KIB;
use lab::{Size, Steps};
use lab_net::peer::{Peer, Seen};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::PATIENCE;
use crate::queue::{broken, queue};
use crate::serving::{
    Greeter, PAUSE, at_once, call, expect_greeted, greet, greeter,
    start, start_with,
};

pub async fn finished(steps: Steps) {
    let (listener, callers) = queue();
    let errors = Drops::new();
    let failed = errors.clone();
    let failing: Greeter = Box::new(move |connection| {
        let error = Failed(failed.guard());
        Box::pin(async move {
            greet(connection).await?;
            Err(error.into())
        })
    });
    let (trigger, server) = start(listener, at_once(10), failing);
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

    // Whether the end or the request is seen first may be a matter
    // of luck, so it is tried again and again.
    steps.step("a connection asks for the stop, and ends; 20 times");
    for _ in 0..20 {
        let (listener, callers) = queue();
        let (trigger, stop) = shutdown();
        let trigger = Arc::new(trigger);
        let last: Greeter = Box::new(move |_| {
            let trigger = Arc::clone(&trigger);
            Box::pin(async move {
                trigger.request();
                Ok(())
            })
        });
        let server = start_with(listener, at_once(10), stop, last);
        call(&steps, &callers, Peer::new());
        let open = stopped(&steps, server).await;
        steps.equal("connections still kept", &open.len(), &0);
    }
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
        let clients = [(); 2].map(|()| {
            let peer = Peer::new().stalls().sends(b"g");
            call(&steps, &callers, peer)
        });
        sleep(PAUSE).await;
        trigger.request();
        let open = stopped(&steps, server).await;
        steps.equal("connections still open", &open.len(), &2);
        finish(&steps, open, &clients).await;
    }

    listening(&steps).await;
    flood(&steps).await;

    steps.step("ask a server to stop whose accepts fail");
    let limits = ServeLimits {
        connections: 10,
        pause: Duration::from_secs(86_400),
    };
    let (listener, _) = broken();
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
/// accept.
async fn flood(steps: &Steps) {
    const ALL: usize = 4000;
    steps.step(format!(
        "{ALL} clients wait, and the fiftieth asks for the stop"
    ));
    let (listener, callers) = queue();
    let (trigger, stop) = shutdown();
    let counted = AtomicUsize::new(0);
    let counting: Greeter = Box::new(move |_| {
        if counted.fetch_add(1, SeqCst) == 50 {
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

/// The connections that were open go on to their end.
async fn finish(steps: &Steps, mut open: Open, clients: &[Seen; 2]) {
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
async fn stopped(steps: &Steps, server: JoinHandle<Open>) -> Open {
    let stopped = timeout(PATIENCE, server).await;
    let stopped = steps.succeeds("the server stops accepting", stopped);
    steps.succeeds("the server's task", stopped)
}
