//! Whose buffer is this? The peak memory of two servers with the
//! same body while 200 clients stall: one with hyper's own write
//! buffer, as `axum::serve` has it, one with 64 KiB.
//!
//! ```text
//! cargo run -p chapter-8-solution --example whose_buffer
//! ```
//!
//! With `-- --write`, it writes `book/measured/buffers.json` too.

use std::error::Error;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use connections::{ServeLimits, serve};
use lab::folder::Folder;
use lab::payload::Payload;
use lab::server::Program;
use lab_net::resident::Sampler;
use lab_net::{Client, Request};
use naive::Config;
use tokio::time::sleep;

const CLIENTS: usize = 200;
const FILE: u64 = 256 << 20;
/// The mark of either server, in bytes: that of the program.
const MARK: usize = 64 * 1024;
/// The receive buffer of each client, in bytes.
const RECEIVE: u32 = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);
/// How often memory is looked at.
const TICK: Duration = Duration::from_millis(10);
/// How long everything may fill once all clients stall.
const FILL: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.as_slice() {
        [] => record(false).await,
        [flag] if flag == "--write" => record(true).await,
        [buffer, file] => run(buffer, file.into()).await,
        _ => Err("whose_buffer takes `--write`, or no words".into()),
    }
}

/// Measures both, prints the figures, and may write the file.
async fn record(
    write: bool,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let folder = Folder::new()?;
    let file =
        Payload::stamped(FILE).create(folder.path(), "large.bin")?;
    let default = measure("default", &file).await?;
    let bounded = measure("bounded", &file).await?;
    let build = if cfg!(debug_assertions) {
        "development"
    } else {
        "release"
    };
    let text = format!(
        "{{\n  \"bounded\": {bounded},\n  \"circumstances\": \"{}, {build} build, \
         loopback\",\n  \"clients\": {CLIENTS},\n  \"command\": \
         \"cargo run -p chapter-8-solution --example whose_buffer\",\n  \
         \"default\": {default},\n  \"file_bytes\": {FILE},\n  \
         \"mark_bytes\": {MARK},\n  \"schema\": 1\n}}\n",
        std::env::consts::OS
    );
    if write {
        let out = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../book/measured/buffers.json");
        fs::write(&out, &text)?;
    }
    print!("{text}");
    Ok(())
}

/// The peak of one server, in MiB with one digit.
async fn measure(
    buffer: &str,
    file: &Path,
) -> Result<String, Box<dyn Error + Send + Sync>> {
    let program = std::env::current_exe()?;
    let program = program.to_string_lossy().into_owned();
    let server = Program::new(&program)
        .args([buffer])
        .arg(file)
        .start(PATIENCE);
    let server = server.map_err(|error| error.to_string())?;
    let sampler = Sampler::start(server.pid(), TICK)?;
    let address = server.address();
    let request = Request::get("/download").bytes(address);
    let client = Client::new(address).receive_buffer(RECEIVE);
    let mut stalled = Vec::with_capacity(CLIENTS);
    for _ in 0..CLIENTS {
        let mut connection = client.connect().await?;
        connection.sender.send(&request).await?;
        connection.receiver.final_head().await?;
        stalled.push(connection);
    }
    sleep(FILL).await;
    let peak = sampler.stop().peak();
    Ok(format!("{:.1}", peak as f64 / (1024.0 * 1024.0)))
}

/// Serves one file until it is ended.
async fn run(
    buffer: &str,
    file: PathBuf,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let listen = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
    let listener = connections::bind(listen)?;
    let listen = listener.local_addr()?;
    let router = backpressure::router(Config { listen, file }, MARK);
    println!("running on http://{listen}");
    if buffer == "default" {
        return Ok(axum::serve(listener, router).await?);
    }
    let (_trigger, shutdown) = connections::shutdown();
    let limits = ServeLimits {
        connections: 2 * CLIENTS,
        pause: TICK,
    };
    serve(listener, limits, shutdown, move |connection| {
        let router = router.clone();
        Box::pin(backpressure::serve_http(connection, router))
    })
    .await;
    Ok(())
}
