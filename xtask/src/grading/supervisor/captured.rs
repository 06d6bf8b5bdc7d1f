//! The output of a check. All of it is counted, and only its end is kept.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A pipe that is emptied by a thread of its own, so that a check never has to wait for
/// us.
#[derive(Debug, Clone)]
pub(super) struct Captured {
    kept: Arc<Mutex<Vec<u8>>>,
    count: Arc<AtomicU64>,
}

impl Captured {
    /// Starts emptying `pipe`, and keeps the last `keep` bytes.
    ///
    /// The thread isn't joined, because a process that has escaped could hold the pipe
    /// open forever, and its output doesn't matter.
    pub(super) fn start(mut pipe: impl Read + Send + 'static, keep: usize) -> Self {
        let captured = Self {
            kept: Arc::default(),
            count: Arc::default(),
        };
        let writer = captured.clone();
        thread::spawn(move || {
            let mut piece = [0; 16 << 10];
            loop {
                match pipe.read(&mut piece) {
                    Ok(0) => break,
                    Ok(length) => writer.keep(&piece[..length], keep),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
        });
        captured
    }

    /// Returns how many bytes have arrived, kept or not.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Returns whether the other side has closed the pipe.
    pub(super) fn is_over(&self) -> bool {
        // The reading thread holds one of two references while it runs.
        Arc::strong_count(&self.kept) == 1
    }

    /// Returns the bytes that were kept, as text. Bytes that aren't UTF-8 become
    /// U+FFFD.
    pub(super) fn text(&self) -> String {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).into_owned()
    }

    fn keep(&self, piece: &[u8], keep: usize) {
        self.count.fetch_add(piece.len() as u64, Ordering::Relaxed);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(piece);
        // Cut rarely, so that the bytes of a very long output aren't moved again and
        // again.
        if kept.len() > 2 * keep {
            let surplus = kept.len() - keep;
            kept.drain(..surplus);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_long_output_is_kept_and_all_of_it_counted() {
        let (reader, mut writer) = io::pipe().unwrap();
        let captured = Captured::start(reader, 4);
        io::Write::write_all(&mut writer, &[b'x'; 100_000]).unwrap();
        io::Write::write_all(&mut writer, b"end").unwrap();
        drop(writer);
        while !captured.is_over() {
            thread::yield_now();
        }
        assert_eq!(captured.count(), 100_003);
        assert!(captured.text().ends_with("end"));
        assert!(captured.text().len() <= 8);
    }
}
