//! One error type, and a `?` that leads to it.
//!
//! ```text
//! cargo run -q -p primer --example refusal
//! ```

use std::num::{IntErrorKind, ParseIntError};

// ANCHOR: refusal
enum Refusal {
    Missing,
    TooMany,
    Wrong(ParseIntError),
}

impl From<ParseIntError> for Refusal {
    fn from(error: ParseIntError) -> Self {
        match error.kind() {
            IntErrorKind::Empty => Self::Missing,
            IntErrorKind::PosOverflow => Self::TooMany,
            _ => Self::Wrong(error),
        }
    }
}

/// Orders this many boxes, at most 255.
fn order(quantity: &str) -> Result<u8, Refusal> {
    let boxes: u8 = quantity.parse()?;
    Ok(boxes)
}
// ANCHOR_END: refusal

// ANCHOR: main
fn main() {
    for quantity in ["12", "", "300", "a dozen"] {
        let (status, text) = match order(quantity) {
            Ok(boxes) => (200, format!("{boxes} boxes")),
            Err(Refusal::Missing) => (400, "How many?".into()),
            Err(Refusal::TooMany) => (422, "At most 255.".into()),
            Err(Refusal::Wrong(error)) => {
                println!("  (our log: {error})");
                (400, "That's not a number.".into())
            }
        };
        println!("{quantity:?}: {status} {text}");
    }
}
// ANCHOR_END: main
