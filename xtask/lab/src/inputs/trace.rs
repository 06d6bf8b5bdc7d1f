//! Tables of traces, with one row for each action, which say what must be seen after
//! it.
//!
//! The tables are in `book/traces/`. A crate's test, the model of a simulator in the
//! book, and Node.js all follow the same table. The format is tab-separated text in
//! UTF-8:
//!
//! - A line that begins with `#` is a comment, and empty lines are ignored.
//! - The first other line names the columns. One of them is `case`.
//! - Every further line is a row, with a cell for each column. The rows of a case are
//!   next to each other.
//! - A cell `-` is empty.
//!
//! ```
//! use lab::trace::Table;
//! use std::path::Path;
//!
//! let text = "case\taction\tsize\none write\twrite\t9\n";
//! let table = Table::parse(Path::new("writable.tsv"), text)?;
//! let case = &table.cases()[0];
//! assert_eq!(case.name, "one write");
//! assert_eq!(case.rows[0].number("size")?, Some(9));
//! # Ok::<(), lab::trace::Error>(())
//! ```

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The column that says to which case a row belongs.
const CASE: &str = "case";

/// A table of traces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    file: PathBuf,
    names: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
}

/// The rows of one case, in order.
#[derive(Clone, Debug)]
pub struct Case<'t> {
    /// What the case shows, for people.
    pub name: &'t str,
    /// At least one row.
    pub rows: Vec<Row<'t>>,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Row<'t> {
    table: &'t Table,
    line: usize,
    cells: &'t [String],
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, and everything that [`Table::parse`] refuses.
    pub fn read(file: &Path) -> Result<Table, Error> {
        let text = fs::read_to_string(file).map_err(|error| Error {
            file: file.to_owned(),
            line: 0,
            flaw: Flaw::Unreadable(error),
        })?;
        Table::parse(file, &text)
    }

    /// Parses `text`. `file` is used only in error messages.
    ///
    /// # Errors
    ///
    /// No header, a name without text or given twice, no column `case`, a row with more
    /// or fewer cells than names, a case that goes on after another began.
    pub fn parse(file: &Path, text: &str) -> Result<Table, Error> {
        let wrong = |line, flaw| Error {
            file: file.to_owned(),
            line,
            flaw,
        };
        let mut lines = text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));

        let (line, header) = lines.next().ok_or_else(|| wrong(0, Flaw::NoHeader))?;
        let names: Vec<String> = header.split('\t').map(str::to_owned).collect();
        let mut seen = BTreeSet::new();
        for name in &names {
            if name.is_empty() || !seen.insert(name) {
                return Err(wrong(line, Flaw::Name(name.clone())));
            }
        }
        let case = names.iter().position(|name| name == CASE);
        let case = case.ok_or_else(|| wrong(line, Flaw::Column(CASE.to_owned())))?;

        let mut rows: Vec<(usize, Vec<String>)> = Vec::new();
        let mut cases = BTreeSet::new();
        for (line, row) in lines {
            let cells: Vec<String> = row.split('\t').map(str::to_owned).collect();
            if cells.len() != names.len() {
                let (seen, wanted) = (cells.len(), names.len());
                return Err(wrong(line, Flaw::Cells { seen, wanted }));
            }
            let goes_on = rows
                .last()
                .is_some_and(|(_, last)| last[case] == cells[case]);
            if !goes_on && !cases.insert(cells[case].clone()) {
                return Err(wrong(line, Flaw::Case(cells[case].clone())));
            }
            rows.push((line, cells));
        }
        Ok(Table {
            file: file.to_owned(),
            names,
            rows,
        })
    }

    /// The cases, in the order of the file.
    pub fn cases(&self) -> Vec<Case<'_>> {
        let case = self.names.iter().position(|name| name == CASE);
        let case = case.expect("a table has this column, or parsing refuses it");
        self.rows
            .chunk_by(|(_, one), (_, next)| one[case] == next[case])
            .map(|rows| Case {
                name: &rows[0].1[case],
                rows: rows
                    .iter()
                    .map(|(line, cells)| Row {
                        table: self,
                        line: *line,
                        cells,
                    })
                    .collect(),
            })
            .collect()
    }
}

