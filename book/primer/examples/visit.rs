//! A server that greets, and a client that visits it twice.
//!
//! ```text
//! cargo run -q -p primer --example visit
//! ```

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

// ANCHOR: serve
async fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (mut socket, _) = listener.accept().await?;
        let mut name = String::new();
        socket.read_to_string(&mut name).await?;
        println!("server: {name} is here");
        let response = format!("Hello, {name}.");
        socket.write_all(response.as_bytes()).await?;
    }
}
// ANCHOR_END: serve

// ANCHOR: ask
async fn visit(server: SocketAddr, name: &str) -> io::Result<String> {
    let mut socket = TcpStream::connect(server).await?;
    socket.write_all(name.as_bytes()).await?;
    socket.shutdown().await?;
    let mut response = String::new();
    socket.read_to_string(&mut response).await?;
    Ok(response)
}
// ANCHOR_END: ask

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    tokio::spawn(serve(listener));
    println!("client: {}", visit(server, "Ada").await?);
    println!("client: {}", visit(server, "Grace").await?);
    Ok(())
}
