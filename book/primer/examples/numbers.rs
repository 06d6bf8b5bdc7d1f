//! Numbers of four bytes out of a stream that delivers them in
//! chunks: the moves of chapter 3, on other data.
//!
//! ```text
//! cargo run -q -p primer --example numbers
//! ```

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, duplex};
use tokio::time::{sleep, timeout};

// ANCHOR: numbers
struct Numbers<R> {
    source: R,
    /// What has arrived and not been used yet.
    buffer: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Numbers<R> {
    async fn next(&mut self) -> io::Result<Option<u32>> {
        loop {
            if let Some(bytes) = self.buffer.first_chunk() {
                let number = u32::from_be_bytes(*bytes);
                self.buffer.drain(..4);
                return Ok(Some(number));
            }
            let read = self.source.read_buf(&mut self.buffer).await?;
            if read == 0 {
                return if self.buffer.is_empty() {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
        }
    }
}
// ANCHOR_END: numbers

// With a paused clock, Tokio skips the time in which every task only waits.
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let (mut peer, source) = duplex(64);
    tokio::spawn(async move {
        for chunk in [&[0, 0][..], &[0, 7, 0, 0, 0, 8, 0], &[0, 0]] {
            peer.write_all(chunk).await?;
            sleep(Duration::from_millis(1200)).await;
        }
        io::Result::Ok(())
    });
    // ANCHOR: main
    let buffer = Vec::new();
    let mut numbers = Numbers { source, buffer };
    let patience = Duration::from_secs(1);
    for _ in 0..6 {
        match timeout(patience, numbers.next()).await {
            Ok(Ok(number)) => println!("{number:?}"),
            Ok(Err(error)) => println!("{error}"),
            Err(_) => println!("still waiting"),
        }
    }
    // ANCHOR_END: main
}
