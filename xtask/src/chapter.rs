//! The workbook as the runner sees it: its chapters, their files, and the errors when
//! one of those can't be used.

pub mod chapter_file;
pub mod given;
pub mod workspace;

pub use course::chapter::{Chapter, Tree};
