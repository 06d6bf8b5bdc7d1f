//! The command line of the program.
//!
//! We provide this file: `clap` parses the arguments.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use addresses::{AllowList, Endpoint};
use clap::Parser;
use connections::Tcp;
use messages::HeadLimits;
use names::{Resolver, RetrySchedule, UdpAndTcp, random_id};
use uploads::{Importer, UploadLimits, Uploads};

/// The port of the seed server.
const PORT: u16 = 3000;
/// The port of DNS (RFC 1035, section 4.2).
const DNS: u16 = 53;
/// How long an import waits for each step of the other server.
const PATIENCE: Duration = Duration::from_secs(10);

const AFTER: &str = "\
Send a file:  curl -F file=@picture.png http://127.0.0.1:3000/files
Or bare:      curl -X POST -T big.bin 'http://127.0.0.1:3000/files?name=big.bin'
Fetch one:    curl -d http://example.org/file.zip http://127.0.0.1:3000/imports";

/// An upload server: files come in
#[derive(Debug, Parser)]
#[command(name = "chapter-11", after_help = AFTER)]
#[command(bin_name = "cargo run -p chapter-11 --")]
pub(crate) struct Command {
    /// An IP address and a port; port 0 lets the system choose
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    #[arg(value_parser = listen)]
    pub(crate) listen: SocketAddr,
    /// Where uploads are saved; the folder is created if it doesn't
    /// exist
    #[arg(long, value_name = "FOLDER", default_value = "uploads")]
    pub(crate) folder: PathBuf,
    /// The maximum size of a file
    #[arg(long, value_name = "BYTES", default_value_t = 4 << 30)]
    pub(crate) limit: u64,
    /// Also fetch files by URL
    #[arg(long)]
    pub(crate) imports: bool,
    /// The DNS server to ask for imports
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.53")]
    #[arg(value_parser = dns)]
    pub(crate) dns: SocketAddr,
    /// Fetch from these addresses even though they aren't public, such
    /// as 127.0.0.0/8
    #[arg(long, value_name = "SUBNETS")]
    allow: Option<AllowList>,
}

impl Command {
    /// Makes the server's uploads, with these settings.
    pub(crate) fn uploads(&self) -> Result<Uploads, String> {
        fs::create_dir_all(&self.folder).map_err(|error| {
            let folder = self.folder.display();
            format!("--folder {folder}: {error}; name a folder")
        })?;
        let limits = UploadLimits {
            file: self.limit,
            // Room for the rest of the form around the file.
            total: self.limit.saturating_add(64 * 1024),
            ..UploadLimits::default()
        };
        let importer = self.imports.then(|| {
            let servers = Box::new(UdpAndTcp { server: self.dns });
            let schedule = RetrySchedule::default();
            let random = Box::new(random_id);
            Importer {
                resolver: Resolver::new(servers, schedule, random),
                dial: Tcp,
                exceptions: self.allow.clone().unwrap_or_default(),
                patience: PATIENCE,
                head: HeadLimits::default(),
                limits: limits.clone(),
                folder: self.folder.clone(),
            }
        });
        Ok(Uploads {
            folder: self.folder.clone(),
            limits,
            importer,
        })
    }
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    Endpoint::listening(text, PORT).map_err(|error| error.to_string())
}

fn dns(text: &str) -> Result<SocketAddr, String> {
    Endpoint::listening(text, DNS).map_err(|error| error.to_string())
}
