//! The command line of the program.
//!
//! We provide this file: `clap` parses the arguments.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use addresses::Endpoint;
use clap::Parser;
use exports::Database;

use crate::sample;

/// The port of the seed server.
const PORT: u16 = 3000;
/// The database to use if none is named. It's created at the first
/// start.
const SAMPLE: &str = "items.db";
/// How many rows the sample database gets: about 6 MB.
const ROWS: u64 = 100_000;
/// How many exports can run at once. Each has a connection to the
/// database, which takes 256 KiB of memory for its pages.
const EXPORTS: usize = 8;
/// How long another export waits before it's told to try again later.
const PATIENCE: Duration = Duration::from_secs(3);

const AFTER: &str = "\
A table: curl http://127.0.0.1:3000/exports/items.csv
         .json and .ndjson are the other formats";

/// An export server: sends the rows of a database
#[derive(Debug, Parser)]
#[command(name = "chapter-12", after_help = AFTER)]
#[command(bin_name = "cargo run -p chapter-12 --")]
pub(crate) struct Command {
    /// An IP address and a port; port 0 lets the system choose
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    listen: String,
    /// Send the tables of this SQLite file; if it can be written, it's
    /// switched to a write-ahead log and keeps it, so that exports
    /// don't block writers. items.db is created if it doesn't exist
    #[arg(long, value_name = "FILE", default_value = SAMPLE)]
    pub(crate) database: PathBuf,
    #[command(subcommand)]
    pub(crate) task: Option<Subcommand>,
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Subcommand {
    /// Create a database with a table `items`, and exit
    Sample {
        /// A file that doesn't exist yet
        file: PathBuf,
        /// How many rows the table gets
        rows: u64,
    },
}

impl Command {
    /// Returns the address to listen on. It's parsed only when it's
    /// needed, because `sample` has to work without chapter 1.
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
            let hint = "`sample FILE ROWS` creates one to try";
            format!("--database: {error}; {hint}")
        })
    }
}
