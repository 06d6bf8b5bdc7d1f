//! Dropping a future cancels it, and whatever it owns is released.
//!
//! ```text
//! cargo run -q -p primer --example cancel
//! ```

use std::time::Duration;

use tokio::time::{sleep, timeout};

// ANCHOR: guard
/// Stands for a file, a socket, or a database connection.
struct Connection;

impl Drop for Connection {
    fn drop(&mut self) {
        println!("connection closed");
    }
}

async fn query() -> &'static str {
    let _connection = Connection;
    println!("query sent");
    sleep(Duration::from_secs(60)).await;
    println!("query answered");
    "rows"
}
// ANCHOR_END: guard

// With a paused clock, Tokio skips the time in which every task only waits.
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    // ANCHOR: main
    let answer = timeout(Duration::from_millis(100), query()).await;
    println!("timed out: {}", answer.is_err());

    tokio::select! {
        rows = query() => println!("{rows}"),
        () = sleep(Duration::from_millis(100)) => println!("gave up"),
    }
    // ANCHOR_END: main
}
