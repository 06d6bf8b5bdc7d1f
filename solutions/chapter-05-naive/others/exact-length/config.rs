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
    /// with a default. ADDR is an IP address and a port, as
    /// [`SocketAddr`] reads them: no host name, no port alone.
    ///
    /// The path is made absolute here, once. A relative path
    /// would mean another file after a change of directory. The
    /// file itself is not looked at: it need not be there yet,
    /// and a link anywhere in its path may lead elsewhere by
    /// then. An empty path never means the default; you may
    /// refuse it here, or leave it to the 404.
    pub fn from_args(
        arguments: &[String],
    ) -> Result<Self, ConfigError> {
        let mut config = Self {
            listen: LISTEN,
            file: PathBuf::from(FILE),
        };
        let mut rest = arguments;
        loop {
            rest = match rest {
                [] => break,
                [flag, value, more @ ..] if flag == "--listen" => {
                    let wrong = |_| ConfigError::Listen(value.clone());
                    config.listen = value.parse().map_err(wrong)?;
                    more
                }
                [flag, value, more @ ..] if flag == "--file" => {
                    config.file = value.into();
                    more
                }
                [flag] if flag == "--listen" => {
                    return Err(ConfigError::MissingValue("--listen"));
                }
                [flag] if flag == "--file" => {
                    return Err(ConfigError::MissingValue("--file"));
                }
                [flag, ..] => {
                    return Err(ConfigError::UnknownFlag(flag.clone()));
                }
            };
        }
        // An empty path becomes the directory, which is not found.
        let directory = std::env::current_dir()
            .map_err(|e| ConfigError::Directory(e.to_string()))?;
        config.file = directory.join(config.file);
        Ok(config)
    }
}
