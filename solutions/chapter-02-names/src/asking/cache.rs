//! What is known, and until when.
//!
//! We provide it: it is a hash table with a clock, and the page
//! about caches gives a tour of it.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::{Answer, Question};

/// The most questions whose answers are kept.
const ENTRIES: usize = 1024;

/// Answers that still hold, by Tokio's clock, which nobody sets
/// back.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    entries: HashMap<Question, Entry>,
}

#[derive(Debug)]
struct Entry {
    answer: Answer,
    /// The first moment at which it no longer holds.
    end: Instant,
}

impl Cache {
    /// Returns the answer to `question`, while it holds.
    pub(crate) fn get(&self, question: &Question) -> Option<Answer> {
        let entry = self.entries.get(question)?;
        let holds = Instant::now() < entry.end;
        holds.then(|| entry.answer.clone())
    }

    /// Keeps `answer` for as long as its TTL says, and with a TTL
    /// of 0 not at all.
    pub(crate) fn put(&mut self, question: Question, answer: Answer) {
        let (Answer::Addresses { ttl, .. }
        | Answer::NoSuchName { ttl }
        | Answer::NoData { ttl }) = answer;
        let now = Instant::now();
        let hold = Duration::from_secs(u64::from(ttl));
        let Some(end) = now.checked_add(hold) else {
            return;
        };
        if self.entries.len() >= ENTRIES {
            self.make_room(now);
        }
        self.entries.insert(question, Entry { answer, end });
    }

    /// Removes everything that has expired, and if nothing has,
    /// the answer that expires next.
    fn make_room(&mut self, now: Instant) {
        self.entries.retain(|_, entry| now < entry.end);
        if self.entries.len() < ENTRIES {
            return;
        }
        let next =
            self.entries.iter().min_by_key(|(_, entry)| entry.end);
        if let Some(question) =
            next.map(|(question, _)| question.clone())
        {
            self.entries.remove(&question);
        }
    }
}
