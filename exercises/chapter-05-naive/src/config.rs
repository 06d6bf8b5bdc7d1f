//! The configuration: where to listen, and what to serve.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Where the server listens by default: only on this machine.
const LISTEN: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);
/// The file it serves by default.
const FILE: &str = "largefile.zip";

/// Everything that the server has to know before it starts.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address to listen on. With port 0, the operating system
    /// chooses a free port.
    pub listen: SocketAddr,
    /// The file served at `/download`, as an absolute path. The file
    /// may be missing now, because each request looks for it again.
    pub file: PathBuf,
}

/// Why a command line isn't a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A word that isn't one of the flags.
    #[error(
        "`{0}` isn't a flag: use --listen ADDR, --file PATH, \
         or --help"
    )]
    UnknownFlag(String),
    /// A flag at the end of the line, without its value.
    #[error("`{0}` needs a value; --help shows an example")]
    MissingValue(&'static str),
    /// Not an address to listen on. Holds the text.
    #[error(
        "`{0}` isn't an IP address with a port, such as \
         --listen 127.0.0.1:3001"
    )]
    Listen(String),
    /// The path can't be made absolute. Holds the reason.
    #[error(
        "the path can't be made absolute ({0}): write it in full, \
         such as --file /srv/largefile.zip"
    )]
    Directory(String),
}

impl Config {
    /// Reads the command line, without the program's name: `--listen
    /// ADDR` and `--file PATH`, in any order, each with a default.
    ///
    /// The word after a flag is its value, whatever it looks like. ADDR
    /// is an IP address and a port, as [`SocketAddr`] parses them. Host
    /// names, a port alone, and spaces aren't allowed.
    ///
    /// The path is made absolute here, once, because after a change of
    /// directory a relative path would mean a different file. No
    /// character except the separator is special, so `~` is a name.
    /// Whether a slash at its end is kept is up to you. The file itself
    /// isn't looked at, because it doesn't have to exist yet, and by
    /// the time it does, a link in its path may lead elsewhere. An
    /// empty path never means the default: you may reject it here, or
    /// let the request for it get a 404.
    ///
    /// # Errors
    ///
    /// Returns an error for an unknown flag, for a flag without its
    /// value, and for an ADDR that can't be parsed. If the working
    /// directory was deleted, a relative path is the error `Directory`,
    /// and for an absolute path you may return that error, too.
    pub fn from_args(
        arguments: &[String],
    ) -> Result<Self, ConfigError> {
        todo!("chapter 5: read the flags in {arguments:?}")
    }
}
