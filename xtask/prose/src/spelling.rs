//! Words that are misspelt, and words that are spelt the British way.

use std::borrow::Cow;
use std::collections::HashMap;

use typos::tokens::{Identifier, Tokenizer, Word};
use typos::{Dictionary, Status};
use varcon::{Category, VARCON};

/// American English, and words that others know better than we do.
pub struct American {
    british: HashMap<&'static str, &'static str>,
    /// Words that are right here.
    known: Vec<String>,
}

impl American {
    /// A dictionary that takes `known` for right.
    pub fn new(known: impl IntoIterator<Item = String>) -> Self {
        let mut british = HashMap::new();
        let entries = VARCON.iter().flat_map(|cluster| cluster.entries);
        let is_american = |variant: &varcon::Variant| {
            let mut types = variant.types.iter();
            types.any(|it| it.category == Category::American && it.tag.is_none())
        };
        for entry in entries.clone() {
            if let Some(ours) = entry.variants.iter().find(|it| is_american(it)) {
                for other in entry.variants {
                    british.insert(other.word, ours.word);
                }
            }
        }
        for variant in entries.flat_map(|entry| entry.variants) {
            if is_american(variant) {
                british.remove(variant.word);
            }
        }
        Self {
            british,
            known: known.into_iter().collect(),
        }
    }

    /// The words of `text` that are wrong, each with what is right.
    pub fn wrong(&self, text: &str) -> Vec<(String, String)> {
        let tokenizer = Tokenizer::new();
        typos::check_str(text, &tokenizer, self)
            .map(|typo| {
                let right = match &typo.corrections {
                    Status::Corrections(all) => all.join(" or "),
                    _ => "another word".to_owned(),
                };
                (typo.typo.into_owned(), right)
            })
            .collect()
    }
}

impl Dictionary for American {
    fn correct_ident<'s>(&'s self, _: Identifier<'_>) -> Option<Status<'s>> {
        None
    }

    fn correct_word<'s>(&'s self, word: Word<'_>) -> Option<Status<'s>> {
        let small = word.token().to_lowercase();
        if self.known.contains(&small) {
            return Some(Status::Valid);
        }
        if let Some(ours) = self.british.get(small.as_str()) {
            return Some(Status::Corrections(vec![Cow::Borrowed(ours)]));
        }
        let right = typos_dict::WORD.find(&small.as_str().into())?;
        let right = right.iter().map(|right| Cow::Borrowed(*right)).collect();
        Some(Status::Corrections(right))
    }
}
