//! A source that blocks, read line by line for a slow receiver.
//!
//! ```text
//! cargo run -q -p primer --example relay
//! ```

use std::io::{BufRead, Cursor, Result};
use std::time::Duration;

use tokio::sync::mpsc::{Sender, channel};
use tokio::task::spawn_blocking;
use tokio::time::sleep;

// ANCHOR: relay
async fn relay<S>(mut source: S, sender: Sender<String>) -> Result<()>
where
    S: BufRead + Send + 'static,
{
    loop {
        let (back, line) = spawn_blocking(move || {
            let mut line = String::new();
            let read = source.read_line(&mut line);
            (source, read.map(|_| line))
        })
        .await?;
        source = back;
        let line = line?;
        if line.is_empty() {
            println!("reader: that was the last line");
            return Ok(());
        }
        print!("reader: read {line}");
        if sender.send(line).await.is_err() {
            println!("reader: the receiver is gone");
            return Ok(());
        }
    }
}
// ANCHOR_END: relay

// ANCHOR: main
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let source = Cursor::new("one\ntwo\nthree\nfour\nfive\n");
    let (sender, mut receiver) = channel(1);
    let reader = tokio::spawn(relay(source, sender));
    for _ in 0..3 {
        sleep(Duration::from_millis(200)).await;
        if let Some(line) = receiver.recv().await {
            print!("receiver: took {line}");
        }
    }
    drop(receiver);
    reader.await?
}
// ANCHOR_END: main
