//! Checks of how long chunks are: as long as the client deserves.

use std::time::Duration;

use backpressure::{CHUNK, FileBody, LONGEST, Pace};
use futures_util::future::join_all;
use lab::payload::{Payload, Verifier};
use lab::size::{GIB, MIB};
use lab::work::CallCounter;
use lab::{Size, Steps};
use tokio::time::sleep;

use crate::MARK;
use crate::ahead::bound;
use crate::body::{WAYS, Way, chunk, settled};
use crate::disk::Disk;

/// The first chunks of every client, and those after a pause, are
/// short for so many bytes.
const RUN: u64 = 4 * MIB;
/// How much is taken before chunks that haven't grown are given up.
/// How fast they grow is nobody's promise.
const ENOUGH: u64 = GIB;
/// Longer than the 20 ms within which a client keeps up, however
/// busy the machine is: it can only become longer.
const PAUSE: Duration = Duration::from_millis(100);
/// What a slow client waits before each chunk, and how many chunks
/// it takes.
const SLOW: (Duration, usize) = (Duration::from_millis(50), 70);
/// Marks of these checks.
const MARKS: [usize; 3] = [0, CHUNK, MARK];

/// A client of a source that has no end in sight, and what it has
/// taken.
pub struct Taker<'a> {
    steps: &'a Steps,
    pub body: FileBody,
    pub work: CallCounter,
    pub taken: u64,
    verifier: Verifier,
}

impl<'a> Taker<'a> {
    pub fn of(steps: &'a Steps, way: Way, mark: usize) -> Self {
        Self::equipped(steps, way, mark, |disk| disk)
    }

    /// The same with a disk that `equip` has changed.
    pub fn equipped(
        steps: &'a Steps,
        way: Way,
        mark: usize,
        equip: impl Fn(Disk) -> Disk,
    ) -> Self {
        // Less than 4 GiB: a length of 32 bits is another check's business.
        let payload = Payload::stamped(3 * GIB);
        let work = CallCounter::new();
        let count = work.clone();
        let source =
            Disk::new(payload, move |source| source.counted_by(&count));
        let whole = 0..payload.length();
        Self {
            steps,
            body: way.body(equip(source), whole, mark),
            work,
            taken: 0,
            verifier: payload.verifier(),
        }
    }

    /// Takes a chunk of at most so many bytes, and gives its
    /// length.
    async fn take(&mut self, most: usize) -> usize {
        let chunk = chunk(self.steps, &mut self.body).await;
        self.steps.at_most("its length", chunk.len(), most);
        self.verifier.feed(&chunk);
        self.taken += chunk.len() as u64;
        chunk.len()
    }

    /// Takes every chunk that begins before this offset.
    async fn take_to(&mut self, offset: u64, most: usize) {
        while self.taken < offset {
            self.take(most).await;
        }
    }

    /// Takes chunks without a pause until one of them is long.
    pub async fn until_long(&mut self) {
        let before = self.taken;
        while self.take(LONGEST).await <= CHUNK {
            let taken = Size(self.taken - before);
            self.steps.at_most(
                "bytes taken without a pause before a chunk is longer \
                 than 64 KiB",
                taken,
                Size(ENOUGH),
            );
        }
    }

    /// Takes nothing until nothing more is read. Gives how much was
    /// read ahead.
    async fn stall(&mut self) -> u64 {
        settled(&self.work).await;
        self.work.bytes() - self.taken
    }

    fn finish(self) {
        let flaw = self.verifier.flaw().map(|flaw| flaw.to_string());
        self.steps.equal("what is wrong with them", &flaw, &None);
    }
}

pub async fn grow(steps: Steps) {
    for way in WAYS {
        for mark in MARKS {
            steps.step(format!(
                "{way} with a mark of {mark}: take the first 4 MiB"
            ));
            let mut taker = Taker::of(&steps, way, mark);
            taker.take_to(RUN, CHUNK).await;
            steps.step("take more, without a pause");
            taker.until_long().await;
            steps.step("take 64 MiB more");
            let end = taker.taken + 64 * MIB;
            taker.take_to(end, LONGEST).await;
            taker.finish();
        }
    }
}

