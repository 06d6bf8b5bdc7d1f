//! Checks of `Progress`.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::FutureExt;
use lab::size::{KIB, MIB};
use lab::{Size, Steps};
use pipelines::{Progress, Sink};

use crate::probe::{At, Journal};
use crate::script::Fault;
use crate::shelf::{KINDS, Shelf};
use crate::wait::{ended, still};

/// What a progress has told, in order.
#[derive(Clone, Default)]
struct Told {
    totals: Arc<Mutex<Vec<u64>>>,
}

impl Told {
    fn around<K: Sink>(&self, sink: K) -> Progress<K> {
        let totals = Arc::clone(&self.totals);
        let report = move |total| {
            let mut totals =
                totals.lock().unwrap_or_else(PoisonError::into_inner);
            totals.push(total);
        };
        Progress::new(sink, Box::new(report))
    }

    fn all(&self) -> Vec<u64> {
        let totals = self.totals.lock();
        totals.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn last(&self) -> u64 {
        self.all().last().copied().unwrap_or(0)
    }
}

pub async fn behind(steps: Steps) {
    let (journal, told) = (Journal::default(), Told::default());
    let (shelf, allow) = Shelf::new(&journal).stalling(1);
    let mut sink = told.around(shelf);
    steps.step("write 10 bytes, which are written at once");
    let wrote = ended(&steps, "the write", sink.write(bytes(10)));
    steps.succeeds("the write", wrote.await);
    steps.equal("bytes that were told", &told.last(), &10);

    steps.step("write 5 more, while the inner sink waits");
    let mut writing = Box::pin(sink.write(bytes(5)));
    let waits = (&mut writing).now_or_never().is_none();
    still().await;
    let waits = waits && (&mut writing).now_or_never().is_none();
    steps.equal("bytes that were told meanwhile", &told.last(), &10);
    steps.holds("the write waits for the inner sink", waits);
    steps.step("the inner sink goes on");
    allow.more(1);
    let wrote = ended(&steps, "the write", writing).await;
    steps.succeeds("the write", wrote);
    steps.equal("bytes that were told", &told.last(), &15);

    steps.step("write 3 to 6 bytes, one after another");
    allow.more(9);
    for length in 3..=6 {
        let wrote = sink.write(bytes(length));
        let wrote = ended(&steps, "the write", wrote).await;
        steps.succeeds("the write", wrote);
    }
    let totals = told.all();
    steps.equal("the totals", &totals, &[10, 15, 18, 22, 27, 33]);

    is_empty(&steps).await;
    is_large(&steps).await;
    fails(&steps).await;
    is_dropped(&steps).await;
    is_long(&steps).await;
}

/// An empty chunk is a chunk, for the sink and for the report.
async fn is_empty(steps: &Steps) {
    steps.step("write 10 bytes, and an empty chunk");
    let (journal, told) = (Journal::default(), Told::default());
    let mut sink = told.around(Shelf::new(&journal));
    for length in [10, 0] {
        let wrote = sink.write(bytes(length));
        let wrote = ended(steps, "the write", wrote).await;
        steps.succeeds("the write", wrote);
    }
    let chunks = journal.seen().chunks;
    steps.equal("chunks for the inner sink", &chunks, &2);
    steps.equal("the totals", &told.all(), &[10, 10]);
}

/// A chunk goes on as it came, however large it is.
async fn is_large(steps: &Steps) {
    for length in [16 * KIB, 64 * KIB, 64 * KIB + 1, MIB + 1] {
        steps.step(format!("write a chunk of {length} bytes"));
        let (journal, told) = (Journal::default(), Told::default());
        let mut sink = told.around(Shelf::new(&journal));
        let wrote = sink.write(bytes(length as usize));
        let wrote = ended(steps, "the write", wrote).await;
        steps.succeeds("the write", wrote);
        let chunks = journal.seen().chunks;
        steps.equal("chunks for the inner sink", &chunks, &1);
        steps.equal("the totals", &told.all(), &[length]);
    }
}

/// What failed has not arrived.
async fn fails(steps: &Steps) {
    steps.step("a write that fails");
    let (journal, told) = (Journal::default(), Told::default());
    let shelf = Shelf::new(&journal).failing(At::Chunk(1), 7);
    let mut sink = told.around(shelf);
    let wrote = ended(steps, "the write", sink.write(bytes(10)));
    steps.succeeds("the first write", wrote.await);
    let wrote = ended(steps, "the write", sink.write(bytes(10)));
    let error = steps.refuses("the second write", wrote.await);
    steps.equal("the error", &fault(&error), &Some(Fault(7)));
    steps.equal("the totals", &told.all(), &[10]);
    steps.step("the next write, which succeeds");
    let wrote = ended(steps, "the write", sink.write(bytes(5)));
    steps.succeeds("the third write", wrote.await);
    steps.equal("the totals", &told.all(), &[10, 15]);
}

/// A write that was given up has not arrived.
async fn is_dropped(steps: &Steps) {
    steps.step("a write that is dropped while it waits");
    let (journal, told) = (Journal::default(), Told::default());
    let (shelf, allow) = Shelf::new(&journal).stalling(1);
    let mut sink = told.around(shelf);
    let wrote = ended(steps, "the write", sink.write(bytes(10)));
    steps.succeeds("the first write", wrote.await);
    let waits = sink.write(bytes(7)).now_or_never().is_none();
    steps.holds("the second write waits", waits);
    steps.equal("the totals", &told.all(), &[10]);
    steps.step("the next write, after the one that was dropped");
    allow.more(9);
    let wrote = ended(steps, "the write", sink.write(bytes(5)));
    steps.succeeds("the third write", wrote.await);
    steps.equal("the totals", &told.all(), &[10, 15]);
}

/// More than 32 bits count.
async fn is_long(steps: &Steps) {
    const CHUNK: u64 = 16 * MIB;
    const CHUNKS: u64 = 257;
    steps.step("257 chunks of 16 MiB: more than 4 GiB");
    let told = Told::default();
    let mut sink = told.around(Nowhere);
    let chunk = Bytes::from(vec![0; CHUNK as usize]);
    for _ in 0..CHUNKS {
        let wrote = ended(steps, "a write", sink.write(chunk.clone()));
        steps.succeeds("a write", wrote.await);
    }
    let bytes = Size(told.last());
    steps.equal("bytes that were told", &bytes, &Size(CHUNKS * CHUNK));
}

/// Takes everything, and keeps nothing.
struct Nowhere;

impl Sink for Nowhere {
    async fn write(&mut self, _: Bytes) -> std::io::Result<()> {
        Ok(())
    }

