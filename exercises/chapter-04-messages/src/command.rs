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
        match flag_of(pair, &["--listen", "--root"])? {
            ("--listen", value) => listen = value,
            (_, value) => root = value,
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
    if url.starts_with("--") && url != "--server" {
        return Err(unknown(url));
    }
    if url.starts_with("--") {
        return Err(format!("the URL comes first: {hint} {url} {LAB}"));
    }
    let mut server = LAB;
    for pair in flags.chunks(2) {
        server = flag_of(pair, &["--server"])?.1;
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

/// A flag that is known, and its value.
fn flag_of<'a>(
    pair: &'a [String],
    known: &[&str],
) -> Result<(&'a str, &'a str), String> {
    let flag = pair.first().map_or("", String::as_str);
    if !known.contains(&flag) {
        return Err(unknown(flag));
    }
    match pair.get(1) {
        Some(value) => Ok((flag, value)),
        None => Err(format!("{flag} needs a value: try --help")),
    }
}

fn unknown(word: &str) -> String {
    format!("`{word}` means nothing here: try --help")
}
