//! One question and its answer, over a network that loses and truncates
//! messages, and lets strangers forge them.
//!
//! We provide this file: it only decides how long to wait, and
//! `attempt.rs` does the work.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use crate::attempt::Attempt;
use crate::{Message, NameError, Question, Servers, encode_query};

/// How long to wait before asking again. There is one attempt for
/// each wait.
#[derive(Debug, Clone)]
pub struct RetrySchedule {
    /// How long each attempt may take. The next attempt waits for that
    /// time even if this one fails at once, because a server in trouble
    /// isn't helped by a storm of questions.
    pub waits: Vec<Duration>,
}

impl Default for RetrySchedule {
    /// Three attempts, of 1, 2 and 4 seconds.
    fn default() -> Self {
        let waits = [1, 2, 4].map(Duration::from_secs).to_vec();
        Self { waits }
    }
}

/// Asks `question` over UDP, and again over TCP if the answer doesn't
/// fit.
///
/// A message counts as the answer only if it comes from the server's
/// address, with this `id` and this question. Anything else is ignored
/// (RFC 5452, section 9.1). All attempts use one socket and send the
/// same bytes, so a late answer to an earlier attempt still counts.
///
/// # Errors
///
/// `NoAnswer` if every attempt has timed out. If a message has arrived
/// but was rejected, the reason why the last one was rejected.
pub async fn exchange(
    servers: &dyn Servers,
    id: u16,
    question: &Question,
    schedule: &RetrySchedule,
) -> Result<Message, NameError> {
    let query = encode_query(id, question);
    let mut datagram = servers.datagram().await?;
    let mut attempt = Attempt {
        servers,
        query: &query,
        id,
        question,
        refused: NameError::NoAnswer,
    };
    for wait in &schedule.waits {
        let end = Instant::now() + *wait;
        let asked = attempt.over_udp(&mut *datagram);
        match timeout_at(end, asked).await {
            Ok(Ok(message)) => return Ok(message),
            Ok(Err(error)) => attempt.refused = error,
            // The query or its answer was lost, or is merely late.
            Err(_) => {}
        }
        sleep_until(end).await;
    }
    Err(attempt.refused)
}
