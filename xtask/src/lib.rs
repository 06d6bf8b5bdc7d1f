//! `cargo xtask`: the runner of the workbook.
//!
//! A learner has to build the runner before the first verdict, so it's small: the only
//! package of ours that it depends on is `course`, and it starts larger tools only when
//! they're needed. Two of them, `upkeep` and `maintain`, depend on this library and use
//! the same parts.
//!
//! The folders depend on each other in one direction:
//!
//! [`commands`] → [`output`] → [`grading`] → [`state`] → [`chapter`] → [`cli`]

pub mod chapter;
pub mod cli;
pub mod commands;
pub mod grading;
pub mod output;
pub mod state;

#[cfg(test)]
mod direction;
