//! A wait for something that another task adds.
//!
//! ```text
//! cargo run -q -p primer --example tickets
//! ```

use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use tokio::task::yield_now;

// ANCHOR: tickets
#[derive(Default)]
struct Tickets {
    left: Mutex<u32>,
    added: Notify,
}

impl Tickets {
    fn add(&self) {
        *self.left.lock().expect("no panic") += 1;
        self.added.notify_one();
    }

    async fn take(&self) {
        loop {
            {
                let mut left = self.left.lock().expect("no panic");
                if *left > 0 {
                    *left -= 1;
                    return;
                }
            }
            println!("taker: none left");
            self.added.notified().await;
        }
    }
}
// ANCHOR_END: tickets

// ANCHOR: main
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tickets = Arc::new(Tickets::default());
    println!("two are added before anybody waits");
    tickets.add();
    tickets.add();
    let shared = Arc::clone(&tickets);
    let taker = tokio::spawn(async move {
        for number in 1..=3 {
            shared.take().await;
            println!("taker: has ticket {number}");
        }
    });
    yield_now().await;
    println!("a third is added");
    tickets.add();
    taker.await.expect("no panic");
}
// ANCHOR_END: main
