//! Bytes from hexadecimal digits that arrive in chunks.
//!
//! ```text
//! cargo run -q -p primer --example hex
//! ```

// ANCHOR: hex
#[derive(Default)]
struct Hex {
    /// The first digit of a byte whose second one is missing.
    held: Option<u8>,
}

impl Hex {
    fn push(&mut self, chunk: &str) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        for sign in chunk.chars() {
            let Some(digit) = sign.to_digit(16) else {
                return Err(format!("{sign:?} is wrong"));
            };
            match self.held.take() {
                None => self.held = Some(digit as u8),
                Some(high) => bytes.push(high * 16 + digit as u8),
            }
        }
        Ok(bytes)
    }

    fn finish(self) -> Result<(), String> {
        match self.held {
            None => Ok(()),
            Some(_) => Err("a digit is missing".into()),
        }
    }
}
// ANCHOR_END: hex

fn show(chunks: &[&str]) -> Result<(), String> {
    let mut hex = Hex::default();
    for chunk in chunks {
        let bytes = hex.push(chunk)?;
        let text = String::from_utf8_lossy(&bytes);
        println!("{chunk:?} gives {text:?}, held: {:?}", hex.held);
    }
    hex.finish()
}

fn main() {
    for chunks in
        [&["4d", "696", "c6", "b"][..], &["4d6", "x"], &["4d", "6"]]
    {
        match show(chunks) {
            Ok(()) => println!("the end"),
            Err(error) => println!("error: {error}"),
        }
    }
}
