//! Words leave in batches: when there are three of them, or when
//! the next one isn't there yet.

use std::time::Duration;

use tokio::sync::mpsc::{self, Receiver};

// ANCHOR: batches
async fn batches(mut words: Receiver<&'static str>) {
    let mut batch = Vec::new();
    while let Some(word) = words.recv().await {
        batch.push(word);
        while batch.len() < 3 {
            match words.try_recv() {
                Ok(word) => batch.push(word),
                Err(_) => break,
            }
        }
        println!("{batch:?}");
        batch.clear();
    }
}
// ANCHOR_END: batches

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, words) = mpsc::channel(16);
    let printing = tokio::spawn(batches(words));
    for word in ["these", "five", "are", "already", "there"] {
        sender.send(word).await.expect("a receiver");
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    sender.send("late").await.expect("a receiver");
    drop(sender);
    printing.await.expect("no panic");
}
