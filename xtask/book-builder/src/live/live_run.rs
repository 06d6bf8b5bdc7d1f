//! One run of the runner, and its way into a page.
//!
//! A run belongs to the response that tells of it. It ends, with every process of it,
//! when the page is gone, when the server ends (also when it is killed: the run's
//! standard input closes then), and at a deadline. There is one run at a time.

use axum::response::sse::Event;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

/// A run that is still going after this is ended. The slowest check may take ten
/// minutes.
pub const DEADLINE: Duration = Duration::from_secs(15 * 60);
/// How many events wait for a page that reads slowly. Then the run waits as well.
const WAITING: usize = 64;
/// A longer line comes from code that prints without end; it is left out.
const LONGEST: usize = 8 * 1024 * 1024;
/// After the run's end, pipes that nobody closed are read for this long.
const DRAIN: Duration = Duration::from_millis(500);
/// A run ends within this after its standard input has closed; what doesn't is killed.
const ENDING: Duration = Duration::from_secs(15);
/// A page has this long to take the last event.
const LAST: Duration = Duration::from_secs(2);

/// The place of the one run. Clones share it.
#[derive(Clone)]
pub struct Runs {
    going: Arc<watch::Sender<Option<Going>>>,
    deadline: Duration,
}

/// The run that has the place.
#[derive(Clone, Debug)]
struct Going {
    what: String,
    page: mpsc::Sender<Event>,
    /// The server has let it go.
    is_let_go: bool,
}

impl Going {
    /// Nobody wants it any more; what it started is being ended, or will be at once.
    fn is_ending(&self) -> bool {
        self.is_let_go || self.page.is_closed()
    }
}

/// The place, taken. Dropping it makes room for the next run.
#[derive(Debug)]
struct Slot(Arc<watch::Sender<Option<Going>>>);

impl Slot {
    fn let_go(&self) {
        self.0.send_modify(|going| {
            if let Some(going) = going {
                going.is_let_go = true;
            }
        });
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.send_replace(None);
    }
}

/// Why a run could not be started.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    /// This one is going.
    Busy(String),
    /// The system cannot start it.
    NotStarted(String),
}

/// Why a run is over.
enum Over {
    Ended,
    Left,
    Stopped,
    Closing,
    Deadline,
}

impl Runs {
    /// No run yet; each may take as long as `deadline`.
    pub fn new(deadline: Duration) -> Self {
        Self {
            going: Arc::new(watch::Sender::new(None)),
            deadline,
        }
    }

    /// Starts `command`, which ends when its standard input closes, under the name `what`.
    /// It is ended when `closing` is. A run that is just being ended is waited for.
    ///
    /// # Errors
    ///
    /// Another run is going, or the program cannot be started.
    pub async fn start(
        &self,
        what: &str,
        mut command: Command,
        closing: impl Future<Output = ()> + Send + 'static,
    ) -> Result<mpsc::Receiver<Event>, Refused> {
        let (page, events) = mpsc::channel(WAITING);
        let slot = loop {
            match self.take(what, &page) {
                Ok(slot) => break slot,
                Err(other) if other.is_ending() => self.ended().await,
                Err(other) => return Err(Refused::Busy(other.what)),
            }
        };
        let child = command
            .spawn()
            .map_err(|error| Refused::NotStarted(error.to_string()))?;
        tokio::spawn(carry(child, page, self.deadline, closing, slot));
        Ok(events)
    }

    /// Ends the run that is going, if there is one, and waits until it's gone.
    pub async fn stop(&self) {
        self.going.send_modify(|going| {
            if let Some(going) = going {
                going.is_let_go = true;
            }
        });
        self.ended().await;
    }

    /// Waits until no run is going.
    pub async fn ended(&self) {
        let mut going = self.going.subscribe();
        // Fails only when there is no sender, and we hold one.
        let _ = going.wait_for(Option::is_none).await;
    }

    fn take(&self, what: &str, page: &mpsc::Sender<Event>) -> Result<Slot, Going> {
        let mut other = None;
        self.going.send_if_modified(|going| {
            other = going.clone();
            if other.is_none() {
                *going = Some(Going {
                    what: what.to_string(),
                    page: page.clone(),
                    is_let_go: false,
                });
            }
            other.is_none()
        });
        match other {
            None => Ok(Slot(Arc::clone(&self.going))),
            Some(other) => Err(other),
        }
    }
}

