//! The command line of the program.
//!
//! Given: `clap` reads the words.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use addresses::Endpoint;
use clap::Parser;
use exports::Database;

use crate::sample;

/// The port of the seed server.
const PORT: u16 = 3000;
/// The database where none is named. It is made at the first
/// start.
const SAMPLE: &str = "items.db";
/// How many rows it gets: about 6 MB.
const ROWS: u64 = 100_000;
/// How many exports run at once. Each has a connection to the
/// database, with 256 KiB of its pages.
const EXPORTS: usize = 8;
/// How long one more export waits before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(3);

const AFTER: &str = "\
A table: curl http://127.0.0.1:3000/exports/items.csv
         .json and .ndjson are the other formats";

/// An export server: the rows of a database go out
#[derive(Debug, Parser)]
#[command(name = "chapter-12", after_help = AFTER)]
#[command(bin_name = "cargo run -p chapter-12 --")]
pub(crate) struct Command {
    /// An IP address and a port; port 0 lets the system choose
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    listen: String,
    /// Send the tables of this SQLite file; if it can be written,
    /// it is switched to a write-ahead log and keeps it, so that
    /// an export stops no writer. items.db is made if it is not
    /// there
    #[arg(long, value_name = "FILE", default_value = SAMPLE)]
    pub(crate) database: PathBuf,
    #[command(subcommand)]
    pub(crate) task: Option<Subcommand>,
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Subcommand {
    /// Make a database with a table `items`, and exit
    Sample {
        /// A file that is not there yet
        file: PathBuf,
        /// How many rows the table gets
        rows: u64,
    },
}

impl Command {
    /// Where the server listens. It is read when it is needed, for
    /// `sample` works without chapter 1.
    pub(crate) fn listen(&self) -> Result<SocketAddr, String> {
        Endpoint::listening(&self.listen, PORT)
            .map_err(|error| format!("--listen: {error}"))
    }

    /// Opens the database.
    pub(crate) fn open(&self) -> Result<Database, String> {
        let file = &self.database;
        if !file.exists() && file == Path::new(SAMPLE) {
            sample::make(file, ROWS)?;
        }
        Database::open(file, EXPORTS, PATIENCE).map_err(|error| {
            let hint = "`sample FILE ROWS` makes one to try";
            format!("--database: {error}; {hint}")
        })
    }
}
