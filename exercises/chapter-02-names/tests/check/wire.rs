//! Messages byte by byte, written without the chapter's code.

use lab::Steps;
use names::Name;

/// The offset of the question's name.
pub const QUESTION: usize = 12;

/// A message in the making.
#[derive(Clone, Default)]
pub struct Wire {
    pub bytes: Vec<u8>,
}

impl Wire {
    /// An answer without errors to id 7, with so many questions,
    /// answers and authorities.
    pub fn answer(counts: [u16; 3]) -> Self {
        let mut wire = Self::default();
        for word in [7, 0x8180].into_iter().chain(counts).chain([0]) {
            wire = wire.word(word);
        }
        wire
    }

    /// The question for the A records of a name.
    pub fn question(self, name: &str) -> Self {
        self.name(name).word(1).word(1)
    }

    pub fn here(&self) -> usize {
        self.bytes.len()
    }

    pub fn word(self, word: u16) -> Self {
        self.raw(&word.to_be_bytes())
    }

    pub fn number(self, number: u32) -> Self {
        self.raw(&number.to_be_bytes())
    }

    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Labels, without an end.
    pub fn labels(mut self, text: &str) -> Self {
        for label in text.split('.') {
            self.bytes.push(label.len() as u8);
            self.bytes.extend_from_slice(label.as_bytes());
        }
        self
    }

    /// A whole name, uncompressed.
    pub fn name(self, text: &str) -> Self {
        self.labels(text).raw(&[0])
    }

    /// A pointer to an offset.
    pub fn pointer(self, offset: usize) -> Self {
        self.word(0xC000 | offset as u16)
    }

    /// What stands between a record's name and its data.
    pub fn fixed(self, kind: u16, ttl: u32, length: usize) -> Self {
        self.word(kind).word(1).number(ttl).word(length as u16)
    }

    /// A whole A record, of the name at `offset`.
    pub fn a(self, offset: usize, ttl: u32, address: [u8; 4]) -> Self {
        self.pointer(offset).fixed(1, ttl, 4).raw(&address)
    }
}

/// A name from labels, without the learner's code.
pub fn name(steps: &Steps, text: &str) -> Name {
    let mut name = Name::root();
    for label in text.split('.').filter(|label| !label.is_empty()) {
        let pushed = name.push_label(label.as_bytes());
        steps.succeeds(format!("the label {label:?}"), pushed);
    }
    name
}
