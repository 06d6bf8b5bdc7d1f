//! The secret of one start of the server: whoever can read our pages knows it, and a
//! page of another origin cannot.

use std::fmt;

/// The request header that carries it.
pub const HEADER: &str = "x-workbook-token";

const BYTES: usize = 16;

/// 128 random bits, written as hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new one.
    ///
    /// # Errors
    ///
    /// The system can't supply random numbers.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
        Ok(Self(digits.collect()))
    }

    /// Its digits, for our own pages.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Is `other` the same? The time that this takes says nothing about how much of
    /// it is.
    pub fn is(&self, other: &[u8]) -> bool {
        let ours = self.0.as_bytes();
        let differ = |sum: u8, (a, b): (&u8, &u8)| sum | (a ^ b);
        other.len() == ours.len() && ours.iter().zip(other).fold(0, differ) == 0
    }
}

/// Written by hand, so that no log shows the token.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn a_token_has_128_bits_is_no_other_and_is_not_printed() {
        let token = Token::new().expect("random numbers");
        let other = Token::new().expect("random numbers");
        assert_eq!(token.text().len(), 32);
        assert!(token.is(token.text().as_bytes()));
        assert!(!token.is(other.text().as_bytes()));
        assert!(!token.is(&token.text().as_bytes()[..31]));
        assert!(!token.is(b""));
        assert!(!format!("{token:?}").contains(token.text()));
    }
}
