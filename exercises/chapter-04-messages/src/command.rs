//! What the command line asks the program to do.

use std::net::SocketAddr;
use std::path::PathBuf;

use addresses::Endpoint;

/// Where this server listens.
const PORT: u16 = 4004;
/// Where the DNS server of the lab listens.
const LAB: &str = "127.0.0.1:4002";
/// The site of this chapter, whichever tree this is built in.
const SITE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../exercises/chapter-04-messages/site"
);

/// One of the three things that the program does.
pub(crate) enum Command {
    Help,
    Serve(Options),
    Fetch(Wanted),
}

/// What to serve, and where.
pub(crate) struct Options {
    pub(crate) listen: SocketAddr,
    pub(crate) root: PathBuf,
}

/// What to fetch, and whom to ask where that is.
pub(crate) struct Wanted {
    pub(crate) endpoint: Endpoint,
    pub(crate) target: String,
    pub(crate) server: SocketAddr,
}

impl Command {
    /// Reads the words after the program's name. An error says
    /// what to type instead.
    pub(crate) fn read(words: &[String]) -> Result<Self, String> {
        if words.iter().any(|word| word == "--help") {
            return Ok(Self::Help);
        }
        match words.split_first() {
            Some((first, rest)) if first == "get" => {
                wanted(rest).map(Self::Fetch)
            }
            _ => options(words).map(Self::Serve),
        }
    }
}

fn options(words: &[String]) -> Result<Options, String> {
    let (mut listen, mut root) = ("", SITE);
    for pair in words.chunks(2) {
        match flag_of(pair)? {
            ("--listen", value) => listen = value,
            ("--root", value) => root = value,
            (flag, _) => return Err(unknown(flag)),
        }
    }
    let listen = Endpoint::listening(listen, PORT)
        .map_err(|error| format!("{error}: try --listen :{PORT}"))?;
    // It stays the same when the working directory changes.
    let root = std::fs::canonicalize(root)
        .ok()
        .filter(|path| path.is_dir())
        .ok_or(format!("--root {root}: there is no such folder"))?;
    Ok(Options { listen, root })
}

fn wanted(words: &[String]) -> Result<Wanted, String> {
    let hint = format!("try get http://localhost:{PORT}/");
    let (url, flags) = words
        .split_first()
        .ok_or(format!("what to get? For one, {hint}"))?;
    let mut server = LAB;
    for pair in flags.chunks(2) {
        match flag_of(pair)? {
            ("--server", value) => server = value,
            (flag, _) => return Err(unknown(flag)),
        }
    }
    let server = server.parse().map_err(|_| {
        format!("`{server}` is no address: try --server {LAB}")
    })?;
    let rest = url.strip_prefix("http://").ok_or(format!(
        "{url}: a URL begins with http:// here ({hint})"
    ))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let endpoint = Endpoint::parse(host, 80)
        .map_err(|error| format!("{error}: {hint}"))?;
    // What follows a `#` is for the reader of the page.
    let path = path.split('#').next().unwrap_or_default();
    let slash = if path.starts_with('/') { "" } else { "/" };
    Ok(Wanted {
        endpoint,
        target: format!("{slash}{path}"),
        server,
    })
}

fn flag_of(pair: &[String]) -> Result<(&str, &str), String> {
    match pair {
        [flag, value] => Ok((flag, value)),
        [flag] if flag.starts_with("--") => {
            Err(format!("{flag} needs a value: try --help"))
        }
        _ => Err(unknown(&pair.concat())),
    }
}

fn unknown(word: &str) -> String {
    format!("`{word}` means nothing here: try --help")
}
