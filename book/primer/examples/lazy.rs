//! Calling an async function runs nothing. Awaiting or spawning it does.
//!
//! ```text
//! cargo run -q -p primer --example lazy
//! ```

async fn greet(name: &str) {
    println!("hello, {name}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // ANCHOR: lazy
    let ada = greet("Ada");
    println!("called");
    ada.await;

    let grace = tokio::spawn(greet("Grace"));
    println!("spawned");
    grace.await.expect("greet doesn't panic");

    let _nobody = greet("Nobody");
    println!("done");
    // ANCHOR_END: lazy
}
