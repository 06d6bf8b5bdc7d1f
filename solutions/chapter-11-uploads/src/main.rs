//! The upload server.
//!
//! ```text
//! cargo run -p chapter-11
//! curl -F file=@picture.png http://127.0.0.1:3000/files
//! ```

mod command;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use connections::{ServeLimits, listen_error, until_ctrl_c};

use crate::command::Command;

/// The exit code of a server that couldn't start, the same as in
/// chapter 13.
const NOT_STARTED: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Command::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapter-11: {error}");
            ExitCode::from(NOT_STARTED)
        }
    }
}

async fn run(command: Command) -> Result<(), String> {
    let router = uploads::router(Arc::new(command.uploads()?));
    let listener = connections::bind(command.listen)
        .map_err(|error| listen_error(command.listen, &error))?;
    let address =
        listener.local_addr().map_err(|error| error.to_string())?;
    println!("Upload server running on http://{address}");
    let (folder, limit) = (command.folder.display(), command.limit);
    println!("POST /files saves in {folder}, at most {limit} bytes");
    if command.imports {
        println!("POST /imports asks {}", command.dns);
    } else {
        println!("POST /imports is off");
    }
    let limits = ServeLimits::default();
    let served = until_ctrl_c(listener, limits, move |connection| {
        let router = router.clone();
        Box::pin(backpressure::serve_http(connection, router))
    });
    served.await.map_err(|error| error.to_string())
}
