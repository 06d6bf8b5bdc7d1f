//! Tools for maintainers and CI: proofs about the workbook itself.

pub mod harness;
pub mod proofs;
