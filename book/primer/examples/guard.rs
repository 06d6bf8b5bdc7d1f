//! An order that counts as canceled unless it was delivered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

// ANCHOR: guard
#[derive(Default)]
struct Counts {
    delivered: AtomicU32,
    canceled: AtomicU32,
}

struct Order {
    counts: Arc<Counts>,
    delivered: bool,
}

impl Order {
    fn new(counts: &Arc<Counts>) -> Self {
        Self {
            counts: Arc::clone(counts),
            delivered: false,
        }
    }

    fn deliver(&mut self) {
        self.delivered = true;
    }
}

impl Drop for Order {
    fn drop(&mut self) {
        let count = if self.delivered {
            &self.counts.delivered
        } else {
            &self.counts.canceled
        };
        count.fetch_add(1, Relaxed);
    }
}
// ANCHOR_END: guard

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let counts = Arc::new(Counts::default());
    let mut first = Order::new(&counts);
    first.deliver();
    drop(first);
    drop(Order::new(&counts));
    let third = Order::new(&counts);
    let cooking = tokio::spawn(async move {
        let _third = third;
        std::future::pending::<()>().await;
    });
    cooking.abort();
    let _ = cooking.await;
    println!("delivered: {}", counts.delivered.load(Relaxed));
    println!("canceled: {}", counts.canceled.load(Relaxed));
}