impl<'t> Row<'t> {
    /// Returns the line in the file, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Returns the cell in the column `name`, or `None` for a dash.
    ///
    /// # Errors
    ///
    /// No column of this name.
    pub fn text(&self, name: &str) -> Result<Option<&'t str>, Error> {
        let at = self.table.names.iter().position(|column| column == name);
        let at = at.ok_or_else(|| self.wrong(Flaw::Column(name.to_owned())))?;
        let cell = self.cells[at].as_str();
        Ok((cell != "-").then_some(cell))
    }

    /// Returns the whole number in the column `name`, or `None` for a dash.
    ///
    /// # Errors
    ///
    /// No column of this name, or something else than a number up to `u64::MAX`.
    pub fn number(&self, name: &str) -> Result<Option<u64>, Error> {
        self.value(name, "a whole number")
    }

    /// Returns the `true` or `false` in the column `name`, or `None` for a dash.
    ///
    /// # Errors
    ///
    /// No column of this name, or another word.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Error> {
        self.value(name, "true or false")
    }

    /// The bytes under `name`, in which `\\r`, `\\n`, `\\t`, `\\-` and `\\\\` stand for one
    /// byte each; `None` for a dash.
    ///
    /// # Errors
    ///
    /// No column of this name, or another letter behind a backslash.
    pub fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(cell) = self.text(name)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        let mut letters = cell.bytes();
        while let Some(letter) = letters.next() {
            bytes.push(match letter {
                b'\\' => match letters.next() {
                    Some(b'r') => b'\r',
                    Some(b'n') => b'\n',
                    Some(b't') => b'\t',
                    Some(sign @ (b'\\' | b'-')) => sign,
                    _ => {
                        return Err(self.misfit(
                            name,
                            cell,
                            "r, n, t, - or \\ behind a \\",
                        ));
                    }
                },
                other => other,
            });
        }
        Ok(Some(bytes))
    }

    fn value<T: std::str::FromStr>(
        &self,
        name: &str,
        wanted: &'static str,
    ) -> Result<Option<T>, Error> {
        let Some(cell) = self.text(name)? else {
            return Ok(None);
        };
        cell.parse()
            .map(Some)
            .map_err(|_| self.misfit(name, cell, wanted))
    }

    fn misfit(&self, name: &str, cell: &str, wanted: &'static str) -> Error {
        self.wrong(Flaw::Value {
            column: name.to_owned(),
            cell: cell.to_owned(),
            wanted,
        })
    }

    fn wrong(&self, flaw: Flaw) -> Error {
        Error {
            file: self.table.file.clone(),
            line: self.line,
            flaw,
        }
    }
}

/// What is wrong with a table, and where.
#[derive(Debug)]
pub struct Error {
    /// The table.
    pub file: PathBuf,
    /// The line in it, counted from 1, or 0 for the whole file.
    pub line: usize,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What can be wrong with a table.
#[derive(Debug)]
pub enum Flaw {
    /// The file cannot be read.
    Unreadable(io::Error),
    /// There is no line that names the columns.
    NoHeader,
    /// A column has no name, or the name of another one.
    Name(String),
    /// A column is missing.
    Column(String),
    /// A row has more or fewer cells than there are columns.
    Cells {
        /// How many cells the row has.
        seen: usize,
        /// How many columns there are.
        wanted: usize,
    },
    /// A case continues after another case has begun.
    Case(String),
    /// A cell contains something other than its reader expects.
    Value {
        /// The column.
        column: String,
        /// The text in the cell.
        cell: String,
        /// What the cell should contain.
        wanted: &'static str,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": ")?;
        match &self.flaw {
            Flaw::Unreadable(error) => write!(f, "can't be read: {error}"),
            Flaw::NoHeader => write!(f, "there is no line with the column names"),
            Flaw::Name(name) => write!(
                f,
                "the column name `{name}` is empty or occurs twice: cells are \
                 found by it"
            ),
            Flaw::Column(name) => write!(f, "there is no column `{name}`"),
            Flaw::Cells { seen, wanted } => write!(
                f,
                "{seen} cells under {wanted} names: separate cells by one tab, and \
                 write `-` for an empty cell"
            ),
            Flaw::Case(name) => write!(
                f,
                "the case `{name}` began further up: keep its rows together"
            ),
            Flaw::Value {
                column,
                cell,
                wanted,
            } => write!(f, "`{cell}` under `{column}` isn't {wanted}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.flaw {
            Flaw::Unreadable(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
