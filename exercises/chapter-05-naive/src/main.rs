//! The naive download server.
//!
//! We provide this file: it only listens, and prints the address.
//!
//! ```text
//! cargo run -p chapter-5
//! cargo run -p chapter-5 -- --listen 127.0.0.1:3001 --file a.zip
//! ```

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
    let result = match naive::command_line() {
        Ok(None) => {
            print!("{HELP}");
            Ok(())
        }
        Ok(Some(config)) => start(config),
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapter-5: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves on a runtime that Ctrl-C stops at once. A read of a large
/// file may be in flight on the blocking pool then, and nothing waits
/// for it.
fn start(config: Config) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| format!("no runtime: {error}"))?;
    let result = runtime.block_on(run(config));
    runtime.shutdown_background();
    result
}

async fn run(config: Config) -> Result<(), String> {
    let listen = config.listen;
    let listener =
        TcpListener::bind(listen).await.map_err(|error| {
            format!("{listen}: {error}; try --listen 127.0.0.1:0")
        })?;
    let address =
        listener.local_addr().map_err(|error| error.to_string())?;
    let banner = naive::banner(&config.file);
    let router = naive::router(config);
    println!("Download server running on http://{address}");
    println!("{banner}");
    // Ctrl-C stops the server at once, even in the middle of a
    // download.
    let result = tokio::select! {
        result = async { axum::serve(listener, router).await } => result,
        pressed = tokio::signal::ctrl_c() => pressed,
    };
    result.map_err(|error| error.to_string())
}
