//! The runner's state in `.workbook/`: the last verdicts, copies of files that it has
//! overwritten, and a lock.

pub mod backups;
pub mod lock;
pub mod progress;