pub async fn shrink(steps: Steps) {
    for way in WAYS {
        for mark in MARKS {
            steps.step(format!(
                "{way} with a mark of {mark}: take chunks until one is \
                 longer than 64 KiB"
            ));
            let mut taker = Taker::of(&steps, way, mark);
            for _ in 0..2 {
                taker.until_long().await;
                steps.step("stop in the middle of long chunks");
                let ahead = taker.stall().await;
                let most = mark.saturating_sub(1) + LONGEST;
                let most = Size(most as u64);
                steps.at_most("bytes ahead", Size(ahead), most);
                sleep(PAUSE).await;
                let read = taker.work.bytes();
                steps.step("after a pause, take what had been read");
                taker.take_to(read, LONGEST).await;
                steps.step("take a megabyte that is read now");
                taker.take_to(read + MIB, CHUNK).await;
                steps.step("stop in the middle of short chunks");
                let ahead = taker.stall().await;
                let most = Size(bound(mark));
                steps.at_most("bytes ahead", Size(ahead), most);
                sleep(PAUSE).await;
                let read = taker.work.bytes();
                steps.step("after a pause, take the next 4 MiB");
                taker.take_to(read + RUN, CHUNK).await;
                steps.step("take more, without a pause");
            }
            taker.finish();
        }
    }
    slow(&steps).await;
    tiny(&steps).await;
}

/// All of them at once: each does nothing most of the time.
async fn slow(steps: &Steps) {
    let (pause, chunks) = SLOW;
    steps.step(format!(
        "clients that take {chunks} chunks, one every 50 ms"
    ));
    let clients = WAYS.into_iter().flat_map(|way| {
        MARKS.map(|mark| {
            let mut taker = Taker::of(steps, way, mark);
            async move {
                for _ in 0..chunks {
                    sleep(pause).await;
                    taker.take(CHUNK).await;
                }
            }
        })
    });
    join_all(clients).await;
}

/// A thousand tiny chunks are less than what a kernel's buffers
/// swallow.
async fn tiny(steps: &Steps) {
    for way in WAYS {
        steps.step(format!(
            "{way}, and a disk that gives 100 bytes a read at first; \
             take nothing"
        ));
        let mut taker = Taker::equipped(steps, way, MARK, |disk| {
            disk.short(100).until(100_000)
        });
        let ahead = taker.stall().await;
        let most = Size(bound(MARK));
        steps.at_most("bytes ahead", Size(ahead), most);
        steps.step("take the first 2 MiB");
        taker.take_to(2 * MIB, CHUNK).await;
    }
}

/// The policy, to the byte.
pub fn figures(steps: Steps) {
    let late = Duration::from_millis(20);
    let soon = late - Duration::from_nanos(1);
    steps.step("a `Pace` of 64 to 256 KiB");
    let mut pace = Pace::new(CHUNK, LONGEST);
    let expect = |pace: &Pace, size: usize| {
        steps.equal("its size", &pace.size(), &size);
    };
    for _ in 0..3 {
        for size in [CHUNK, 2 * CHUNK] {
            for _ in 0..RUN as usize / size {
                expect(&pace, size);
                pace.took(size, soon);
            }
        }
        for _ in 0..100 {
            expect(&pace, LONGEST);
            pace.took(LONGEST, soon);
        }
        steps.step("a late chunk, 4 MiB but a byte, and a late chunk");
        pace.took(LONGEST, late);
        expect(&pace, CHUNK);
        pace.took(RUN as usize - 1, soon);
        pace.took(1, late);
        pace.took(RUN as usize - 1, soon);
        expect(&pace, CHUNK);
        pace.took(0, late);
    }
    let run = RUN as usize;
    for more in [1, run / 2, run, 3 * run] {
        steps.step(format!(
            "a new `Pace`; 4 MiB and {more} bytes at once, and then \
             4 MiB"
        ));
        let mut pace = Pace::new(CHUNK, LONGEST);
        pace.took(run + more, soon);
        expect(&pace, 2 * CHUNK);
        pace.took(run - 1, soon);
        expect(&pace, 2 * CHUNK);
        pace.took(1, soon);
        expect(&pace, LONGEST);
    }
    steps.step("a `Pace` of 1000 to 2500 bytes");
    let mut pace = Pace::new(1000, 2500);
    for size in [1000, 2000, 2500] {
        expect(&pace, size);
        pace.took(run - 1, soon);
        expect(&pace, size);
        pace.took(1, soon);
    }
    steps.step("a late chunk of more than 4 MiB");
    for bytes in [run, run + 1, usize::MAX] {
        pace.took(run, soon);
        pace.took(bytes, late);
        expect(&pace, 1000);
    }
    steps.step("a `Pace` that cannot grow");
    let mut pace = Pace::new(1000, 1000);
    for waited in [soon, soon, late, soon] {
        pace.took(1, waited);
        pace.took(usize::MAX, waited);
        expect(&pace, 1000);
    }
}
