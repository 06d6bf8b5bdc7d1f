//! Writes the report, whose format is described in [`course::report`].

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};

pub use course::report::{
    FIELD_LIMIT, Kind, Panic, Place, Record, VARIABLE, line, parse,
};

/// Writes a record, if there is a report.
pub fn write(record: &Record) {
    // The line is complete before the lock is taken. Nothing is allocated under the
    // lock, so the allocator may write a record, too.
    let line = line(record);
    write_line(line.as_bytes());
}

/// Opens the report, so that later writes, including the allocator's, don't have to. If
/// the path can't be opened, a message goes to standard error. Without `begin`, the
/// runner knows that the report is missing.
pub(crate) fn open() {
    REPORT.get_or_init(|| {
        let path = std::env::var_os(VARIABLE)?;
        match OpenOptions::new().append(true).open(&path) {
            Ok(file) => Some(Mutex::new(file)),
            Err(error) => {
                eprintln!("cannot open the report {}: {error}", path.display());
                None
            }
        }
    });
}

/// Writes a `memory` record without allocating, because the allocator calls this when
/// it refuses an allocation.
pub(crate) fn write_memory_without_allocating(peak: u64, limit: u64, refused: u64) {
    let mut line = [0; 80];
    let mut left = &mut line[..];
    // 7 + 3 × 20 digits + 3 tabs + a line feed fit, so nothing is cut.
    let _ = writeln!(left, "memory\t{peak}\t{limit}\t{refused}");
    let length = 80 - left.len();
    write_line(&line[..length]);
}

/// Returns whether a runner reads the report. In that case, we print nothing ourselves,
/// so that the output is only the learner's.
pub(crate) fn is_heard() -> bool {
    matches!(REPORT.get(), Some(Some(_)))
}

static REPORT: OnceLock<Option<Mutex<File>>> = OnceLock::new();

fn write_line(line: &[u8]) {
    if let Some(Some(report)) = REPORT.get() {
        let mut file = report.lock().unwrap_or_else(PoisonError::into_inner);
        // If the runner is gone, that's no reason to fail the check.
        let _ = file.write_all(line);
    }
}
