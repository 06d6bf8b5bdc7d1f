//! Grading a chapter: its build, each check in a supervised process, and the verdicts.

pub mod build;
pub mod grade;
pub mod parent_watch;
pub mod scratch;
pub mod supervisor;
pub mod verdict;
