//! The configuration: the flags and their values.
//!
//! We provide this file: it declares the flags, and `clap` parses them.

use std::net::SocketAddr;
use std::path::PathBuf;

use addresses::{AllowList, Endpoint};
use clap::{ArgAction, Args, Parser};
use downloads::BodyKind;
use server::{Limits, LogFormat, parse_count, parse_size};

/// The port on which the server listens by default.
const PORT: u16 = 3000;
/// The port for operators, if only an address is given.
const ADMIN: u16 = 9100;
/// The port of DNS (RFC 1035, section 4.2).
const DNS: u16 = 53;

const AFTER: &str = "\
TIME is a number with ms, s, m or h; SIZE one with B, KiB, MiB or GiB.
A flag counts more than its variable. A variable that is empty counts
as not set, except SERVER_ALLOW. For a flag without a value, and for one
without a default, a variable with 0, false, no or off means off;
1, true, yes or on turn a flag without a value on.

Example: cargo run -p chapter-13 -- --root . --drain-timeout 10s";

/// The streaming download server
#[derive(Debug, Parser)]
#[command(name = "chapter-13", after_help = AFTER)]
#[command(bin_name = "cargo run -p chapter-13 --")]
#[command(args_override_self = true, infer_long_args = false)]
pub(crate) struct Config {
    /// An address and a port; port 0 lets the system choose
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    #[arg(value_parser = listen)]
    pub(crate) listen: SocketAddr,
    /// Who may connect, separated by commas; others are dropped
    #[arg(long, value_name = "SUBNETS", value_parser = allow)]
    #[arg(default_value = "0.0.0.0/0,::/0")]
    pub(crate) allow: AllowList,
    /// The file to serve at /download
    #[arg(long, value_name = "FILE", default_value = "largefile.zip")]
    pub(crate) file: PathBuf,
    /// Serve the files of this folder at /files/
    #[arg(long, value_name = "FOLDER")]
    pub(crate) root: Option<PathBuf>,
    /// The body to use: queued reads ahead of the client; direct reads
    /// at once if the bytes are in memory
    #[arg(long, value_name = "KIND", default_value = "queued")]
    #[arg(value_parser = body)]
    pub(crate) body: BodyKind,
    /// Never compress files
    #[arg(long = "no-gzip", action = ArgAction::SetFalse)]
    pub(crate) gzip: bool,
    /// Accept files at POST /files, and save them here
    #[arg(long, value_name = "FOLDER")]
    pub(crate) uploads: Option<PathBuf>,
    /// Send the tables of this SQLite file at /exports/; if it can be
    /// written, it's switched to WAL mode and keeps it, so that exports
    /// don't block writers
    #[arg(long, value_name = "FILE")]
    pub(crate) database: Option<PathBuf>,
    /// Fetch files by URL at POST /imports, into --uploads
    #[arg(long, requires = "uploads")]
    pub(crate) imports: bool,
    /// The DNS server for imports
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.53:53")]
    #[arg(value_parser = dns)]
    pub(crate) dns: SocketAddr,
    /// Fetch from these addresses, too, even though they aren't public
    #[arg(long, value_name = "SUBNETS", value_parser = allow)]
    pub(crate) import_allow: Option<AllowList>,
    /// Serve /healthz, /ready, and /metrics at this address; `public`
    /// serves them at --listen
    #[arg(long, value_name = "ADDR", value_parser = admin)]
    pub(crate) admin: Option<Admin>,
    /// Use other defaults, for many slow clients: small chunks, small
    /// buffers
    #[arg(long)]
    pub(crate) lean: bool,
    /// How far a queued body reads ahead of its client
    #[arg(long, value_name = "SIZE", default_value = "64KiB")]
    #[arg(value_parser = parse_size::<usize>)]
    pub(crate) high_water_mark: usize,
    /// The maximum size of an uploaded file
    #[arg(long, value_name = "SIZE", default_value = "4GiB")]
    #[arg(value_parser = parse_size::<u64>)]
    pub(crate) upload_limit: u64,
    /// The maximum number of files and fields in one form
    #[arg(long, value_name = "COUNT", default_value = "256")]
    #[arg(value_parser = parse_count)]
    pub(crate) upload_parts: usize,
    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) tls: TlsFlags,
    /// Write one line for each request, at its end, to standard error
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    #[arg(value_enum, help_heading = "Messages")]
    pub(crate) log: LogFormat,
    /// Also log why connections failed
    #[arg(long, help_heading = "Messages")]
    pub(crate) log_details: bool,
}

/// Where the certificate comes from.
#[derive(Debug, Args)]
#[command(next_help_heading = "TLS")]
pub(crate) struct TlsFlags {
    /// A PEM file with the certificate, followed by those that vouch
    /// for it
    #[arg(long = "tls-certificate", value_name = "FILE")]
    #[arg(requires = "key")]
    pub(crate) certificate: Option<PathBuf>,
    /// A PEM file with its key
    #[arg(long = "tls-key", value_name = "FILE")]
    #[arg(requires = "certificate")]
    pub(crate) key: Option<PathBuf>,
    /// Make a certificate for localhost and the address, and print its
    /// fingerprint
    #[arg(long = "tls-self-signed")]
    #[arg(conflicts_with_all = ["certificate", "key"])]
    pub(crate) self_signed: bool,
}

/// Which listener serves `/healthz`, `/ready` and `/metrics`.
#[derive(Debug, Clone)]
pub(crate) enum Admin {
    /// At an address of their own.
    At(SocketAddr),
    /// On the public port, with everything else.
    Public,
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    Endpoint::listening(text, PORT)
        .map_err(|_| "127.0.0.1:3001".to_owned())
}

fn dns(text: &str) -> Result<SocketAddr, String> {
    Endpoint::listening(text, DNS).map_err(|_| "127.0.0.53".to_owned())
}

fn admin(text: &str) -> Result<Admin, String> {
    if text == "public" {
        return Ok(Admin::Public);
    }
    let address = Endpoint::listening(text, ADMIN);
    address
        .map(Admin::At)
        .map_err(|_| "127.0.0.1:9100".to_owned())
}

fn allow(text: &str) -> Result<AllowList, String> {
    // An empty list wouldn't admit anybody.
    let is_empty = text.trim_matches([' ', ',']).is_empty();
    let list = text.parse().ok().filter(|_| !is_empty);
    list.ok_or_else(|| "10.0.0.0/8,::1".to_owned())
}

fn body(text: &str) -> Result<BodyKind, String> {
    match text {
        "queued" => Ok(BodyKind::Queued),
        "direct" => Ok(BodyKind::Direct),
        _ => Err("direct".to_owned()),
    }
}
