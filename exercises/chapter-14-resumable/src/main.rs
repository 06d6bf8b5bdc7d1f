//! The server that a phone in a train can upload to.
//!
//! ```text
//! cargo run -p chapter-14
//! curl -i -X POST -H 'Upload-Complete: ?0' \
//!   'http://127.0.0.1:3000/uploads?name=video.mp4'
//! ```

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use addresses::{AllowList, Endpoint};
use clap::Parser;
use connections::listen_error;
use resumable::{PlainDisk, Settings, Uploads};
use server::{
    Limits, Server, Signals, SocketListener, Watch, parse_size,
    parse_time,
};
use tokio::time::interval;

/// The exit code of a server that did not start, as in chapter 13.
const NOT_STARTED: u8 = 2;
/// How often abandoned uploads are looked for.
const SWEEP: Duration = Duration::from_secs(60);

/// A server for uploads that survive a broken connection
#[derive(Debug, Parser)]
#[command(name = "chapter-14")]
#[command(bin_name = "cargo run -p chapter-14 --")]
struct Command {
    /// An IP address and a port; port 0 lets the system choose
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    #[arg(value_parser = listen)]
    listen: SocketAddr,
    /// Where uploads are saved; it is made if it is not there
    #[arg(long, value_name = "FOLDER", default_value = "uploads")]
    folder: PathBuf,
    /// The longest file
    #[arg(long, value_name = "SIZE", default_value = "4GiB")]
    #[arg(value_parser = parse_size::<u64>)]
    limit: u64,
    /// How long a client may send nothing of a body
    #[arg(long, value_name = "TIME", default_value = "30s")]
    #[arg(value_parser = parse_time)]
    idle: Duration,
    /// How long an upload is kept after its last change
    #[arg(long, value_name = "TIME", default_value = "24h")]
    #[arg(value_parser = parse_time)]
    lifetime: Duration,
}

fn main() -> ExitCode {
    let served = server::on_runtime(serve(Command::parse()));
    match served.unwrap_or_else(|error| Err(error.to_string())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapter-14: {error}");
            ExitCode::from(NOT_STARTED)
        }
    }
}

async fn serve(command: Command) -> Result<(), String> {
    let folder = command.folder.display().to_string();
    fs::create_dir_all(&command.folder).map_err(|error| {
        format!("--folder {folder}: {error}; name a folder")
    })?;
    let uploads = Arc::new(Uploads::new(Settings {
        folder: command.folder,
        limit: command.limit,
        idle: command.idle,
        lifetime: command.lifetime,
        disk: Box::new(PlainDisk),
    }));
    let limits = Limits {
        read_progress: command.idle,
        ..Limits::default()
    };
    let listener = SocketListener::bind(command.listen, &limits)
        .map_err(|error| listen_error(command.listen, &error))?;
    let address =
        listener.address().map_err(|error| error.to_string())?;
    println!("Upload server running on http://{address}");
    println!("POST /uploads?name=NAME begins an upload into {folder}");
    let swept = Arc::clone(&uploads);
    tokio::spawn(async move {
        let mut ticks = interval(SWEEP);
        loop {
            ticks.tick().await;
            let done = resumable::remove_abandoned(&swept).await;
            if let Err(error) = done {
                eprintln!("chapter-14: abandoned uploads: {error}");
            }
        }
    });
    let watch = Watch {
        port: address.port(),
        ..Watch::default()
    };
    let everybody: Result<AllowList, _> = "0.0.0.0/0,::/0".parse();
    let server = Server {
        router: server::public(
            resumable::router(uploads),
            watch.clone(),
        ),
        allow: everybody.map_err(|error| error.to_string())?,
        tls: None,
        limits,
        readiness: watch.readiness,
        connections: watch.connections,
    };
    let signals =
        Signals::system().map_err(|error| error.to_string())?;
    server::run(listener, Arc::new(server), signals).await;
    Ok(())
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    Endpoint::listening(text, 3000).map_err(|error| error.to_string())
}
