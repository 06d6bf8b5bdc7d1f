//! The lab's DNS server as a program, for queries by hand.
//!
//! ```text
//! cargo run -p lab-net --bin dns
//! ```

use std::net::SocketAddr;
use std::process::ExitCode;

use lab_net::dns::{Loopback, Responder, Seen, Transport, ZONE, Zone};

/// The address that chapter 2's program uses.
const ADDRESS: &str = "127.0.0.1:4002";

const HELP: &str = "\
A DNS server that knows example.org, and misbehaves for some names.

Usage: cargo run -p lab-net --bin dns -- [FLAGS]

  --listen ADDR  an IP address and a port, 127.0.0.1:4002 by default;
                 port 0 lets the system choose
  --zone FILE    other names: lines such as `web.example.org. 60 A 192.0.2.80`
  --help         this text

Example: cargo run -p lab-net --bin dns -- --listen 127.0.0.1:0
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--help") {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    match run(&words).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dns: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(words: &[String]) -> Result<(), String> {
    let (mut address, mut zone) = (ADDRESS, ZONE.to_owned());
    let mut words = words.iter();
    while let Some(flag) = words.next() {
        let value = words.next().ok_or(format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--listen" => address = value,
            "--zone" => {
                zone = std::fs::read_to_string(value)
                    .map_err(|error| format!("{value}: {error}"))?;
            }
            flag => return Err(format!("{flag} isn't a flag: try --help")),
        }
    }
    let address: SocketAddr = address
        .parse()
        .map_err(|_| format!("`{address}` isn't an address: try {ADDRESS}"))?;
    let zone: Zone = zone.parse().map_err(|error| format!("{error}"))?;
    let names: Vec<String> = zone.names().collect();
    let responder = Responder::new(zone);
    let server =
        Loopback::logging(responder, address, tell)
            .await
            .map_err(|error| {
                format!("{address}: {error}; another port: --listen 127.0.0.1:0")
            })?;
    println!("Listening on {}, UDP and TCP", server.address());
    println!("Names: {}", names.join(" "));
    tokio::signal::ctrl_c()
        .await
        .map_err(|error| error.to_string())
}

/// Returns a line of the log.
fn tell(seen: &Seen, replies: usize) {
    let transport = match seen.transport {
        Transport::Udp => "UDP",
        Transport::Tcp => "TCP",
    };
    let replies = match replies {
        0 => "lost".to_owned(),
        1 => "answered".to_owned(),
        count => format!("answered, with {} before it", count - 1),
    };
    let (id, name) = (seen.id(), seen.name());
    println!("{transport} id {id:5} {name} {replies}");
}
