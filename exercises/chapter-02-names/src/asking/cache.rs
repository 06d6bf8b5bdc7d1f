//! The cache: answers, and how long each of them holds.

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
    /// The first moment at which the answer is no longer used.
    end: Instant,
}

impl Cache {
    /// Returns the answer to `question` if there is one and it
    /// hasn't expired: it's used before its end, and no longer at
    /// its end.
    pub(crate) fn get(&self, question: &Question) -> Option<Answer> {
        todo!("chapter 2: is {question:?} known?")
    }

    /// Keeps `answer` for as many seconds as its TTL says, from now
    /// on. A TTL of 0 means "use it once": such an answer is never
    /// returned by [`get`](Self::get).
    ///
    /// All three kinds of answer have a TTL, a "no" included. If the
    /// cache is full, [`make_room`](Self::make_room) comes first, so
    /// there are never more than `ENTRIES`. An answer to a question
    /// that is known replaces the one before.
    pub(crate) fn put(&mut self, question: Question, answer: Answer) {
        todo!("chapter 2: keep {answer:?} for {question:?}")
    }

    /// Removes everything that has expired at `now`. If nothing has,
    /// removes the entry that expires next.
    fn make_room(&mut self, now: Instant) {
        todo!("chapter 2: make room at {now:?}")
    }
}
