//! What the command line asks the program to do.
//!
//! We provide this file: flags aren't a subject of this chapter.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use addresses::Endpoint;
use lexopt::prelude::*;
use lexopt::{Error, Parser};

/// The address that this server listens on and its client connects to.
const PORT: u16 = 4003;
/// Where the lab's DNS server listens.
const LAB_DNS: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4002);

/// One of the three things that the program does.
pub(crate) enum Command {
    Help,
    Serve(ServeOptions),
    Get(GetRequest),
}

/// How to serve.
pub(crate) struct ServeOptions {
    pub(crate) listen: SocketAddr,
    pub(crate) connections: NonZeroU32,
    pub(crate) idle: Duration,
}

/// What to get, and which DNS server to ask for its address.
pub(crate) struct GetRequest {
    pub(crate) endpoint: Endpoint,
    pub(crate) name: String,
    pub(crate) dns_server: SocketAddr,
}

impl Command {
    /// Reads the command line. An error message says what to type
    /// instead.
    pub(crate) fn from_args() -> Result<Self, Error> {
        let mut listen = String::new();
        let mut connections = NonZeroU32::MIN.saturating_add(99);
        let (mut idle, mut dns_server) = (10, LAB_DNS);
        let mut words = Vec::new();
        let mut args = Parser::from_env();
        while let Some(arg) = args.next()? {
            match arg {
                Long("listen") => listen = args.value()?.string()?,
                Long("connections") => {
                    connections = args.value()?.parse()?;
                }
                Long("idle") => idle = args.value()?.parse()?,
                Long("server") => dns_server = args.value()?.parse()?,
                Long("help") => return Ok(Self::Help),
                Value(word) => words.push(word.string()?),
                _ => return Err(arg.unexpected()),
            }
        }
        match &words[..] {
            [] => Ok(Self::Serve(ServeOptions {
                listen: Endpoint::listening(&listen, PORT).map_err(
                    |error| format!("{error}: try --listen :{PORT}"),
                )?,
                connections,
                idle: Duration::from_secs(idle),
            })),
            [get, target] if get == "get" => {
                Ok(Self::Get(GetRequest::new(target, dns_server)?))
            }
            _ => Err("which page? Try: get localhost/hello".into()),
        }
    }
}

impl GetRequest {
    fn new(
        target: &str,
        dns_server: SocketAddr,
    ) -> Result<Self, String> {
        let target = target.strip_prefix("http://").unwrap_or(target);
        let (host, name) =
            target.split_once('/').unwrap_or((target, ""));
        // The request is one line of words, so a space would start
        // another word.
        if name.contains(|c: char| c.is_ascii_whitespace()) {
            return Err(format!("a name has no spaces: {name:?}"));
        }
        let endpoint =
            Endpoint::parse(host, PORT).map_err(|error| {
                format!("{error}: try get localhost/hello")
            })?;
        Ok(Self {
            endpoint,
            name: format!("/{name}"),
            dns_server,
        })
    }
}
