//! Two waits at once: `join!` in one task, `spawn` in two.
//!
//! ```text
//! cargo run -q -p primer --example together
//! ```

use std::time::Duration;

use tokio::time::sleep;

// ANCHOR: fetch
async fn fetch(name: &str, millis: u64) -> String {
    println!("{name}: asked");
    sleep(Duration::from_millis(millis)).await;
    println!("{name}: answered");
    name.to_uppercase()
}
// ANCHOR_END: fetch

// With a paused clock, Tokio skips the time in which every task only waits.
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    // ANCHOR: main
    println!("one after the other");
    fetch("users", 100).await;
    fetch("orders", 50).await;

    println!("both at once");
    let (users, orders) =
        tokio::join!(fetch("users", 100), fetch("orders", 50));
    println!("{users} {orders}");
    // ANCHOR_END: main
}
