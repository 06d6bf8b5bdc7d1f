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
use uploads::{Importer, UploadLimits, Uploads};

/// The port of the seed server.
const PORT: u16 = 3000;
/// The port of DNS (RFC 1035, section 4.2).
const DNS: u16 = 53;
/// How long an import waits for each step of the other server.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) const HELP: &str = "\
An upload server: files come in.

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
  --help            this text

Send a file:  curl -F file=@picture.png http://127.0.0.1:3000/files
Or bare:      curl -X POST -T big.bin 'http://127.0.0.1:3000/files?name=big.bin'
Fetch one:    curl -d http://example.org/file.zip http://127.0.0.1:3000/imports
";

/// What the program was asked to do.
pub(crate) struct Command {
    pub(crate) listen: SocketAddr,
    folder: PathBuf,
    limits: UploadLimits,
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
        vec![
            format!(
                "POST /files saves in {folder}, at most {limit} bytes"
            ),
            imports,
        ]
    }

    /// The parts of the server.
    pub(crate) fn uploads(self) -> Result<Uploads, String> {
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
        Ok(Uploads {
            folder: self.folder,
            limits: self.limits,
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
