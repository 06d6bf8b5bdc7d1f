//! What only maintainers and CI need: proofs about the workbook itself.

pub mod harness;
pub mod proofs;
