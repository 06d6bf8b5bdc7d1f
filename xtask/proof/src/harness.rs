//! The tools of the proofs: the runner as a program, scratch copies of the workbook,
//! small workbooks, and counters.

pub mod disk;
pub mod exhibits;
pub mod filter;
pub mod fixture;
pub(crate) mod group;
pub mod pool;
pub mod runner;
pub mod scratch;
mod seed;
mod signals;
pub mod switch;
pub mod switched;
pub mod tally;
