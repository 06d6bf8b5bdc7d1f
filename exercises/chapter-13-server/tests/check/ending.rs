//! Checks of the end: announce, finish, cut.

use std::time::Duration;

use connections::OpenConnections;
use lab::Steps;
use lab::drops::DropCounter;
use lab_net::gate::BlockingGate;
use server::{Drained, Readiness, Signals, announce, drain};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use crate::parts::whole;
use crate::stage::{Stage, ask, body, closed};
use crate::{AGES, MOMENT, PATIENCE};

pub async fn in_flight(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        // Idle connections are another check's.
        setting.limits.drain_timeout = 2 * setting.limits.idle;
    });
    let mut client = stage.connect();
    let head = ask(&steps, &mut client, "/held").await;
    stage.signal().await;
    // Within the grace, however long it is.
    sleep(45 * 60 * MOMENT).await;
    steps.holds("new connections are refused", stage.refuses());
    steps.step("let the download go on");
    stage.parts.release.add_permits(1);
    let bytes = body(&steps, &mut client, &head).await;
    steps.equal_bytes("the body", &bytes, &whole());
    steps.holds("then it ends", closed(&mut client).await);
    let (drained, _) = stage.end().await;
    let expected = Drained {
        finished: 1,
        cut: 0,
    };
    steps.equal("how it ended", &drained, &expected);
}

pub async fn deadline(steps: Steps) {
    let grace = Duration::from_millis(40_300);
    let notice = grace / 2;
    let stage = Stage::start(&steps, |setting| {
        setting.limits.drain_timeout = grace;
        setting.limits.drain_delay = notice;
    });
    let mut stalled = stage.connect();
    ask(&steps, &mut stalled, "/held").await;
    let mut other = stage.connect();
    let head = ask(&steps, &mut other, "/held").await;
    stage.signal().await;
    let signalled = Instant::now();
    // The grace begins when accepting has stopped.
    sleep(notice + grace * 3 / 4).await;
    steps.step("one of two comes to its end before the deadline");
    stage.parts.release.add_permits(1);
    // Permits are given in the order of the requests.
    let bytes = body(&steps, &mut stalled, &head).await;
    steps.equal_bytes("the body", &bytes, &whole());
    // The clock stands still; half of the rest is left over.
    let ended = timeout(grace / 2, stage.end()).await;
    let ended =
        steps.succeeds("the server ends at the deadline", ended);
    let took = signalled.elapsed().as_millis();
    let all = (notice + grace).as_millis();
    let what = "milliseconds from the signal to the end";
    steps.at_least(what, took, all);
    // A timer is rounded up to its next millisecond.
    steps.at_most(what, took, all + 10);
    let expected = Drained {
        finished: 1,
        cut: 1,
    };
    steps.equal("how it ended", &ended.0, &expected);
    steps.holds("the other is cut", closed(&mut other).await);
    no_grace(&steps).await;
}

/// Without a grace all are cut at once, and the notice stays.
async fn no_grace(steps: &Steps) {
    for notice in [Duration::ZERO, 3 * MOMENT] {
        steps.step(format!("no grace, and a notice of {notice:?}"));
        let stage = Stage::start(steps, |setting| {
            setting.limits.drain_timeout = Duration::ZERO;
            setting.limits.drain_delay = notice;
        });
        let mut client = stage.connect();
        ask(steps, &mut client, "/held").await;
        stage.signal().await;
        let signalled = Instant::now();
        // Whether the bodies are gone is another check's.
        let (drained, _) = stage.end().await;
        let took = signalled.elapsed().as_millis();
        let what = "milliseconds from the signal to the end";
        steps.at_least(what, took, notice.as_millis());
        steps.at_most(what, took, notice.as_millis() + 10);
        let expected = Drained {
            finished: 0,
            cut: 1,
        };
        steps.equal("how it ended", &drained, &expected);
    }
}

