//! Counting proofs.

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// How many proofs passed and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Proofs that passed.
    pub passed: u64,
    /// Proofs that failed.
    pub failed: u64,
}

impl Tally {
    /// Counts one proof and says what came of it.
    pub fn count(&mut self, name: &str, result: Result<(), String>) {
        match result {
            Ok(()) => {
                self.passed += 1;
                println!("passed  {name}");
            }
            Err(why) => {
                self.failed += 1;
                println!("FAILED  {name}\n        {why}");
            }
        }
    }
}

/// A tally that many threads count in.
#[derive(Debug, Default)]
pub struct Counter(Mutex<Tally>);

impl Counter {
    /// Counts one proof and says what came of it.
    pub fn count(&self, name: &str, result: anyhow::Result<()>) {
        let result = result.map_err(|error| format!("{error:#}"));
        let mut tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tally.count(name, result);
    }

    /// What was counted.
    pub fn tally(self) -> Tally {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}