    async fn finish(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub async fn inner(steps: Steps) {
    let (journal, told) = (Journal::default(), Told::default());
    steps.step("write two chunks, and finish");
    let mut sink = told.around(Shelf::new(&journal));
    for chunk in ["one", "two"] {
        let wrote = sink.write(Bytes::from(chunk));
        let wrote = ended(&steps, "the write", wrote).await;
        steps.succeeds("the write", wrote);
    }
    steps.equal("finishes before", &journal.finishes(), &0);
    let finished = ended(&steps, "the finish", sink.finish()).await;
    steps.succeeds("the finish", finished);
    steps.equal_bytes("the inner sink", &journal.bytes(), b"onetwo");
    steps.equal("finishes", &journal.finishes(), &1);
    steps.equal("the totals after it", &told.all(), &[3, 6]);

    steps.step("finish, while the inner sink cannot");
    let journal = Journal::default();
    let shelf = Shelf::new(&journal).failing(At::Finish, 8);
    let mut sink = Told::default().around(shelf);
    let finished = ended(&steps, "the finish", sink.finish()).await;
    let error = steps.refuses("the finish", finished);
    steps.equal("the error", &fault(&error), &Some(Fault(8)));
    every_error(&steps).await;
}

/// No error is an end, and none is tried again.
async fn every_error(steps: &Steps) {
    for kind in KINDS {
        for at in [At::Chunk(0), At::Finish] {
            steps.step(format!("the inner sink fails: {at:?}, {kind}"));
            let journal = Journal::default();
            let shelf = Shelf::new(&journal).failing(at, 9);
            let mut sink = Told::default().around(shelf.of_kind(kind));
            let end = async {
                sink.write(bytes(1)).await?;
                sink.finish().await
            };
            let end = ended(steps, "the sink", end).await;
            let error = steps.refuses("the sink", end);
            steps.equal("the error's kind", &error.kind(), &kind);
            steps.equal("the error", &fault(&error), &Some(Fault(9)));
            let chunks = journal.seen().chunks;
            steps.equal("chunks", &chunks, &1);
            // Whoever failed in `finish` was asked to finish once.
            let finishes = usize::from(at == At::Finish);
            steps.equal("finishes", &journal.finishes(), &finishes);
        }
    }
}

fn bytes(length: usize) -> Bytes {
    Bytes::from(vec![1; length])
}

/// The fault that an error of a sink holds.
pub fn fault(error: &std::io::Error) -> Option<Fault> {
    let inner = error.get_ref()?;
    inner.downcast_ref().copied()
}
