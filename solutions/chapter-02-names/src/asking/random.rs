//! Random ids for questions. Given: `getrandom` does the work.

/// Returns a number that nobody else can guess, from the operating
/// system's random numbers: whoever guesses the id of a question
/// can forge the answer (RFC 5452).
///
/// # Panics
///
/// The operating system has no random numbers. Every system that
/// this code runs on has them once it has booted.
pub fn random_id() -> u16 {
    let number = getrandom::u32();
    // The lower half of it is as random as all of it.
    number.expect("the operating system has random numbers") as u16
}
