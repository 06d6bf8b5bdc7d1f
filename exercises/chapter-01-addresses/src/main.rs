//! A listener that tells every peer who it is, and whether it may
//! enter.
//!
//! We provide this file: sockets are the subject of chapter 3.
//!
//! ```text
//! cargo run -p chapter-1
//! cargo run -p chapter-1 -- 127.0.0.1:4001 10.0.0.0/8,::1
//! ```

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;

use addresses::{AllowList, Endpoint, Scope};

const PORT: u16 = 4001;
const LOOPBACK: &str = "127.0.0.0/8, ::1";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let address = words.next().unwrap_or_default();
    let list = words.next().unwrap_or_else(|| LOOPBACK.to_owned());
    match run(&address, &list) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapter-1: {error}");
            eprintln!("Try: cargo run -p chapter-1 -- :4002");
            ExitCode::FAILURE
        }
    }
}

fn run(address: &str, list: &str) -> Result<(), String> {
    let address = Endpoint::listening(address, PORT)
        .map_err(|error| error.to_string())?;
    let list: AllowList =
        list.parse().map_err(|error| format!("{error}"))?;
    let listener = TcpListener::bind(address)
        .map_err(|error| format!("{address}: {error}"))?;
    let address = listener
        .local_addr()
        .map_err(|error| format!("{address}: {error}"))?;
    println!("Listening on {address}, admitting {list}");
    loop {
        match listener.accept() {
            Ok((stream, peer)) => {
                let greeting = greeting(peer, &list);
                // One slow peer must not hold up the next.
                thread::spawn(move || greet(stream, &greeting));
            }
            // A peer that has disconnected is no reason to stop
            // listening.
            Err(error) => eprintln!("accept: {error}"),
        }
    }
}

/// Tells a peer who it is, and whether it may enter.
fn greeting(peer: SocketAddr, list: &AllowList) -> String {
    // A listener on `::` sees IPv4 peers as IPv4-mapped.
    let ip = peer.ip().to_canonical();
    let scope = Scope::of(ip);
    let verdict = if list.admits(ip) {
        "You may enter."
    } else {
        "You may not enter."
    };
    let port = peer.port();
    format!("You are {ip}, port {port} ({scope}). {verdict}\n")
}

fn greet(mut stream: TcpStream, greeting: &str) {
    match stream.write_all(greeting.as_bytes()) {
        Ok(()) => print!("{greeting}"),
        Err(error) => eprintln!("a peer disconnected: {error}"),
    }
}
