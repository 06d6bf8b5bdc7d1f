//! What the command line asks the program to do.
//!
//! We provide this file: flags aren't a subject of this chapter.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use addresses::Endpoint;
use lexopt::prelude::*;
use lexopt::{Error, Parser};

/// Where this server listens.
const PORT: u16 = 4004;
/// Where the lab's DNS server listens.
const LAB_DNS: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4002);
/// The folder with this chapter's site, in whichever tree this file is
/// built.
const SITE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../exercises/chapter-04-messages/site"
);

/// One of the three things that the program does.
pub(crate) enum Command {
    Help,
    Serve { listen: SocketAddr, root: PathBuf },
    Get(GetRequest),
}

/// What to get, and which DNS server to ask for its address.
pub(crate) struct GetRequest {
    pub(crate) endpoint: Endpoint,
    pub(crate) target: String,
    pub(crate) dns_server: SocketAddr,
}

impl Command {
    /// Reads the command line. An error message says what to type
    /// instead.
    pub(crate) fn from_args() -> Result<Self, Error> {
        let (mut listen, mut root) = (String::new(), SITE.to_owned());
        let mut dns_server = LAB_DNS;
        let mut words = Vec::new();
        let mut args = Parser::from_env();
        while let Some(arg) = args.next()? {
            match arg {
                Long("listen") => listen = args.value()?.string()?,
                Long("root") => root = args.value()?.string()?,
                Long("server") => dns_server = args.value()?.parse()?,
                Long("help") => return Ok(Self::Help),
                Value(word) => words.push(word.string()?),
                _ => return Err(arg.unexpected()),
            }
        }
        match &words[..] {
            [] => {
                let address = Endpoint::listening(&listen, PORT);
                let hint =
                    |error| format!("{error}: try --listen :{PORT}");
                // An absolute path stays the same when the working
                // directory changes.
                let folder = fs::canonicalize(&root).ok();
                let folder = folder.filter(|path| path.is_dir());
                Ok(Self::Serve {
                    listen: address.map_err(hint)?,
                    root: folder.ok_or_else(|| {
                        format!(
                            "--root {root}: there is no such folder"
                        )
                    })?,
                })
            }
            [get, url] if get == "get" => {
                Ok(Self::Get(GetRequest::new(url, dns_server)?))
            }
            _ => {
                let what = "which page? Try: get";
                Err(format!("{what} http://localhost:{PORT}/").into())
            }
        }
    }
}

impl GetRequest {
    fn new(url: &str, dns_server: SocketAddr) -> Result<Self, String> {
        let hint = format!("try get http://localhost:{PORT}/");
        let rest = url.strip_prefix("http://").ok_or_else(|| {
            format!("{url}: the URL must begin with http:// ({hint})")
        })?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        let endpoint = Endpoint::parse(host, 80)
            .map_err(|error| format!("{error}: {hint}"))?;
        // The fragment after a `#` is only for the browser, so it isn't
        // sent.
        let path = path.split('#').next().unwrap_or_default();
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(Self {
            endpoint,
            target: format!("{slash}{path}"),
            dns_server,
        })
    }
}
