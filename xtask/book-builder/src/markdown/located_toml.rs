//! A TOML table that knows the line of every key.
//!
//! Front matter, quizzes, and check tables are small and written by hand, so the usual
//! mistakes are a missing key, a misspelled key, and a wrong type. Each of them becomes
//! an [`Error`] that points at the line in the page.

use crate::error::Error;
use toml_span::value::{Table, Value, ValueInner};

/// The location of a piece of TOML.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The file, relative to the workspace.
    pub file: &'a str,
    /// The line of the file on which the TOML begins, counted from 1.
    pub line: usize,
}

impl Place<'_> {
    /// A fault at a line of the file.
    pub fn fault(&self, line: usize, message: impl Into<String>) -> Error {
        Error {
            file: self.file.to_string(),
            line,
            message: message.into(),
        }
    }
}

/// A parsed piece of TOML together with its place.
pub struct Document<'a> {
    place: Place<'a>,
    text: &'a str,
    value: Value<'a>,
}

impl<'a> Document<'a> {
    /// Parses `text`, which begins at `place`.
    ///
    /// # Errors
    ///
    /// Returns an error if the text isn't TOML, with the line where the parser stopped.
    pub fn parse(place: Place<'a>, text: &'a str) -> Result<Self, Error> {
        match toml_span::parse(text) {
            Ok(value) => Ok(Self { place, text, value }),
            Err(error) => {
                let line = place.line + line_of(text, error.span.start);
                Err(place.fault(line, format!("this isn't TOML: {error}")))
            }
        }
    }

    /// The outermost table.
    pub fn settings(&self) -> Settings<'_> {
        let table = self.value.as_table();
        Settings {
            document: self,
            line: self.place.line,
            // The parser's outermost value is always a table.
            table: table.expect("TOML text is a table"),
        }
    }

    fn line(&self, value: &Value<'_>) -> usize {
        self.place.line + line_of(self.text, value.span.start)
    }
}

/// One table of a [`Document`].
pub struct Settings<'a> {
    document: &'a Document<'a>,
    line: usize,
    table: &'a Table<'a>,
}

impl<'a> Settings<'a> {
    /// The line of the table in its file.
    pub fn line(&self) -> usize {
        self.line
    }

    /// A fault at this table's line.
    pub fn fault(&self, message: impl Into<String>) -> Error {
        self.document.place.fault(self.line, message)
    }

    /// Returns the line of a key's value, or the table's own line if the key is
    /// missing.
    pub fn line_of(&self, key: &str) -> usize {
        self.table
            .get(key)
            .map_or(self.line, |value| self.document.line(value))
    }

    /// Returns the text under `key`, without surrounding white space.
    ///
    /// # Errors
    ///
    /// Returns an error if the key is missing, empty, or not text.
    pub fn text(&self, key: &str) -> Result<&'a str, Error> {
        match self.optional_text(key)? {
            Some(text) if !text.is_empty() => Ok(text),
            Some(_) => Err(self.wrong(key, "is empty")),
            None => Err(self.fault(format!("`{key} = \"…\"` is missing"))),
        }
    }

    /// Like [`Settings::text`], but returns `None` if the key is missing.
    ///
    /// # Errors
    ///
    /// Returns an error if the value isn't text.
    pub fn optional_text(&self, key: &str) -> Result<Option<&'a str>, Error> {
        match self.table.get(key) {
            None => Ok(None),
            Some(value) => match value.as_str() {
                Some(text) => Ok(Some(text.trim())),
                None => Err(self.wrong(key, "must be text in quotes")),
            },
        }
    }

    /// Returns the `true` or `false` under `key`, or `false` if the key is missing.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is neither.
    pub fn flag(&self, key: &str) -> Result<bool, Error> {
        match self.table.get(key) {
            None => Ok(false),
            Some(value) => value
                .as_bool()
                .ok_or_else(|| self.wrong(key, "must be true or false")),
        }
    }

    /// Returns the number under `key`, or `None` if the key is missing.
    ///
    /// # Errors
    ///
    /// Returns an error if the value isn't a whole number between 1 and 9,999.
    pub fn count(&self, key: &str) -> Result<Option<u32>, Error> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        value
            .as_integer()
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| (1..=9_999).contains(number))
            .map(Some)
            .ok_or_else(|| self.wrong(key, "must be a whole number from 1 to 9999"))
    }

    /// Returns the table under `key`, or `None` if the key is missing.
    ///
    /// # Errors
    ///
    /// Returns an error if the value isn't a table.
    pub fn table(&self, key: &str) -> Result<Option<Settings<'a>>, Error> {
        match self.table.get(key) {
            None => Ok(None),
            Some(value) => self.inner(value).map(Some).ok_or_else(|| {
                self.wrong(key, "must be a table, such as { reading = 10 }")
            }),
        }
    }

    /// Returns the tables written as `[[key]]`, or none if the key is missing.
    ///
    /// # Errors
    ///
    /// Returns an error if the value isn't a list of tables.
    pub fn tables(&self, key: &str) -> Result<Vec<Settings<'a>>, Error> {
        let Some(value) = self.table.get(key) else {
            return Ok(Vec::new());
        };
        value
            .as_array()
            .and_then(|list| list.iter().map(|value| self.inner(value)).collect())
            .ok_or_else(|| self.wrong(key, format!("is written as [[{key}]]")))
    }

    /// Returns the list of strings under `key`, which is empty if the key is missing.
    ///
    /// # Errors
    ///
    /// Returns an error if the value isn't a list of strings.
    pub fn texts(&self, key: &str) -> Result<Vec<&'a str>, Error> {
        let Some(value) = self.table.get(key) else {
            return Ok(Vec::new());
        };
        value
            .as_array()
            .and_then(|list| list.iter().map(|value| value.as_str()).collect())
            .ok_or_else(|| self.wrong(key, "must be a list of strings"))
    }

    /// Refuses keys that nobody reads, because they're probably misspelled.
    ///
    /// # Errors
    ///
    /// Returns the first key that isn't in `known`.
    pub fn only(&self, known: &[&str]) -> Result<(), Error> {
        for (key, value) in self.table {
            if !known.contains(&key.name.as_ref()) {
                let line = self.document.line(value);
                let known = known.join(", ");
                let message =
                    format!("`{}` isn't a key; the keys are {known}", key.name);
                return Err(self.document.place.fault(line, message));
            }
        }
        Ok(())
    }

    fn inner(&self, value: &'a Value<'a>) -> Option<Settings<'a>> {
        match value.as_ref() {
            ValueInner::Table(table) => Some(Settings {
                document: self.document,
                line: self.document.line(value),
                table,
            }),
            _ => None,
        }
    }

    fn wrong(&self, key: &str, what: impl std::fmt::Display) -> Error {
        self.document
            .place
            .fault(self.line_of(key), format!("`{key}` {what}"))
    }
}

/// Returns how many lines of `text` end before `offset`.
fn line_of(text: &str, offset: usize) -> usize {
    text.bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
}
