//! What the checks of the chapters measure with: [`check()`] and its steps, what is
//! counted (in `measure`), what goes in (in `inputs`), and child [`server`]s. The
//! standard library, and `course` for the report.
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
mod inputs;
mod measure;
pub mod report;
pub mod server;

pub use check::{Steps, check, panics};
pub use inputs::{fault, folder, payload, prediction, random, recut, split, trace};
pub use measure::{curve, drops, memory, process, size, work};
pub use size::Size;
