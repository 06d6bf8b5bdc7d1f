//! The configuration: where to listen, and what to serve.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Where the server listens when nobody says otherwise: on this
/// machine only.
const LISTEN: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);
/// What it serves when nobody says otherwise.
const FILE: &str = "largefile.zip";

/// What the server needs to know before it starts.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it listens. Port 0 lets the system choose.
    pub listen: SocketAddr,
    /// The file behind `/download`, as an absolute path. It may
    /// be missing: it is looked at again for each request.
    pub file: PathBuf,
}

/// Why a command line is no configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A word that is none of the flags.
    #[error(
        "`{0}` isn't a flag: use --listen ADDR, --file PATH, \
         or --help"
    )]
    UnknownFlag(String),
    /// A flag at the end of the line, without its value.
    #[error("`{0}` needs a value; --help shows an example")]
    MissingValue(&'static str),
    /// No address to listen on; holds the text.
    #[error(
        "`{0}` isn't an IP address with a port, such as \
         --listen 127.0.0.1:3001"
    )]
    Listen(String),
    /// The path cannot be made absolute; holds the reason.
    #[error(
        "the path cannot be made absolute ({0}): write it in full, \
         such as --file /srv/largefile.zip"
    )]
    Directory(String),
}

impl Config {
    /// Reads the command line, without the program's name:
    /// `--listen ADDR` and `--file PATH`, in any order, each
    /// with a default.
    ///
    /// The path is made absolute here, once. A relative path
    /// would mean another file after a change of directory. The
    /// file itself need not be there yet.
    pub fn from_args(
        arguments: &[String],
    ) -> Result<Self, ConfigError> {
        let (listen, file) =
            words(arguments.iter().map(String::as_str))?;
        Ok(Self {
            listen: listen.map_or(Ok(LISTEN), address)?,
            file: std::path::absolute(file.unwrap_or(FILE))
                .map_err(|e| ConfigError::Directory(e.to_string()))?,
        })
    }
}

/// The values of `--listen` and `--file`, where they are given.
fn words<'a>(
    mut rest: impl Iterator<Item = &'a str>,
) -> Result<(Option<&'a str>, Option<&'a str>), ConfigError> {
    let mut found = (None, None);
    while let Some(flag) = rest.next() {
        let (name, slot) = match flag {
            "--listen" => ("--listen", &mut found.0),
            "--file" => ("--file", &mut found.1),
            other => {
                return Err(ConfigError::UnknownFlag(other.to_owned()));
            }
        };
        *slot =
            Some(rest.next().ok_or(ConfigError::MissingValue(name))?);
    }
    Ok(found)
}

fn address(text: &str) -> Result<SocketAddr, ConfigError> {
    text.parse()
        .map_err(|_| ConfigError::Listen(text.to_owned()))
}
