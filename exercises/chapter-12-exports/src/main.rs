//! The export server.
//!
//! ```text
//! cargo run -p chapter-12
//! curl http://127.0.0.1:3000/exports/items.csv
//! ```

mod command;
mod sample;

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use connections::{OpenConnections, ServeLimits, serve};

use crate::command::{Command, HELP};

/// How many clients are served at once.
const CONNECTIONS: usize = 1024;
/// The exit code of a server that did not start, as chapter 13
/// has it.
const NOT_STARTED: u8 = 2;
/// How long to wait when no connection can be accepted.
const PAUSE: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() -> ExitCode {
    match run(std::env::args_os().skip(1)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapter-12: {error}");
            ExitCode::from(NOT_STARTED)
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
    if let [flag, rest @ ..] = &words[..]
        && flag == "--sample-database"
    {
        return sample::from_words(rest);
    }
    let command = Command::from_words(words)?;
    let listen = command.listen;
    let told = command.told();
    let router = exports::router(Arc::new(command.database()?));
    let listener = connections::bind(listen)
        .map_err(|error| refused(listen, &error))?;
    let address =
        listener.local_addr().map_err(|error| error.to_string())?;
    println!("Export server running on http://{address}");
    for line in told {
        println!("{line}");
    }
    let (trigger, shutdown) = connections::shutdown();
    let limits = ServeLimits {
        connections: CONNECTIONS,
        pause: PAUSE,
    };
    let serving =
        serve(listener, limits, shutdown, move |connection| {
            let router = router.clone();
            Box::pin(backpressure::serve_http(connection, router))
        });
    let pressed = async {
        let pressed = tokio::signal::ctrl_c().await;
        trigger.request();
        pressed
    };
    let (open, pressed) = tokio::join!(serving, pressed);
    pressed.map_err(|error| error.to_string())?;
    finish(open).await
}

/// Lets the exports that are on their way come to their end,
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
