//! A whole response: how it ended, how many bytes arrived, and whether they were
//! correct.

use std::time::Duration;

use lab::payload::{Flaw, Verifier};
use tokio::io::AsyncRead;
use tokio::time::Instant;

use super::connection::Receiver;
use super::pace::{Bucket, Pace};
use super::{Error, Head};

/// The response that a client got.
#[derive(Debug)]
pub struct Download {
    /// The status and the headers.
    pub head: Head,
    /// The number of bytes in the body, without framing.
    pub bytes: u64,
    /// How the body ended.
    pub end: End,
    /// The first wrong byte, if the body was verified.
    pub flaw: Option<Flaw>,
    /// The time from the connection to the first byte of the head.
    pub first_byte: Duration,
    /// The time from the call to the end of the body.
    pub time: Duration,
}

/// How a body ended.
#[derive(Debug)]
pub enum End {
    /// As its framing says. A body without a length, which ends with its connection,
    /// always counts as complete.
    Complete,
    /// The client closed the connection.
    Left,
    /// The connection was closed, failed, or went silent, or the framing was wrong.
    Incomplete(Error),
}

impl Download {
    /// The status code.
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// Returns whether the body is complete.
    pub fn complete(&self) -> bool {
        matches!(self.end, End::Complete)
    }

    /// Returns `Ok` for a complete body without a wrong byte, or otherwise a sentence
    /// that says what's wrong.
    pub fn verdict(&self) -> Result<u64, String> {
        match (&self.end, &self.flaw) {
            (_, Some(flaw)) if !matches!(flaw, Flaw::Short { .. }) => {
                Err(flaw.to_string())
            }
            (End::Incomplete(error), _) => Err(error.to_string()),
            (End::Left, _) => Err("the client left".to_owned()),
            (End::Complete, Some(flaw)) => Err(flaw.to_string()),
            (End::Complete, None) => Ok(self.bytes),
        }
    }
}

/// Reads a response at the given pace. Fails only if there is no head.
pub(super) async fn read<S: AsyncRead>(
    receiver: &mut Receiver<S>,
    method: &str,
    pace: &Pace,
    mut verifier: Option<Verifier>,
) -> Result<Download, Error> {
    let started = Instant::now();
    let head = receiver.final_head().await?;
    let first_byte = receiver.first_byte().unwrap_or_default();
    if let Pace::Stalled(hold) = pace {
        hold.stay().await;
    }
    let mut bytes = 0;
    let end = match body(receiver, &head, method, pace, |piece| {
        bytes += piece.len() as u64;
        if let Some(verifier) = &mut verifier {
            verifier.feed(piece);
        }
    })
    .await
    {
        Ok(end) => end,
        Err(error) => End::Incomplete(error),
    };
    Ok(Download {
        head,
        bytes,
        flaw: verifier.and_then(|verifier| verifier.finish().err()),
        end,
        first_byte,
        time: started.elapsed(),
    })
}

async fn body<S: AsyncRead>(
    receiver: &mut Receiver<S>,
    head: &Head,
    method: &str,
    pace: &Pace,
    mut take: impl FnMut(&[u8]),
) -> Result<End, Error> {
    let mut bucket = match pace {
        Pace::Rate(rate) => Some(Bucket::new(*rate)),
        _ => None,
    };
    let mut left = match pace {
        Pace::Leaves(bytes) => *bytes,
        _ => u64::MAX,
    };
    let size = pace.read_size();
    let mut body = receiver.body(head, method)?;
    while left > 0 {
        let limit = size.min(usize::try_from(left).unwrap_or(usize::MAX));
        let Some(piece) = body.next(limit).await? else {
            return Ok(End::Complete);
        };
        take(&piece);
        left = left.saturating_sub(piece.len() as u64);
        if let Some(bucket) = &mut bucket {
            bucket.spend(piece.len()).await;
        }
    }
    Ok(End::Left)
}
