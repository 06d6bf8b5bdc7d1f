//! The command line of the program.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use addresses::Endpoint;
use exports::Database;

use crate::sample;

/// The port of the seed server.
const PORT: u16 = 3000;
/// The database where none is named. It is made at the first
/// start.
const SAMPLE: &str = "items.db";
/// How many rows it gets: about 10 MB.
const ROWS: u64 = 100_000;
/// How many exports run at once. Each has a connection to the
/// database, with 256 KiB of its pages.
const EXPORTS: usize = 8;
/// How long one more export waits before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) const HELP: &str = "\
An export server: the rows of a database go out.

Usage: cargo run -p chapter-12 -- [FLAGS]

  --listen ADDR     an IP address and a port, 127.0.0.1:3000 by default;
                    port 0 lets the system choose
  --database FILE   send the tables of this SQLite file; if it can be
                    written, it is switched to a write-ahead log
                    (journal_mode = WAL) and keeps it, so that an export
                    stops no writer. Without this flag it is ./items.db,
                    which is made at the first start
  --help            this text

  --sample-database FILE ROWS
                    make such a file with a table `items`, and exit

A table:      curl http://127.0.0.1:3000/exports/items.csv
              .json and .ndjson are the other formats
";

/// What the program was asked to do.
pub(crate) struct Command {
    pub(crate) listen: SocketAddr,
    database: Option<PathBuf>,
}

impl Command {
    /// Reads the words after the program's name.
    pub(crate) fn from_words(
        words: Vec<String>,
    ) -> Result<Self, String> {
        let mut command = Self {
            listen: listening("")?,
            database: None,
        };
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let mut value = |example: &str| {
                words.next().ok_or_else(|| {
                    format!("`{word}` needs a value: {word} {example}")
                })
            };
            match word.as_str() {
                "--listen" => {
                    command.listen =
                        listening(&value("127.0.0.1:3001")?)?;
                }
                "--database" => {
                    command.database = Some(value("items.db")?.into());
                }
                _ => {
                    return Err(format!(
                        "`{word}` is not a flag; --help shows those \
                         that are"
                    ));
                }
            }
        }
        Ok(command)
    }

    /// What the server says after its first line.
    pub(crate) fn told(&self) -> Vec<String> {
        let file = self.file();
        let file = file.display();
        vec![format!("GET /exports/TABLE sends tables of {file}")]
    }

    /// The database: the one that was named, or the sample.
    pub(crate) fn database(self) -> Result<Database, String> {
        let file = self.file();
        if self.database.is_none() && !file.exists() {
            sample::make(&file, ROWS)?;
        }
        Database::open(&file, EXPORTS, PATIENCE).map_err(|error| {
            if file.exists() {
                return format!("--database: {error}");
            }
            let file = file.display();
            format!(
                "--database: {error}; to have one to try, type \
                 --sample-database {file} 100000"
            )
        })
    }

    fn file(&self) -> PathBuf {
        let named = self.database.clone();
        named.unwrap_or_else(|| SAMPLE.into())
    }
}

fn listening(text: &str) -> Result<SocketAddr, String> {
    let address = Endpoint::listening(text, PORT);
    address.map_err(|error| format!("`{text}`: {error}"))
}
