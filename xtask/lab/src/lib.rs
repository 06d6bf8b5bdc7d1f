//! The tools of the chapters' checks: [`check()`] and its steps, counters (in
//! `measure`), inputs (in `inputs`), and child [`server`]s. It depends only on the
//! standard library, and on `course` for the report.
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
//! With `cargo xtask check`, the steps are sent to the runner ([`report`]). With a
//! plain `cargo test`, a failure prints them as a numbered transcript.

pub mod check;
mod inputs;
mod measure;
pub mod report;
pub mod server;

pub use check::{Steps, check, panics};
pub use inputs::{fault, folder, payload, prediction, random, recut, split, trace};
pub use measure::{curve, drops, memory, process, size, work};
pub use size::Size;
