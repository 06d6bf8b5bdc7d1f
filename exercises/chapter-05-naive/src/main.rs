//! The naive download server.
//!
//! ```text
//! cargo run -p chapter-5
//! cargo run -p chapter-5 -- --listen 127.0.0.1:3001 --file a.zip
//! ```

use std::ffi::OsString;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use naive::Config;
use tokio::net::TcpListener;

const HELP: &str = "\
The download server that everybody writes first.

Usage: cargo run -p chapter-5 -- [FLAGS]

  --listen ADDR  an IP address and a port, 127.0.0.1:3000 by default;
                 port 0 lets the system choose
  --file PATH    the file behind /download, largefile.zip by default
  --help         this text

Example: cargo run -p chapter-5 -- --listen 127.0.0.1:3001 --file a.zip
";

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("chapter-5: no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let ended = runtime.block_on(run(std::env::args_os().skip(1)));
    // A read of a large file may be under way on the blocking pool:
    // Ctrl-C does not wait for it.
    runtime.shutdown_background();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapter-5: {error}");
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
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| refused(listen, &error))?;
    let address =
        listener.local_addr().map_err(|error| error.to_string())?;
    let served = served(&config.file);
    let router = naive::router(config);
    println!("Download server running on http://{address}");
    println!("{served}");
    // Ctrl-C ends it at once, in the middle of downloads too.
    let ended = tokio::select! {
        ended = async { axum::serve(listener, router).await } => ended,
        pressed = tokio::signal::ctrl_c() => pressed,
    };
    ended.map_err(|error| error.to_string())
}

/// What is behind `/download` as the server starts.
fn served(file: &Path) -> String {
    let shown = file.display();
    let facts = fs::metadata(file).and_then(|facts| {
        // A FIFO must not be opened: nobody may ever write to it.
        if facts.is_file() {
            fs::File::open(file)?;
        }
        Ok(facts)
    });
    match facts {
        Ok(facts) if facts.is_file() => {
            let length = facts.len();
            format!("/download sends {shown} ({length} bytes)")
        }
        Err(error)
            if error.kind() == io::ErrorKind::PermissionDenied =>
        {
            format!("/download answers 403: {shown} may not be read")
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
