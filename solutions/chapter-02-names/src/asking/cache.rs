//! The cache: answers, and how long each of them is valid.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::{Answer, Question};

/// The most questions whose answers are kept.
const ENTRIES: usize = 1024;

/// Answers and when they expire, on Tokio's clock, which nobody can
/// set back.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    entries: HashMap<Question, Entry>,
}

#[derive(Debug)]
struct Entry {
    answer: Answer,
    /// When the answer expires. It isn't used from this moment on.
    end: Instant,
}

impl Cache {
    /// Returns the answer to `question` if it's in the cache and hasn't
    /// expired. An answer expires at its `end`, not after it.
    pub(crate) fn get(&self, question: &Question) -> Option<Answer> {
        //? todo!("chapter 2: is {question:?} known?")
        // ANCHOR: cut-get
        let entry = self.entries.get(question)?;
        let holds = Instant::now() < entry.end;
        holds.then(|| entry.answer.clone())
        // ANCHOR_END: cut-get
    }

    /// Keeps `answer` for as many seconds as its TTL says, starting
    /// now. An answer with a TTL of 0 is for one use only, so
    /// [`get`](Self::get) never returns it.
    ///
    /// All three kinds of answer have a TTL, the negative ones
    /// included. If the cache is full, [`make_room`](Self::make_room)
    /// is called first, so there are never more than `ENTRIES` answers.
    /// A new answer to the same question replaces the old one.
    pub(crate) fn put(&mut self, question: Question, answer: Answer) {
        //? todo!("chapter 2: keep {answer:?} for {question:?}")
        // ANCHOR: cut-put
        let (Answer::Addresses { ttl, .. }
        | Answer::NoSuchName { ttl }
        | Answer::NoData { ttl }) = answer;
        let now = Instant::now();
        let end = now + Duration::from_secs(u64::from(ttl));
        if self.entries.len() >= ENTRIES {
            self.make_room(now);
        }
        self.entries.insert(question, Entry { answer, end });
        // ANCHOR_END: cut-put
    }

    /// Removes everything that has expired at `now`. If nothing has,
    /// removes the entry that expires next.
    fn make_room(&mut self, now: Instant) {
        //? todo!("chapter 2: make room at {now:?}")
        // ANCHOR: cut-make_room
        self.entries.retain(|_, entry| now < entry.end);
        if self.entries.len() < ENTRIES {
            return;
        }
        let next =
            self.entries.iter().min_by_key(|(_, entry)| entry.end);
        if let Some((question, _)) = next {
            let question = question.clone();
            self.entries.remove(&question);
        }
        // ANCHOR_END: cut-make_room
    }
}
