//! Counting proofs.

use std::fmt;

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

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}
