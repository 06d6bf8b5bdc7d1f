//! The download server.
//!
//! ```text
//! cargo run -p chapter-10
//! cargo run -p chapter-10 -- --root . --body direct
//! ```

mod command;

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::routing::any;
use connections::{ServeLimits, listen_error, until_ctrl_c};
use downloads::{DownloadError, Downloads, Storage};
use messages::ResourcePath;

use crate::command::{Command, folder_and_name};

/// How far the server reads ahead of each client, in bytes.
const HIGH_WATER_MARK: usize = 64 * 1024;

const HELP: &str = "\
A download server: whole files, parts of them, and what has changed.

Usage: cargo run -p chapter-10 -- [FLAGS]

  --listen ADDR  an IP address and a port, 127.0.0.1:3000 by default;
                 port 0 lets the system choose
  --file PATH    the file behind /download, largefile.zip by default
  --root FOLDER  serve its files at /files/; without it, only /download
  --body KIND    queued reads ahead of the client (the default);
                 direct reads at once what is in memory
  --no-gzip      send every file as it is
  --help         this text

Links in FOLDER are not followed, and names that begin with a dot are
not served.

Example: cargo run -p chapter-10 -- --listen 127.0.0.1:3001 --root .
";

#[tokio::main]
async fn main() -> ExitCode {
    match run(std::env::args_os().skip(1)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapter-10: {error}");
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
    let command = Command::from_words(words)?;
    let listen = command.config.listen;
    let router = routes(&command)?;
    let listener = connections::bind(listen)
        .map_err(|error| listen_error(listen, &error))?;
    let address =
        listener.local_addr().map_err(|error| error.to_string())?;
    println!("Download server running on http://{address}");
    println!("{}", about_download(&command.config.file));
    if let Some(root) = &command.root {
        println!("/files/ sends what is in {}", root.display());
    }
    let limits = ServeLimits::default();
    let served = until_ctrl_c(listener, limits, move |connection| {
        let router = router.clone();
        Box::pin(backpressure::serve_http(connection, router))
    });
    served.await.map_err(|error| error.to_string())
}

/// Makes the routes. `/download` and `/files/` have different storages,
/// because the folder that holds the single file isn't public.
fn routes(command: &Command) -> Result<Router, String> {
    let single = folder_and_name(&command.config.file);
    let single = single.and_then(|(folder, name)| {
        let storage = Storage::new(&folder).ok()?;
        let name = name.into_os_string().into_encoded_bytes();
        let name = ResourcePath::from_segments(vec![name]).ok()?;
        Some((storage, name))
    });
    let folder = match &command.root {
        Some(root) => Some(Storage::new(root).map_err(|error| {
            let root = root.display();
            format!("--root {root}: {error}; name a folder")
        })?),
        None => None,
    };
    let one = single
        .map(|(storage, name)| serving(command, storage, Some(name)));
    let all = folder.map(|storage| serving(command, storage, None));
    let nothing = async || DownloadError::NotFound;
    Ok(match (one, all) {
        (Some(one), Some(all)) => Router::new()
            .route_service("/download", one.into_service::<Body>())
            .fallback_service(all),
        (Some(one), None) => Router::new()
            .route("/files/{*path}", any(nothing))
            .fallback_service(one),
        (None, Some(all)) => all,
        (None, None) => Router::new().fallback(nothing),
    })
}

fn serving(
    command: &Command,
    storage: Storage,
    single: Option<ResourcePath>,
) -> Router {
    downloads::router(Arc::new(Downloads {
        storage,
        single,
        body: command.body,
        high_water_mark: HIGH_WATER_MARK,
        gzip: command.gzip,
    }))
}

/// Returns a line about what `/download` will send, for when the server
/// starts.
fn about_download(file: &Path) -> String {
    let shown = file.display();
    match fs::metadata(file) {
        Ok(facts) if facts.is_file() => {
            let length = facts.len();
            format!("/download sends {shown} ({length} bytes)")
        }
        _ => format!("/download responds with 404: no file at {shown}"),
    }
}
