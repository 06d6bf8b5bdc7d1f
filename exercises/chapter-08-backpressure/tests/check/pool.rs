//! A check of how many threads one body takes.

use std::time::Duration;

use http_body_util::BodyExt;
use lab::Steps;
use lab::payload::Payload;
use lab::size::MIB;
use lab_net::gate::BlockingGate;
use tokio::runtime::Builder;
use tokio::task::spawn_blocking;

use crate::MARK;
use crate::body::{WAYS, Way, until};
use crate::disk::Disk;

/// Threads for blocking calls that this runtime has.
const THREADS: usize = 9;
/// How many of them one body may take.
const TAKEN: usize = 1;

/// A source gives one read at a time. Whoever starts more of them
/// has threads that wait for their turn, and other clients have
/// none.
pub fn one_read(steps: Steps) {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).max_blocking_threads(THREADS);
    let runtime = builder.enable_all().build();
    let runtime = steps.succeeds("a runtime", runtime);
    for way in WAYS {
        runtime.block_on(read(&steps, way));
    }
    runtime.shutdown_timeout(Duration::from_secs(1));
}

async fn read(steps: &Steps, way: Way) {
    let payload = Payload::new(4 * MIB);
    let gate = BlockingGate::with_patience(Duration::from_secs(600));
    let behind = gate.clone();
    let source =
        Disk::new(payload, move |source| source.behind(&behind));
    steps.step(format!(
        "{way}: make a body of 64 chunks whose first read blocks"
    ));
    let whole = 0..payload.length();
    let mut body = way.body(source, whole, MARK);
    // A body may read nothing before it is asked.
    let asking = tokio::spawn(async move { body.frame().await });
    until(|| gate.entered() > 0).await;
    let entered = gate.entered();
    steps.step("ask for every other thread of the pool");
    let others = BlockingGate::with_patience(Duration::from_secs(600));
    for _ in TAKEN..THREADS {
        let other = others.clone();
        spawn_blocking(move || other.pass());
    }
    // A pool that is taken never gives more. A right body waits for
    // no time that could be too short on a busy machine.
    until(|| others.entered() >= THREADS - TAKEN).await;
    let free = others.entered();
    // Before any expectation, or the threads wait on.
    others.open();
    gate.open();
    asking.abort();
    steps.equal("the reads that were started", &entered, &1);
    let taken = THREADS - free.min(THREADS);
    steps.at_most("threads that the body takes", taken, TAKEN);
}
