//! The queue between the requests and the reader of the log.
//!
//! We provide this file: it uses a thread, because no request should
//! wait for the log.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// How many lines may wait for the log's reader.
const WAITING: usize = 1024;
/// How long writing the last lines may take when the process exits.
const LAST: Duration = Duration::from_secs(1);

/// How many lines were lost since the process started.
static LOST: AtomicU64 = AtomicU64::new(0);

/// Returns how many lines the log has lost, because its reader was too
/// slow or gone, or because the disk was full.
pub(crate) fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

fn lose() {
    LOST.fetch_add(1, Ordering::Relaxed);
}

/// A bounded queue whose writer never waits. Every other queue in this
/// book makes its writer wait, because the client needs all of the
/// data. Nobody needs every log line: if this queue is full, the line
/// is dropped and counted, and the response is sent all the same.
#[derive(Clone)]
pub(crate) struct LogQueue {
    items: SyncSender<Item>,
}

enum Item {
    Line(Vec<u8>),
    /// A request to confirm that all earlier lines are written.
    Flush(SyncSender<()>),
}

impl LogQueue {
    /// Starts the thread that writes the lines. If the output blocks,
    /// only this thread has to wait.
    ///
    /// # Errors
    ///
    /// Fails if the operating system can't create a thread.
    pub(crate) fn start(
        output: impl Write + Send + 'static,
    ) -> io::Result<Self> {
        let (items, queue) = sync_channel(WAITING);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write_all(&queue, output))?;
        Ok(Self { items })
    }

    /// Waits until the lines so far are written, but at most for a
    /// second, so that a log reader that hangs can't keep the process
    /// from exiting.
    pub(crate) fn flush(&self) {
        let (done, written) = sync_channel(1);
        if self.items.try_send(Item::Flush(done)).is_ok() {
            let _ = written.recv_timeout(LAST);
        }
    }
}

fn write_all(queue: &Receiver<Item>, mut output: impl Write) {
    // After a line that was written only in part, the next one must
    // begin on a new line.
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

/// `tracing` writes each line in one call.
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
