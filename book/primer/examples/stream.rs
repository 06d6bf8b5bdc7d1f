//! A stream is an iterator whose items have to be awaited.
//!
//! ```text
//! cargo run -q -p primer --example stream
//! ```

use futures_util::{StreamExt, stream};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // ANCHOR: main
    let countdown = stream::unfold(3, |left| async move {
        if left == 0 {
            return None;
        }
        let item = format!("{left} to go");
        Some((item, left - 1))
    });
    let mut countdown = countdown.boxed();
    while let Some(item) = countdown.next().await {
        println!("{item}");
    }
    println!("it has ended");
    // ANCHOR_END: main
}
