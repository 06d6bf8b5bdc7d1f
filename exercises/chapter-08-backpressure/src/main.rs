//! The streamed download server.
//!
//! We provide this file, which only connects the parts.
//!
//! ```text
//! cargo run -p chapter-8
//! cargo run -p chapter-8 -- --listen 127.0.0.1:3001 --file a.zip
//! ```

use std::process::ExitCode;

use connections::{ServeLimits, listen_error, until_ctrl_c};
use naive::Config;

/// How far the server reads ahead of each client, in bytes.
const HIGH_WATER_MARK: usize = 64 * 1024;

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
    let result = match naive::command_line() {
        Ok(None) => {
            print!("{HELP}");
            Ok(())
        }
        Ok(Some(config)) => run(config).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapter-8: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config) -> Result<(), String> {
    let listen = config.listen;
    let listener = connections::bind(listen)
        .map_err(|error| listen_error(listen, &error))?;
    let address =
        listener.local_addr().map_err(|error| error.to_string())?;
    let banner = naive::banner(&config.file);
    let router = backpressure::router(config, HIGH_WATER_MARK);
    println!("Streaming server running on http://{address}");
    println!("{banner}");
    let limits = ServeLimits::default();
    until_ctrl_c(listener, limits, move |connection| {
        let router = router.clone();
        Box::pin(backpressure::serve_http(connection, router))
    })
    .await
    .map_err(|error| error.to_string())
}
