//! What the command line asks the program to do.

use std::net::SocketAddr;
use std::time::Duration;

use addresses::{AddressError, Endpoint};

/// Where this server listens, and its client asks.
const PORT: u16 = 4003;
/// Where the DNS server of the lab listens.
const LAB: &str = "127.0.0.1:4002";

/// One of the three things that the program does.
pub(crate) enum Command {
    Help,
    Serve(Options),
    Get(Wanted),
}

/// How to serve.
pub(crate) struct Options {
    pub(crate) listen: SocketAddr,
    pub(crate) connections: usize,
    pub(crate) idle: Duration,
}

/// What to ask for, and whom to ask where that is.
pub(crate) struct Wanted {
    pub(crate) endpoint: Endpoint,
    pub(crate) name: String,
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
                wanted(rest).map(Self::Get)
            }
            _ => options(words).map(Self::Serve),
        }
    }
}

fn options(words: &[String]) -> Result<Options, String> {
    let (mut listen, mut connections, mut idle) = ("", 100, 10);
    let known = ["--listen", "--connections", "--idle"];
    for pair in words.chunks(2) {
        let (flag, value) = flag_of(pair, &known)?;
        match flag {
            "--listen" => listen = value,
            "--connections" => connections = number(flag, value)?,
            _ => idle = number(flag, value)?,
        }
    }
    let listen = Endpoint::listening(listen, PORT)
        .map_err(|error| no_address(listen, &error))?;
    Ok(Options {
        listen,
        connections,
        idle: Duration::from_secs(idle as u64),
    })
}

fn wanted(words: &[String]) -> Result<Wanted, String> {
    let missing = "what to get? Try: get localhost/hello";
    let (target, flags) = words.split_first().ok_or(missing)?;
    let mut server = LAB;
    for pair in flags.chunks(2) {
        (_, server) = flag_of(pair, &["--server"])?;
    }
    let server = server.parse().map_err(|_| {
        format!("`{server}` is no address: try --server {LAB}")
    })?;
    let target = target.strip_prefix("http://").unwrap_or(target);
    let (host, name) = target.split_once('/').unwrap_or((target, ""));
    // The request is one line of words: another one would follow.
    if name.contains(|c: char| c.is_ascii_whitespace()) {
        return Err(format!("a name has no spaces: {name:?}"));
    }
    let endpoint = Endpoint::parse(host, PORT)
        .map_err(|error| format!("{error}: try get localhost/hello"))?;
    Ok(Wanted {
        endpoint,
        name: format!("/{name}"),
        server,
    })
}

/// A flag and its value.
fn flag_of<'a>(
    pair: &'a [String],
    known: &[&str],
) -> Result<(&'a str, &'a str), String> {
    match pair {
        [flag, ..] if !known.contains(&flag.as_str()) => {
            Err(format!("`{flag}` means nothing here: try --help"))
        }
        [flag, value] => Ok((flag, value)),
        _ => {
            Err(format!("{} needs a value: try --help", pair.concat()))
        }
    }
}

/// Why a server cannot listen there. A name would be a host, but
/// it is not a place to listen on.
fn no_address(listen: &str, error: &AddressError) -> String {
    let text = match error {
        AddressError::Host(_) => {
            format!("`{listen}` is not an address")
        }
        _ => error.to_string(),
    };
    format!("{text}: try --listen :{PORT}")
}

fn number(flag: &str, value: &str) -> Result<usize, String> {
    let number =
        value.parse::<u32>().ok().map(|number| number as usize);
    number.filter(|number| *number > 0).ok_or_else(|| {
        format!("{flag} {value}: a whole number, 1 to {}", u32::MAX)
    })
}
