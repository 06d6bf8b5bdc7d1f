//! A request and its response, written and read by hand.
//!
//! ```text
//! cargo run -q -p primer --example wire
//! ```

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

// ANCHOR: main
fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;

    let mut client = TcpStream::connect(listener.local_addr()?)?;
    client.write_all(b"GET /clock HTTP/1.1\r\nHost: a\r\n\r\n")?;
    println!("client: connected, and the request is written");

    println!("server: accepts only now, and reads");
    let (mut server, _) = listener.accept()?;
    for line in BufReader::new(&server).lines() {
        let line = line?;
        println!("  {line:?}");
        if line.is_empty() {
            break;
        }
    }
    server.write_all(
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n12:30\n",
    )?;
    drop(server);

    println!("client: reads until the server has closed");
    let mut response = String::new();
    client.read_to_string(&mut response)?;
    for line in response.lines() {
        println!("  {line:?}");
    }
    Ok(())
}
// ANCHOR_END: main
