//! Random ids for questions.
//!
//! We provide this file: `getrandom` does the work.

/// Returns a random number from the operating system. It must be
/// impossible to guess, because anybody who guesses the id of a
/// question can forge the answer (RFC 5452).
///
/// # Panics
///
/// Panics if the operating system can't supply random numbers. Every
/// system that this code runs on has them once it has booted.
pub fn random_id() -> u16 {
    let number = getrandom::u32();
    // The lower half is as random as the whole number.
    number.expect("the operating system has random numbers") as u16
}
