//! `cargo xtask`: the runner of the workbook.
//!
//! It stands between cloning and the first verdict, so it is thin: of ours it depends
//! on `course` alone, and it starts the heavier tools only when they are needed. Two of
//! them, `upkeep` and `maintain`, are made of the same parts and depend on this library.
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
