//! Checks of what `drain` counts: who finished, and who was cut.

use std::time::Duration;

use connections::{BoxError, OpenConnections};
use lab::Steps;
use lab::drops::DropCounter;
use server::{Drained, Signals, drain};
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};

use crate::PATIENCE;
use crate::stage::{Stage, ask};

/// Longer than any check: what ends before it was not cut by it.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The ways in which a task comes to an end of its own.
const ENDS: [&str; 3] = ["an error", "a panic", "success"];

/// These counts decide the exit code, on every system.
pub async fn counted(steps: Steps) {
    nobody(&steps).await;
    by_themselves(&steps).await;
    for crowd in [1, 1000] {
        already(&steps, crowd, HOUR, 2).await;
        already(&steps, crowd, Duration::ZERO, 0).await;
    }
    a_client_that_left(&steps).await;
}

/// Signals of which so many have come, and who could send more.
async fn signals(came: usize) -> (Signals, mpsc::Sender<()>) {
    let (sender, receiver) = mpsc::channel(4);
    for _ in 0..came {
        // The receiver is there: this sends it.
        let _ = sender.send(()).await;
    }
    (Signals::injected(receiver), sender)
}

/// What `drain` counted; it has to return before anybody asks why.
async fn drained(
    steps: &Steps,
    open: OpenConnections,
    grace: Duration,
    came: usize,
) -> Drained {
    let (mut signals, _sender) = signals(came).await;
    let draining = drain(open, grace, &mut signals);
    let ended = timeout(PATIENCE, draining).await;
    steps.succeeds("`drain` returns", ended)
}

/// Nobody was cut, also where no signal can be sent.
pub async fn nobody(steps: &Steps) {
    steps.step("drain, and nobody is connected");
    let counts = drained(steps, OpenConnections::new(), HOUR, 1).await;
    let expected = Drained {
        finished: 0,
        cut: 0,
    };
    steps.equal("how it ended", &counts, &expected);
}

/// A task's end that comes by itself, a few turns later.
async fn end(how: &str, turns: usize) -> Result<(), BoxError> {
    for _ in 0..turns {
        yield_now().await;
    }
    match how {
        "an error" => Err("the client left".into()),
        // The check expects it: nothing needs to be printed.
        "a panic" => std::panic::resume_unwind(Box::new("a handler")),
        _ => Ok(()),
    }
}

/// The last of them or the only one may be the one that fails.
async fn by_themselves(steps: &Steps) {
    for how in ENDS {
        for (before, after) in [(0, 0), (2, 0), (0, 2), (2, 2)] {
            steps.step(format!(
                "one task ends with {how}, {before} end before it \
                 and {after} after it"
            ));
            let mut open = OpenConnections::new();
            open.spawn(end(how, 5));
            for _ in 0..before {
                open.spawn(end("success", 2));
            }
            for _ in 0..after {
                open.spawn(end("success", 8));
            }
            let counts = drained(steps, open, HOUR, 1).await;
            let expected = Drained {
                finished: 1 + before + after,
                cut: 0,
            };
            steps.equal("how it ended", &counts, &expected);
        }
    }
}

/// Tasks that have ended, and that nobody has joined, when it is
/// over: by a second signal, or since there is no grace. This
/// needs a runtime of one thread: a task whose guard is gone has
/// ended there before anybody else gets a turn.
async fn already(
    steps: &Steps,
    crowd: usize,
    grace: Duration,
    came: usize,
) {
    let over = match came {
        2 => "the second signal is there already",
        _ => "the grace is over at once",
    };
    for how in ENDS {
        steps.step(format!(
            "{crowd} tasks have ended with {how}, three have not, \
             and {over}"
        ));
        // Whoever looks at both in any order is lucky half the time.
        for _ in 0..20 {
            let (drops, mut open) =
                (DropCounter::new(), OpenConnections::new());
            for _ in 0..crowd {
                let guard = drops.guard();
                open.spawn(async move {
                    let _owned = guard;
                    end(how, 0).await
                });
            }
            while drops.alive() > 0 {
                yield_now().await;
            }
            for _ in 0..3 {
                open.spawn(std::future::pending());
            }
            let counts = drained(steps, open, grace, came).await;
            let expected = Drained {
                finished: crowd,
                cut: 3,
            };
            steps.equal("how it ended", &counts, &expected);
        }
    }
}

/// The same through the whole server: nobody cut this client.
async fn a_client_that_left(steps: &Steps) {
    let stage = Stage::start(steps, |_| {});
    let mut client = stage.connect();
    ask(steps, &mut client, "/held").await;
    stage.signal().await;
    let stopped = async {
        while !stage.refuses() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    let stopped = timeout(PATIENCE, stopped).await;
    steps.succeeds("the server stops accepting", stopped);
    steps.step("the client leaves in the middle of the download");
    drop(client);
    stage.parts.release.add_permits(1);
    let ended = timeout(PATIENCE, stage.end()).await;
    let (counts, _) = steps.succeeds("the server ends", ended);
    let expected = Drained {
        finished: 1,
        cut: 0,
    };
    steps.equal("how it ended", &counts, &expected);
}
