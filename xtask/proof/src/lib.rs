//! What only maintainers and CI need: proofs about the workbook itself.

pub mod attack;
pub mod disk;
pub mod every_part;
pub mod exhibits;
pub mod filter;
pub mod fixture;
mod group;
pub mod mutants;
pub mod others;
pub mod plot;
pub mod pool;
pub mod runner;
pub mod scratch;
mod seed;
mod signals;
pub mod solutions;
pub mod switch;
pub mod switched;
pub mod tally;
pub mod windows;
pub mod wrong;