/// Brings the run's events to its page, and ends it when it is time.
async fn carry(
    mut child: Child,
    page: mpsc::Sender<Event>,
    deadline: Duration,
    closing: impl Future<Output = ()>,
    slot: Slot,
) {
    let mut going = slot.0.subscribe();
    let stopped = async {
        // Fails only when there is no sender, and the slot holds one.
        let is_let_go =
            |going: &Option<Going>| going.as_ref().is_none_or(|going| going.is_let_go);
        let _ = going.wait_for(is_let_go).await;
    };
    let lifeline = child.stdin.take();
    let mut out = child.stdout.take().map(Lines::of);
    let mut said = child.stderr.take().map(Lines::of);
    let over = {
        let told = async {
            tokio::join!(
                forward("run", out.as_mut(), &page),
                forward("said", said.as_mut(), &page)
            );
        };
        let mut told = std::pin::pin!(told);
        tokio::select! {
            () = &mut told => Over::Ended,
            _ = child.wait() => {
                // What escaped may hold the pipes open forever.
                let _ = timeout(DRAIN, told).await;
                Over::Ended
            }
            () = page.closed() => Over::Left,
            () = stopped => Over::Stopped,
            () = closing => Over::Closing,
            () = tokio::time::sleep(deadline) => Over::Deadline,
        }
    };
    slot.let_go();
    drop(lifeline);
    // Its last words are read and go nowhere: a full or closed pipe would disturb it.
    let status = tokio::select! {
        status = timeout(ENDING, child.wait()) => status.ok(),
        () = discard(out.as_mut(), said.as_mut()) => None,
    };
    if status.is_none() {
        // It ends by itself. If it did not, the next run could never begin.
        let _ = child.start_kill();
    }
    let status = status.and_then(Result::ok);
    // Before the page hears of the end: it may start the next one at once.
    drop(slot);
    let last = last(&over, status, deadline);
    // A page that does not read does not learn of it.
    let _ = timeout(LAST, page.send(last)).await;
}

async fn forward(
    event: &str,
    lines: Option<&mut Lines<impl AsyncRead + Unpin>>,
    page: &mpsc::Sender<Event>,
) {
    let Some(lines) = lines else { return };
    while let Some(line) = lines.next().await {
        let event = Event::default().event(event).data(line);
        if page.send(event).await.is_err() {
            return;
        }
    }
}

/// Reads both to nowhere, forever.
async fn discard<O, E>(out: Option<&mut Lines<O>>, said: Option<&mut Lines<E>>)
where
    O: AsyncRead + Unpin,
    E: AsyncRead + Unpin,
{
    let out = async {
        if let Some(out) = out {
            while out.next().await.is_some() {}
        }
    };
    let said = async {
        if let Some(said) = said {
            while said.next().await.is_some() {}
        }
    };
    tokio::join!(out, said);
    std::future::pending().await
}

/// The event `over`: the exit code if the run ended by itself, and words if not.
fn last(over: &Over, status: Option<ExitStatus>, deadline: Duration) -> Event {
    let words = match over {
        Over::Ended | Over::Left => String::new(),
        Over::Stopped => "This run was stopped from another page.".to_string(),
        Over::Closing => "The book's server has stopped.".to_string(),
        Over::Deadline => {
            let minutes = deadline.as_secs() / 60;
            format!("The run was stopped after {minutes} minutes.")
        }
    };
    let code = status.and_then(|status| status.code());
    let data = serde_json::json!({ "exit": code, "words": words });
    Event::default().event("over").data(data.to_string())
}

/// Lines of bounded length.
struct Lines<R> {
    reader: BufReader<R>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    fn of(pipe: R) -> Self {
        let reader = BufReader::new(pipe);
        Self { reader }
    }

    /// The next line that is not too long; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        let mut line = Vec::new();
        let mut is_too_long = false;
        loop {
            let piece = self.reader.fill_buf().await.ok()?;
            if piece.is_empty() {
                return (!line.is_empty()).then(|| plain(&line));
            }
            let end = piece.iter().position(|byte| *byte == b'\n');
            let part = &piece[..end.unwrap_or(piece.len())];
            is_too_long |= line.len() + part.len() > LONGEST;
            if !is_too_long {
                line.extend_from_slice(part);
            }
            let taken = end.map_or(piece.len(), |end| end + 1);
            self.reader.consume(taken);
            if end.is_some() {
                if !is_too_long {
                    return Some(plain(&line));
                }
                line.clear();
                is_too_long = false;
            }
        }
    }
}

/// A carriage return would end an event's line.
fn plain(line: &[u8]) -> String {
    String::from_utf8_lossy(line).replace('\r', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_without_end_is_left_out_and_the_next_one_comes() {
        let mut text = b"first\r\n".to_vec();
        text.extend(vec![b'x'; LONGEST + 1]);
        text.extend(b"\nlast");
        let mut lines = Lines::of(text.as_slice());
        assert_eq!(lines.next().await.as_deref(), Some("first"));
        assert_eq!(lines.next().await.as_deref(), Some("last"));
        assert_eq!(lines.next().await, None);
    }

    #[tokio::test]
    async fn there_is_one_place_and_it_says_who_has_it() {
        let runs = Runs::new(DEADLINE);
        let (page, events) = mpsc::channel(1);
        let slot = runs.take("the first", &page).expect("a free place");
        let other = runs.take("the second", &page).expect_err("it is taken");
        assert_eq!(
            (other.what.as_str(), other.is_ending()),
            ("the first", false)
        );
        drop(events);
        assert!(other.is_ending());
        drop(slot);
        runs.ended().await;
        assert!(runs.take("the second", &page).is_ok());
    }
}
