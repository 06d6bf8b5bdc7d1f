//! The output about verdicts: as text for people, and as JSON for programs.

pub mod events;
pub mod json;
pub mod report_text;
