//! The proofs, each a stage of `cargo xtask test`.

pub mod ablation;
pub mod alternatives;
pub mod attack;
pub mod mutants;
pub mod plot;
pub mod solutions;
pub mod windows;
pub mod wrong;