/// Of a server that has been up for longer than its notice.
async fn noticed(steps: &Steps) {
    for notice in [Duration::ZERO, Duration::from_millis(200_300)] {
        steps.step(format!(
            "a signal after an hour, with a notice of {notice:?}"
        ));
        let (sender, receiver) = mpsc::channel(1);
        let readiness = Readiness::default();
        let (stop, shutdown) = connections::shutdown();
        let ready = readiness.clone();
        let announced = tokio::spawn(async move {
            let mut signals = Signals::injected(receiver);
            announce(&mut signals, &ready, notice, &stop).await;
            // A trigger that is gone asks for nothing.
            stop
        });
        sleep(60 * 60 * MOMENT).await;
        steps.holds("ready before the signal", readiness.is_ready());
        let signalled = Instant::now();
        let sent = sender.send(()).await;
        steps.succeeds("send a signal", sent);
        shutdown.requested().await;
        let took = signalled.elapsed().as_millis();
        let what = "milliseconds from the signal to the stop";
        steps.at_least(what, took, notice.as_millis());
        steps.at_most(what, took, notice.as_millis() + 10);
        let ready = readiness.is_ready();
        steps.holds("not ready when it stops", !ready);
        steps.succeeds("`announce`", announced.await).request();
    }
}

pub async fn readiness_first(steps: Steps) {
    let notice = Duration::from_millis(200_300);
    let stage = Stage::start(&steps, |setting| {
        setting.limits.drain_delay = notice;
    });
    let mut client = stage.connect();
    let head = ask(&steps, &mut client, "/ready").await;
    steps.equal("/ready", &head.status, &200);
    stage.signal().await;
    sleep(MOMENT).await;
    steps.holds("not refused during the notice", !stage.refuses());
    let mut balancer = stage.connect();
    let head = ask(&steps, &mut balancer, "/ready").await;
    steps.equal("/ready after the signal", &head.status, &503);
    let mut late = stage.connect();
    let head = ask(&steps, &mut late, "/small").await;
    steps.equal("a late request", &head.status, &200);
    sleep(notice - MOMENT - MOMENT / 10).await;
    steps.holds("not refused before its end", !stage.refuses());
    sleep(MOMENT / 5).await;
    steps.holds("refused after the notice", stage.refuses());
    drop((client, balancer, late));
    stage.end().await;
    noticed(&steps).await;
}

pub async fn idle_and_busy(steps: Steps) {
    let stage = Stage::start(&steps, |_| {});
    let mut idle = stage.connect();
    let head = ask(&steps, &mut idle, "/small").await;
    body(&steps, &mut idle, &head).await;
    let mut unused = stage.connect();
    let mut busy = stage.connect();
    let busy_head = ask(&steps, &mut busy, "/held").await;
    stage.signal().await;
    let ended = timeout(MOMENT / 10, closed(&mut idle)).await;
    steps.succeeds("the idle connection closes at once", ended);
    let ended = timeout(MOMENT, closed(&mut unused)).await;
    steps.succeeds("so does one without a request", ended);
    stage.parts.release.add_permits(1);
    let bytes = body(&steps, &mut busy, &busy_head).await;
    steps.equal_bytes("the busy one's body", &bytes, &whole());
    let ended = timeout(MOMENT, stage.end()).await;
    let (drained, _) = steps.succeeds("the server ends", ended);
    steps.equal("connections that were cut", &drained.cut, &0);
    crate::alone::total(&steps, true).await;
}

pub async fn nothing_left(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        setting.limits.drain_timeout = MOMENT;
    });
    let mut clients = Vec::new();
    for _ in 0..5 {
        let mut client = stage.connect();
        ask(&steps, &mut client, "/held").await;
        clients.push(client);
    }
    stage.signal().await;
    let (drained, parts) = stage.end().await;
    // At once: nobody gets a turn in between.
    let alive = parts.drops.alive();
    steps.equal("bodies of tasks that still live", &alive, &0);
    steps.equal("connections that were cut", &drained.cut, &5);
    for crowd in [5, 1000] {
        joined(&steps, crowd).await;
    }
    busy_elsewhere(&steps).await;
}

