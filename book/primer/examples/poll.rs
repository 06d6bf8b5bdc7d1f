//! A future by hand: what an `.await` does.
//!
//! ```text
//! cargo run -q -p primer --example poll
//! ```

use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

// ANCHOR: future
/// Completes when it's polled for the second time.
struct Later {
    polled_before: bool,
}

impl Future for Later {
    type Output = &'static str;

    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Self::Output> {
        if self.polled_before {
            println!("poll: Ready");
            return Poll::Ready("the result");
        }
        self.polled_before = true;
        println!("poll: Pending");
        let waker = context.waker().clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(100));
            println!("wake");
            waker.wake();
        });
        Poll::Pending
    }
}
// ANCHOR_END: future

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // ANCHOR: main
    let later = Later {
        polled_before: false,
    };
    println!("{}", later.await);
    // ANCHOR_END: main
}
