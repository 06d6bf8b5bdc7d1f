//! The command line of the program.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::BuildHasher;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use addresses::{AllowList, Endpoint};
use connections::Tcp;
use messages::HeadLimits;
use names::{Resolver, RetrySchedule, UdpAndTcp};
use transfers::{Database, Importer, Transfers, UploadLimits};

/// The port of the seed server.
const PORT: u16 = 3000;
/// The port of DNS (RFC 1035, section 4.2).
const DNS: u16 = 53;
/// How many exports run at once. Each has a connection to the
/// database, with 256 KiB of its pages.
const EXPORTS: usize = 8;
/// How long one more export waits before it is told to come again.
const EXPORT_PATIENCE: Duration = Duration::from_secs(3);
/// How long an import waits for each step of the other server.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) const HELP: &str = "\
A transfer server: files come in, rows of a database go out.

Usage: cargo run -p chapter-11 -- [FLAGS]

  --listen ADDR     an IP address and a port, 127.0.0.1:3000 by default;
                    port 0 lets the system choose
  --folder FOLDER   where uploads are saved, ./uploads by default; it is
                    made if it is not there
  --limit BYTES     the longest file, 4294967296 by default
  --imports         also fetch files by URL; off by default
  --dns ADDR        the DNS server to ask for imports, 127.0.0.53 by
                    default
  --allow SUBNETS   fetch from these addresses too although they are not
                    public, such as 127.0.0.0/8
  --database FILE   send the tables of this SQLite file; if it can be
                    written, it is switched to a write-ahead log
                    (journal_mode = WAL) and keeps it, so that an export
                    stops no writer
  --help            this text

  --sample-database FILE ROWS
                    make such a file with a table `items`, and end

Send a file:  curl -F file=@picture.png http://127.0.0.1:3000/files
Or bare:      curl -X POST -T big.bin 'http://127.0.0.1:3000/files?name=big.bin'
A table:      curl http://127.0.0.1:3000/exports/items.csv
Fetch one:    curl -d http://example.org/file.zip http://127.0.0.1:3000/imports
";

/// What the program was asked to do.
pub(crate) struct Command {
    pub(crate) listen: SocketAddr,
    folder: PathBuf,
    limits: UploadLimits,
    database: Option<PathBuf>,
    imports: bool,
    dns: SocketAddr,
    allow: AllowList,
}

impl Command {
    /// Reads the words after the program's name.
    pub(crate) fn from_words(
        words: Vec<String>,
    ) -> Result<Self, String> {
        let mut command = Self {
            listen: listening("", PORT)?,
            folder: PathBuf::from("uploads"),
            limits: UploadLimits::default(),
            database: None,
            imports: false,
            dns: SocketAddr::from(([127, 0, 0, 53], DNS)),
            allow: AllowList::default(),
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
                    let value = value("127.0.0.1:3001")?;
                    command.listen = listening(&value, PORT)?;
                }
                "--folder" => {
                    command.folder = value("uploads")?.into();
                }
                "--limit" => {
                    let limit = bytes(&value("1048576")?)?;
                    command.limits.file = limit;
                    // Room for the form around the file.
                    command.limits.total =
                        limit.saturating_add(64 * 1024);
                }
                "--database" => {
                    command.database = Some(value("items.db")?.into());
                }
                "--imports" => command.imports = true,
                "--dns" => {
                    let value = value("127.0.0.1:5300")?;
                    command.dns = listening(&value, DNS)?;
                }
                "--allow" => {
                    let value = value("127.0.0.0/8")?;
                    let list = value.parse();
                    command.allow = list.map_err(|error| {
                        format!("--allow {value}: {error}")
                    })?;
                }
                _ => {
                    return Err(format!(
                        "`{word}` is no flag here; --help shows \
                         those that are"
                    ));
                }
            }
        }
        Ok(command)
    }

    /// What the server says after its first line.
    pub(crate) fn told(&self) -> Vec<String> {
        let folder = self.folder.display();
        let limit = self.limits.file;
        let imports = match self.imports {
            true => format!("POST /imports asks {}", self.dns),
            false => "POST /imports is off".to_owned(),
        };
        let exports = match &self.database {
            Some(file) => {
                let file = file.display();
                format!("GET /exports/TABLE sends tables of {file}")
            }
            None => "GET /exports is off: no --database".to_owned(),
        };
        vec![
            format!(
                "POST /files saves in {folder}, at most {limit} bytes"
            ),
            imports,
            exports,
        ]
    }

    /// The parts of the server.
    pub(crate) fn transfers(self) -> Result<Transfers, String> {
        let made = fs::create_dir_all(&self.folder);
        made.map_err(|error| {
            let folder = self.folder.display();
            format!("--folder {folder}: {error}; name a folder")
        })?;
        let importer = self.imports.then(|| {
            let servers = Box::new(UdpAndTcp { server: self.dns });
            // Hash tables of the standard library start from the
            // system's random numbers; these serve here as well.
            let random = || RandomState::new().hash_one("id") as u16;
            let schedule = RetrySchedule::default();
            Importer {
                resolver: Resolver::new(
                    servers,
                    schedule,
                    Box::new(random),
                ),
                dial: Tcp,
                exceptions: self.allow,
                patience: PATIENCE,
                head: HeadLimits::default(),
                limits: self.limits.clone(),
                folder: self.folder.clone(),
            }
        });
        let database = self.database.map(|file| {
            Database::open(&file, EXPORTS, EXPORT_PATIENCE).map_err(
                |error| {
                    if file.exists() {
                        return format!("--database: {error}");
                    }
                    let file = file.display();
                    format!(
                        "--database: {error}; to have one to try, \
                         type --sample-database {file} 100000"
                    )
                },
            )
        });
        Ok(Transfers {
            folder: self.folder,
            limits: self.limits,
            database: database.transpose()?,
            importer,
        })
    }
}

fn listening(text: &str, port: u16) -> Result<SocketAddr, String> {
    let address = Endpoint::listening(text, port);
    address.map_err(|error| format!("`{text}`: {error}"))
}

fn bytes(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| {
        format!("`{text}` is no number of bytes, such as 1048576")
    })
}