/// A task that another thread is running does not hear of the
/// abort: it is there until that thread comes back.
async fn busy_elsewhere(steps: &Steps) {
    steps.step("drain a task that a thread is in the middle of");
    let gate = BlockingGate::with_patience(PATIENCE);
    let (job, mut open) = (gate.clone(), OpenConnections::new());
    open.spawn_blocking(move || {
        job.pass();
        Ok(())
    });
    while gate.entered() == 0 {
        tokio::task::yield_now().await;
    }
    let (_sender, receiver) = mpsc::channel(1);
    let draining = tokio::spawn(async move {
        let mut signals = Signals::injected(receiver);
        drain(open, MOMENT, &mut signals).await
    });
    for _ in 0..100 {
        // By itself this clock stands still beside such a job.
        tokio::time::advance(10 * MOMENT).await;
        tokio::task::yield_now().await;
    }
    let early = draining.is_finished();
    gate.open();
    steps.holds("`drain` waits until the task is gone", !early);
    let ended = timeout(AGES, draining).await;
    let ended = steps.succeeds("`drain` returns", ended);
    steps.succeeds("`drain`", ended);
}

/// Here nobody at all gets a turn after `drain` has returned.
async fn joined(steps: &Steps, crowd: usize) {
    steps.step(format!("drain {crowd} tasks that never end"));
    let (drops, mut open) =
        (DropCounter::new(), OpenConnections::new());
    for _ in 0..crowd {
        let guard = drops.guard();
        open.spawn(async move {
            let _owned = guard;
            std::future::pending().await
        });
    }
    let (_sender, receiver) = mpsc::channel(1);
    let mut signals = Signals::injected(receiver);
    let drained = drain(open, MOMENT, &mut signals).await;
    steps.equal("tasks that still live", &drops.alive(), &0);
    let expected = Drained {
        finished: 0,
        cut: crowd,
    };
    steps.equal("how it ended", &drained, &expected);
}

pub async fn second_signal(steps: Steps) {
    for (notice, gap) in [
        (Duration::ZERO, MOMENT),
        (1000 * MOMENT, MOMENT),
        (1000 * MOMENT, Duration::ZERO),
    ] {
        steps.step(format!("two signals, {gap:?} between them"));
        steps.step(format!("with a notice of {notice:?}"));
        let stage = Stage::start(&steps, |setting| {
            setting.limits.drain_timeout = 10_000 * MOMENT;
            setting.limits.drain_delay = notice;
        });
        let mut client = stage.connect();
        ask(&steps, &mut client, "/held").await;
        stage.signal().await;
        sleep(gap).await;
        let alive = stage.parts.drops.alive();
        steps.equal("downloads after the first signal", &alive, &1);
        stage.signal().await;
        let ended = timeout(MOMENT / 2, stage.end()).await;
        let ended = steps
            .succeeds("the server ends at the second signal", ended);
        let expected = Drained {
            finished: 0,
            cut: 1,
        };
        steps.equal("how it ended", &ended.0, &expected);
    }
}

pub async fn lost_trigger(steps: Steps) {
    let mut stage = Stage::start(&steps, |_| {});
    steps.step("whoever could send a signal goes away");
    stage.lose_signals();
    sleep(AGES).await;
    steps.holds("the server goes on", !stage.refuses());
    let mut client = stage.connect();
    let head = ask(&steps, &mut client, "/small").await;
    steps.equal("status", &head.status, &200);
    body(&steps, &mut client, &head).await;
    let head = ask(&steps, &mut client, "/ready").await;
    steps.equal("/ready", &head.status, &200);
}

pub fn blocking_job(steps: Steps) {
    let gate = BlockingGate::with_patience(PATIENCE);
    let (job, inside) = (gate.clone(), steps.clone());
    steps.step("a job on the blocking pool waits at a gate");
    let ended = server::on_runtime(async move {
        let stage = Stage::start(&inside, |_| {});
        let started = job.clone();
        tokio::task::spawn_blocking(move || job.pass());
        while started.entered() == 0 {
            tokio::task::yield_now().await;
        }
        stage.signal().await;
        stage.end().await;
    });
    let held_up = gate.gave_up();
    gate.open();
    steps.succeeds("the runtime", ended);
    steps.holds("the end did not wait for the job", !held_up);
}
