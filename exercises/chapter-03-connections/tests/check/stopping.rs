//! Checks of `serve`: what is left when connections end, and
//! when the server is asked to stop.

use std::time::Duration;

use connections::{Open, ServeLimits};
use lab::Steps;
use lab_net::peer::{Peer, Seen};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::PATIENCE;
use crate::queue::{broken, queue};
use crate::serving::{
    PAUSE, at_once, call, expect_greeted, greeter, start,
};

pub async fn finished(steps: Steps) {
    let (listener, callers) = queue();
    let (trigger, server) = start(listener, at_once(10), greeter());
    steps.step("200 clients are answered, one after the other");
    for _ in 0..200 {
        let seen = call(&steps, &callers, Peer::new().sends(b"g"));
        expect_greeted(&steps, &seen).await;
    }
    sleep(PAUSE).await;
    steps.step("ask the server to stop");
    trigger.request();
    let open = stopped(&steps, server).await;
    steps.at_most("connections still kept", open.len(), 10);
}

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
