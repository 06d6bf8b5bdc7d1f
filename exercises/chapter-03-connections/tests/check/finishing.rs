//! Checks of how a server is asked to stop, and how its last
//! connections finish.

use std::future::{pending, poll_fn, ready};
use std::task::Poll;
use std::time::Duration;

use connections::{OpenConnections, finish, shutdown};
use futures_util::FutureExt;
use lab::Steps;
use lab::drops::DropCounter;
use tokio::time::{sleep, timeout};

use crate::PATIENCE;

const HOUR: Duration = Duration::from_secs(3600);
const SECOND: Duration = Duration::from_secs(1);

pub async fn request(steps: Steps) {
    steps.step("request the shutdown, and then wait for it");
    let (trigger, stop) = shutdown();
    trigger.request();
    for _ in 0..2 {
        let at_once = stop.requested().now_or_never();
        steps.holds("it is there already", at_once.is_some());
    }
    let at_once = stop.clone().requested().now_or_never();
    steps.holds("also for a new clone", at_once.is_some());
    steps.step("request it once more");
    trigger.request();
    let at_once = stop.requested().now_or_never();
    steps.holds("it is still there", at_once.is_some());

    for lost in [false, true] {
        let (trigger, stop) = shutdown();
        if lost {
            steps.step("lose the trigger, and wait for an hour");
            drop(trigger);
        } else {
            steps.step("wait for an hour");
            std::mem::forget(trigger);
        }
        let mut polls = 0;
        let mut waiting = Box::pin(stop.requested());
        // One poll too many is enough to know.
        let counted = poll_fn(|context| {
            polls += 1;
            match waiting.as_mut().poll(context) {
                Poll::Pending if polls > 10 => Poll::Ready(false),
                over => over.map(|()| true),
            }
        });
        let over = timeout(HOUR, counted).await.unwrap_or(false);
        steps.holds("it waits", !over);
        steps.at_most("how often it is polled", polls, 10);
    }

    steps.step("three clones wait for an hour");
    let (trigger, stop) = shutdown();
    let waiting = [(); 3].map(|()| {
        let stop = stop.clone();
        tokio::spawn(async move { stop.requested().await })
    });
    sleep(HOUR).await;
    let early = waiting.iter().any(|task| task.is_finished());
    steps.holds("none of them returns early", !early);
    steps.step("one more waits, and gives up");
    let gives_up = timeout(SECOND, stop.requested()).await;
    steps.holds("it waits", gives_up.is_err());
    steps.step("request the shutdown");
    trigger.request();
    for task in waiting {
        let woken = timeout(PATIENCE, task).await;
        let woken = steps.succeeds("the wait is over", woken);
        steps.succeeds("its task", woken);
    }
    let again = timeout(PATIENCE, stop.requested()).await;
    steps.succeeds("the wait of who gave up", again);
}

pub async fn finishes(steps: Steps) {
    steps.step("finish without open connections");
    let none = finish(OpenConnections::new(), pending());
    let none = timeout(PATIENCE, none).await;
    let aborted = steps.succeeds("it returns", none);
    steps.equal("connections that were aborted", &aborted, &0);

    steps.expect_panics();
    steps.step(
        "one connection is answered, one fails and one panics, a \
         second apart",
    );
    let drops = DropCounter::new();
    let mut open = OpenConnections::new();
    for end in 1..=3 {
        let guard = drops.guard();
        open.spawn(async move {
            let _guard = guard;
            sleep(SECOND * end).await;
            match end {
                1 => Err("a connection that fails".into()),
                2 => panic!("a connection that panics"),
                _ => Ok(()),
            }
        });
    }
    let finished = timeout(PATIENCE, finish(open, pending())).await;
    let aborted = steps.succeeds("it returns", finished);
    steps.equal("connections that were aborted", &aborted, &0);
    steps.equal("connections still alive", &drops.alive(), &0);

    for (after, stalled, expected) in
        [(5, 2, 2), (0, 2, 3), (5, 0, 0), (5, 40, 40)]
    {
        steps.step(format!(
            "{stalled} connections stall and one takes a second; the \
             second request comes after {after} seconds"
        ));
        let drops = DropCounter::new();
        let mut open = OpenConnections::new();
        for stalls in (0..=stalled).map(|number| number > 0) {
            let guard = drops.guard();
            open.spawn(async move {
                let _guard = guard;
                if stalls {
                    pending::<()>().await;
                }
                sleep(SECOND).await;
                Ok(())
            });
        }
        let again = async move {
            match after {
                0 => ready(()).await,
                _ => sleep(SECOND * after).await,
            }
        };
        let finished = timeout(HOUR, finish(open, again)).await;
        let aborted = steps.succeeds("it returns", finished);
        steps.equal(
            "connections that were aborted",
            &aborted,
            &expected,
        );
        steps.equal("connections still alive", &drops.alive(), &0);
    }
}
