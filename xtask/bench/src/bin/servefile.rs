//! One file behind axum and tower-http's `ServeFile`: what most Rust servers run.
//!
//! ```text
//! servefile --listen 127.0.0.1:0 --file a.zip
//! ```

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tower_http::services::ServeFile;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().collect();
    let value = |name: &str, other: &str| {
        let at = words.iter().position(|word| word == name);
        let value = at.and_then(|at| words.get(at + 1));
        value.map_or(other, String::as_str).to_owned()
    };
    let listener = TcpListener::bind(value("--listen", "127.0.0.1:3000")).await?;
    println!("Server running on http://{}", listener.local_addr()?);
    let file = ServeFile::new(value("--file", "largefile.zip"));
    let router = Router::new().route_service("/download", file);
    // Without it, each small answer waits for an acknowledgment that is delayed.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).await
}
