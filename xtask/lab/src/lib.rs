//! What the checks of the chapters measure with. Standard library only.
//!
//! A check is a plain `#[test]` whose body is wrapped in [`check()`]:
//!
//! ```
//! # fn a_subnet_contains_its_base() {
//! lab::check(|steps| {
//!     steps.step("parse \"10.0.0.0/8\"");
//!     let parts = "10.0.0.0/8".split_once('/');
//!     steps.equal("the prefix", &parts.map(|p| p.1), &Some("8"));
//! });
//! # }
//! # a_subnet_contains_its_base();
//! ```
//!
//! Under `cargo xtask check` the steps travel to the runner ([`report`]). Under
//! plain `cargo test` a failure prints them as a numbered transcript.

pub mod check;
pub mod curve;
pub mod drops;
pub mod fault;
pub mod folder;
pub mod memory;
pub mod panics;
pub mod payload;
pub mod prediction;
pub mod process;
pub mod random;
pub mod recut;
pub mod report;
pub mod server;
pub mod size;
pub mod split;
pub mod trace;
pub mod work;

pub use check::{Steps, check};
pub use size::Size;
