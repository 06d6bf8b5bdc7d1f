//! The streamed download server.
//!
//! ```text
//! cargo run -p chapter-8
//! cargo run -p chapter-8 -- --listen 127.0.0.1:3001 --file a.zip
//! ```

use std::ffi::OsString;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use connections::{OpenConnections, ServeLimits, serve};
use naive::Config;

/// How far the server reads ahead of each client, in bytes.
const HIGH_WATER_MARK: usize = 64 * 1024;
/// How many clients are served at once.
const CONNECTIONS: usize = 1024;
/// How long to wait when no connection can be accepted.
const PAUSE: Duration = Duration::from_millis(100);

const HELP: &str = "\
A download server whose memory does not grow with the file.

Usage: cargo run -p chapter-8 -- [FLAGS]

  --listen ADDR  an IP address and a port, 127.0.0.1:3000 by default;
                 port 0 lets the system choose
  --file PATH    the file behind /download, largefile.zip by default
  --help         this text

Example: cargo run -p chapter-8 -- --listen 127.0.0.1:3001 --file a.zip
";

#[tokio::main]
async fn main() -> ExitCode {
    match run(std::env::args_os().skip(1)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapter-8: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(
    words: impl Iterator<Item = OsString>,
) -> Result<(), String> {
    let words: Vec<String> = words
        .map(OsString::into_string)
        .collect::<Result<_, _>>()
        .map_err(|word| format!("{word:?} is not UTF-8"))?;
    if words.iter().any(|word| word == "--help") {
        print!("{HELP}");
        return Ok(());
    }
    let config =
        Config::from_args(&words).map_err(|error| error.to_string())?;
    let listen = config.listen;
    let listener = connections::bind(listen)
        .map_err(|error| refused(listen, &error))?;
    let address =
        listener.local_addr().map_err(|error| error.to_string())?;
    let served = served(&config.file);
    let router = backpressure::router(config, HIGH_WATER_MARK);
    println!("Streaming server running on http://{address}");
    println!("{served}");
    let (trigger, shutdown) = connections::shutdown();
    let limits = ServeLimits {
        connections: CONNECTIONS,
        pause: PAUSE,
    };
    // ANCHOR: serve
    let serving =
        serve(listener, limits, shutdown, move |connection| {
            let router = router.clone();
            Box::pin(backpressure::serve_http(connection, router))
        });
    // ANCHOR_END: serve
    let pressed = async {
        let pressed = tokio::signal::ctrl_c().await;
        trigger.request();
        pressed
    };
    let (open, pressed) = tokio::join!(serving, pressed);
    pressed.map_err(|error| error.to_string())?;
    finish(open).await
}

/// Lets the downloads that are on their way come to their end,
/// until Ctrl-C comes again.
async fn finish(mut open: OpenConnections) -> Result<(), String> {
    if open.is_empty() {
        return Ok(());
    }
    let count = open.len();
    println!("Stopped; {count} still open. Ctrl-C again cuts them.");
    let ended = async { while open.join_next().await.is_some() {} };
    tokio::select! {
        () = ended => Ok(()),
        pressed = tokio::signal::ctrl_c() => {
            pressed.map_err(|error| error.to_string())
        }
    }
}

/// What is behind `/download` as the server starts.
fn served(file: &Path) -> String {
    let shown = file.display();
    match fs::metadata(file) {
        Ok(facts) if facts.is_file() => {
            let length = facts.len();
            format!("/download sends {shown} ({length} bytes)")
        }
        _ => format!("/download answers 404: no file at {shown}"),
    }
}

/// Why the server cannot listen there, and what to type.
fn refused(listen: SocketAddr, error: &io::Error) -> String {
    let host = match listen {
        SocketAddr::V4(v4) => v4.ip().to_string(),
        SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
    };
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "{listen} is taken by another program: stop it, or \
             choose a free port with --listen {host}:0"
        ),
        io::ErrorKind::AddrNotAvailable => format!(
            "{listen} is no address of this machine: try \
             --listen 127.0.0.1:3000"
        ),
        _ => format!(
            "cannot listen on {listen} ({error}): try \
             --listen 127.0.0.1:0"
        ),
    }
}
