//! A cursor that does what it is told, and the rows that it gives.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use bytes::BytesMut;
use exports::{Cursor, ExportError, Format, Row, Value};
use lab::drops::{DropCounter, Guard};
use tokio::sync::watch;

/// Gives so many rows, and counts who asks.
pub struct Script {
    rows: u64,
    at: u64,
    make: fn(u64) -> Row,
    pulled: Arc<AtomicU64>,
    late: Arc<AtomicU64>,
    polls: Arc<AtomicU64>,
    over: bool,
    fails_at: Option<u64>,
    waits_at: Option<(u64, watch::Receiver<bool>)>,
    /// It waits for a moment before each row up to this one.
    yields_to: u64,
    waits: Waits,
    _guard: Option<Guard>,
}

/// What a moment is.
#[derive(Debug, Clone, Copy)]
pub enum Waits {
    /// So many turns of the runtime.
    Turns(u32),
    /// 0 to 4 turns, one row after the other.
    Unevenly,
    /// Until a thread beside the runtime wakes it, as a database
    /// does.
    Beside,
}

/// Lets a cursor go on that waits.
pub struct Opener {
    open: watch::Sender<bool>,
}

/// What a cursor counts. Clones count together.
#[derive(Clone, Default)]
pub struct Counts {
    pulled: Arc<AtomicU64>,
    late: Arc<AtomicU64>,
    polls: Arc<AtomicU64>,
}

impl Counts {
    /// Rows that were given.
    pub fn pulled(&self) -> u64 {
        self.pulled.load(SeqCst)
    }

    /// How often somebody looked for a row, or for its cursor's
    /// feeder to go on.
    pub fn polls(&self) -> u64 {
        self.polls.load(SeqCst)
    }

    /// Counts each time that somebody looks at this future.
    pub async fn counted<F: Future>(&self, future: F) -> F::Output {
        counted(&self.polls, future).await
    }

    /// Calls after the end, or after an error.
    pub fn late(&self) -> u64 {
        self.late.load(SeqCst)
    }
}

impl Script {
    /// Rows that `make` makes, by their number from 0.
    pub fn of(rows: u64, make: fn(u64) -> Row) -> (Self, Counts) {
        let counts = Counts::default();
        let script = Self {
            rows,
            at: 0,
            make,
            pulled: Arc::clone(&counts.pulled),
            late: Arc::clone(&counts.late),
            polls: Arc::clone(&counts.polls),
            over: false,
            fails_at: None,
            waits_at: None,
            yields_to: 0,
            waits: Waits::Turns(1),
            _guard: None,
        };
        (script, counts)
    }

    /// Fails in place of this row.
    pub fn failing_at(mut self, row: u64) -> Self {
        self.fails_at = Some(row);
        self
    }

    /// Waits before this row, until it is opened.
    pub fn waiting_at(mut self, row: u64) -> (Self, Opener) {
        let (open, opened) = watch::channel(false);
        self.waits_at = Some((row, opened));
        (self, Opener { open })
    }

    /// Makes whoever asks wait for a moment, before each row.
    pub fn yielding(self) -> Self {
        self.yielding_to(u64::MAX)
    }

    /// The same, but not from this row on.
    pub fn yielding_to(mut self, row: u64) -> Self {
        self.yields_to = row;
        self
    }

    /// Makes each moment one of these.
    pub fn lasting(mut self, waits: Waits) -> Self {
        self.waits = waits;
        self
    }

    pub fn guarded_by(mut self, drops: &DropCounter) -> Self {
        self._guard = Some(drops.guard());
        self
    }
}

impl Waits {
    async fn a_moment(self, row: u64) {
        let turns = match self {
            Self::Turns(turns) => turns,
            Self::Unevenly => (row % 5) as u32,
            Self::Beside => {
                let _ = tokio::task::spawn_blocking(|| ()).await;
                0
            }
        };
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    }
}

impl Opener {
    pub fn open(&self) {
        self.open.send_replace(true);
    }
}

async fn counted<F: Future>(polls: &AtomicU64, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        polls.fetch_add(1, SeqCst);
        future.as_mut().poll(context)
    })
    .await
}

impl Cursor for Script {
    async fn next(&mut self) -> Result<Option<Row>, ExportError> {
        let polls = Arc::clone(&self.polls);
        counted(&polls, self.row()).await
    }
}

impl Script {
    async fn row(&mut self) -> Result<Option<Row>, ExportError> {
        if self.over {
            self.late.fetch_add(1, SeqCst);
        }
        // Whoever drops this future loses its row.
        let at = self.at;
        self.at += 1;
        if at < self.yields_to {
            self.waits.a_moment(at).await;
        }
        if let Some((row, opened)) = &mut self.waits_at
            && *row == at
        {
            let gone = opened.wait_for(|open| *open).await.is_err();
            if gone {
                // Nobody will open it.
                std::future::pending::<()>().await;
            }
        }
        if self.fails_at == Some(at) {
            self.over = true;
            let what = format!("row {at} is broken");
            return Err(ExportError::Row(what));
        }
        if at >= self.rows {
            self.over = true;
            return Ok(None);
        }
        self.pulled.fetch_add(1, SeqCst);
        Ok(Some((self.make)(at)))
    }
}

/// A row with two columns.
pub fn two(first: Value, second: Value) -> Row {
    Row {
        names: ["id".to_owned(), "note".to_owned()].into(),
        values: vec![first, second],
    }
}

/// A row of about 100 bytes in every format.
pub fn small(number: u64) -> Row {
    let note = format!("{number:080}");
    two(Value::Integer(number as i64), Value::Text(note))
}

/// The bytes of a row's second value as they are, and brackets
/// around all of them. Nothing is slow here but the rows.
pub struct Plain;

impl Format for Plain {
    fn start(&mut self, output: &mut BytesMut) {
        output.extend_from_slice(b"[");
    }

    fn row(&mut self, row: &Row, output: &mut BytesMut) {
        match &row.values[1] {
            Value::Text(text) => {
                output.extend_from_slice(text.as_bytes());
            }
            Value::Blob(bytes) => output.extend_from_slice(bytes),
            _ => {}
        }
    }

    fn end(&mut self, output: &mut BytesMut) {
        output.extend_from_slice(b"]");
    }
}
