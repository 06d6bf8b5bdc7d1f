//! One word for one thing, and habits of other languages.

use std::path::Path;

use anyhow::{Context, Result};
use regex::{Regex, RegexBuilder};
use toml_span::de_helpers::TableHelper;
use toml_span::{DeserError, Deserialize, Value};

/// A wording that isn't used here.
#[derive(Debug)]
pub struct Term {
    find: Regex,
    /// What to write in its place.
    pub say: String,
}

impl Term {
    /// The words of `text` that are this term.
    pub fn wrong<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.find.find(text).map(|found| found.as_str())
    }
}

/// The terms of a table.
///
/// # Errors
///
/// A file that can't be read, or a pattern that isn't one.
pub fn read(file: &Path) -> Result<Vec<Term>> {
    let text = std::fs::read_to_string(file)?;
    let mut document = toml_span::parse(&text)?;
    let table = Table::deserialize(&mut document)?;
    let term = |row: Row| {
        let find = RegexBuilder::new(&row.find).case_insensitive(true).build();
        let find = find.with_context(|| row.find.clone())?;
        Ok(Term { find, say: row.say })
    };
    table.0.into_iter().map(term).collect()
}

struct Table(Vec<Row>);

struct Row {
    find: String,
    say: String,
}

impl<'de> Deserialize<'de> for Table {
    fn deserialize(value: &mut Value<'de>) -> Result<Self, DeserError> {
        let mut table = TableHelper::new(value)?;
        let rows = table.required("term")?;
        table.finalize(None)?;
        Ok(Self(rows))
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize(value: &mut Value<'de>) -> Result<Self, DeserError> {
        let mut table = TableHelper::new(value)?;
        let (find, say) = (table.required("find")?, table.required("say")?);
        table.finalize(None)?;
        Ok(Self { find, say })
    }
}
