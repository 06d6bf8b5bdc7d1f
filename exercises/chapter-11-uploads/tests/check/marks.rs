//! Checks of the marks that the queues of `save` have.
//!
//! On the paused clock: an hour passes as soon as nothing moves
//! any more, and not before.

use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab::work::CallCounter;
use lab::{Size, Steps};
use tokio::task::JoinHandle;
use tokio::time::{Duration, sleep};
use uploads::{Saved, UploadError, save};

use crate::desk::Allow;
use crate::saving::{
    HIGH, LOW, desk, folder, incoming, limits, of_chunks,
};

/// Longer than anything moves.
const AGES: Duration = Duration::from_secs(60 * 60);

/// A save whose draft takes nothing yet.
struct Stalled {
    taken: CallCounter,
    written: CallCounter,
    allow: Allow,
    saving: JoinHandle<Result<Saved, UploadError>>,
}

impl Stalled {
    fn new(steps: &Steps, length: u64) -> Self {
        let size = Size(length);
        steps.step(format!(
            "chunks of {size} for a draft that takes nothing"
        ));
        let folder = folder(steps);
        let draft = desk(steps, &folder).forgetting();
        let (draft, allow) = draft.stalling();
        let (taken, written) =
            (CallCounter::new(), draft.written.clone());
        let payload = Payload::new(16 * MIB);
        let source = of_chunks(payload, &taken, length as usize);
        let incoming = incoming(steps, source);
        let limits = limits(16 * MIB);
        let saving = tokio::spawn(async move {
            let _folder = folder;
            save(incoming, draft, &limits).await
        });
        Self {
            taken,
            written,
            allow,
            saving,
        }
    }

    /// Lets the draft take one chunk more, and gives how many are
    /// read for it.
    async fn one_more(&self, steps: &Steps, length: u64) -> u64 {
        let (read, written) =
            (self.taken.bytes(), self.written.bytes());
        self.allow.one_more();
        sleep(AGES).await;
        let written = self.written.bytes() - written;
        let what = "bytes that were written";
        steps.equal(what, &Size(written), &Size(length));
        (self.taken.bytes() - read) / length
    }

    async fn end(self) {
        self.saving.abort();
        let _ = self.saving.await;
    }
}

/// The length of the chunks shows of how many bytes on a queue is
/// full, and at how many it goes on.
pub async fn of_the_queues(steps: Steps) {
    // Two chunks are exactly the high-water mark, or one is just below.
    for length in [LOW, HIGH - KIB] {
        let stalled = Stalled::new(&steps, length);
        sleep(AGES).await;
        let read = Size(stalled.taken.bytes());
        // Three queues with two chunks each, and one chunk in the
        // hands of the draft. A draft that counts its bytes itself
        // has one queue less before it; and where one chunk is more
        // than the low mark, a queue may be left with one.
        if length == LOW {
            let least = Size(5 * length);
            steps.at_least("bytes up to the mark", read, least);
        }
        let most = Size(7 * length);
        steps.at_most("bytes above the mark", read, most);
        stalled.end().await;
    }

    // One of two chunks is the low mark.
    let stalled = Stalled::new(&steps, LOW);
    sleep(AGES).await;
    for number in 1..=3 {
        steps.step(format!("the draft takes chunk {number}"));
        let read = stalled.one_more(&steps, LOW).await;
        steps.at_least("chunks read at the low mark", read, 1);
    }
    stalled.end().await;

    // One of two chunks is more than the low mark: a queue goes on
    // when it is empty, and then it takes two.
    let length = LOW + KIB;
    let stalled = Stalled::new(&steps, length);
    sleep(AGES).await;
    for number in 1..=6 {
        steps.step(format!("the draft takes chunk {number}"));
        let read = stalled.one_more(&steps, length).await;
        let single = read == 1;
        let what = "no chunk is read above the low mark";
        steps.holds(what, !single);
    }
    stalled.end().await;
}
