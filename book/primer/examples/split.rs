//! Splits chunks of text at `;;`, wherever the chunks are split.

// ANCHOR: split
/// Hands out what lies between two separators.
#[derive(Default)]
struct Splitter {
    /// What has arrived and not left yet.
    input: Vec<u8>,
}

/// What the input begins with.
enum Found {
    /// Text before the next separator. There may be more of it.
    Text(String),
    /// A separator.
    Separator,
    /// It takes more input to tell.
    More,
}

impl Splitter {
    fn next(&mut self) -> Found {
        let at = self.input.windows(2).position(|two| two == b";;");
        let safe = match at {
            Some(0) => {
                self.input.drain(..2);
                return Found::Separator;
            }
            Some(at) => at,
            None if self.input.ends_with(b";") => self.input.len() - 1,
            None => self.input.len(),
        };
        if safe == 0 {
            return Found::More;
        }
        let text: Vec<u8> = self.input.drain(..safe).collect();
        Found::Text(String::from_utf8_lossy(&text).into_owned())
    }
}
// ANCHOR_END: split

fn main() {
    let mut splitter = Splitter::default();
    for chunk in ["one;", ";two;th", "ree;;"] {
        splitter.input.extend_from_slice(chunk.as_bytes());
        println!("{chunk:?} arrives");
        loop {
            match splitter.next() {
                Found::Text(text) => println!("  text {text:?}"),
                Found::Separator => println!("  separator"),
                Found::More => break,
            }
        }
    }
}
