//! One blocking call stops every task of its thread.
//!
//! ```text
//! cargo run -q -p primer --example blocking
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use tokio::task::{spawn, spawn_blocking};
use tokio::time::sleep;

// ANCHOR: heartbeat
/// Stands for the other clients: it wants to run every 10 ms.
async fn heartbeat(beats: Arc<AtomicU32>) {
    loop {
        sleep(Duration::from_millis(10)).await;
        beats.fetch_add(1, Ordering::Relaxed);
    }
}

fn slow_disk() {
    thread::sleep(Duration::from_millis(500));
}
// ANCHOR_END: heartbeat

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let beats = Arc::new(AtomicU32::new(0));
    spawn(heartbeat(Arc::clone(&beats)));
    sleep(Duration::from_millis(50)).await;

    // ANCHOR: main
    beats.store(0, Ordering::Relaxed);
    slow_disk();
    report("on the runtime", &beats);

    beats.store(0, Ordering::Relaxed);
    spawn_blocking(slow_disk).await.expect("no panic");
    report("on the blocking pool", &beats);
    // ANCHOR_END: main
}

fn report(place: &str, beats: &AtomicU32) {
    let words = match beats.load(Ordering::Relaxed) {
        0 => "the heart stopped",
        _ => "the heart kept beating",
    };
    println!("{place}: {words}");
}
