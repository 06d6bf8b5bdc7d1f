//! The queue between the requests and whoever reads the log.
//!
//! Given: a thread, because a log must not make anybody wait.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// Lines that wait for the log's reader at most.
const WAITING: usize = 1024;
/// How long the last lines may take when the process exits.
const LAST: Duration = Duration::from_secs(1);

/// Lines that were lost since the process started.
static LOST: AtomicU64 = AtomicU64::new(0);

/// How many lines the log has lost, because its reader was too
/// slow, was gone, or had no room on its disk.
pub(crate) fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

fn lose() {
    LOST.fetch_add(1, Ordering::Relaxed);
}

/// A bounded queue that never makes anybody wait. Every other
/// queue of this book holds its writer back, because its data is
/// what the client asked for. A log line isn't: if the queue is
/// full, the line is dropped and counted, and the response goes
/// out all the same.
#[derive(Clone)]
pub(crate) struct LogQueue {
    items: SyncSender<Item>,
}

enum Item {
    Line(Vec<u8>),
    /// Somebody waits until the lines before it are written.
    Flush(SyncSender<()>),
}

impl LogQueue {
    /// Starts the thread that writes the lines. Blocking is its
    /// trouble alone.
    ///
    /// # Errors
    ///
    /// The operating system refuses a thread.
    pub(crate) fn start(
        output: impl Write + Send + 'static,
    ) -> io::Result<Self> {
        let (items, queue) = sync_channel(WAITING);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write_all(&queue, output))?;
        Ok(Self { items })
    }

    /// Waits until the lines so far are written, but for a second
    /// at most: a reader that hangs doesn't keep the process.
    pub(crate) fn flush(&self) {
        let (done, written) = sync_channel(1);
        if self.items.try_send(Item::Flush(done)).is_ok() {
            let _ = written.recv_timeout(LAST);
        }
    }
}

fn write_all(queue: &Receiver<Item>, mut output: impl Write) {
    // A line that broke off must not run into the next one.
    let mut torn = false;
    while let Ok(item) = queue.recv() {
        let line = match item {
            Item::Line(line) => line,
            Item::Flush(done) => {
                let _ = done.try_send(());
                continue;
            }
        };
        let start: &[u8] = if torn { b"\n" } else { b"" };
        let written = output
            .write_all(start)
            .and_then(|()| output.write_all(&line))
            .and_then(|()| output.flush());
        torn = written.is_err();
        if torn {
            lose();
        }
    }
}

impl<'a> MakeWriter<'a> for LogQueue {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

/// `tracing` writes a line whole.
impl Write for &LogQueue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.items.try_send(Item::Line(line.to_vec())).is_err() {
            lose();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
