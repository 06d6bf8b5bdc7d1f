//! The export server.
//!
//! ```text
//! cargo run -p chapter-12
//! curl http://127.0.0.1:3000/exports/items.csv
//! ```

mod command;
mod sample;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use connections::{ServeLimits, listen_error, until_ctrl_c};

use crate::command::{Command, Subcommand};

/// The exit code of a server that couldn't start, the same as in
/// chapter 13.
const NOT_STARTED: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Command::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapter-12: {error}");
            ExitCode::from(NOT_STARTED)
        }
    }
}

async fn run(command: Command) -> Result<(), String> {
    if let Some(Subcommand::Sample { file, rows }) = command.task {
        return sample::make_and_tell(&file, rows);
    }
    let listen = command.listen()?;
    let router = exports::router(Arc::new(command.open()?));
    let listener = connections::bind(listen)
        .map_err(|error| listen_error(listen, &error))?;
    let address =
        listener.local_addr().map_err(|error| error.to_string())?;
    println!("Export server running on http://{address}");
    let file = command.database.display();
    println!("GET /exports/TABLE sends tables of {file}");
    let limits = ServeLimits::default();
    let served = until_ctrl_c(listener, limits, move |connection| {
        let router = router.clone();
        Box::pin(backpressure::serve_http(connection, router))
    });
    served.await.map_err(|error| error.to_string())
}
