//! Waits for what a check looks at.

use lab::Steps;
use lab::work::CallCounter;
use tokio::task::spawn_blocking;
use tokio::time::{Duration, sleep, timeout};

use crate::PATIENCE;

/// The result of something that must come to an end.
pub async fn ended<F: Future>(
    steps: &Steps,
    what: &str,
    future: F,
) -> F::Output {
    match timeout(PATIENCE, future).await {
        Ok(output) => output,
        Err(_) => steps.fail(format!("{what} ends"), "it waits"),
    }
}

/// Waits until something is so. `false`: it did not become so.
pub async fn until(mut so: impl FnMut() -> bool) -> bool {
    let looking = async {
        while !so() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, looking).await.is_ok()
}

/// Waits until nothing happens any more, with a clock that stands
/// still: it goes on when everybody waits.
pub async fn still() {
    sleep(PATIENCE / 2).await;
}

/// Waits until a count has been the same for thirty looks, with a
/// trip to the blocking pool between two of them.
pub async fn quiet(count: impl Fn() -> u64) {
    let (mut before, mut same) = (count(), 0);
    while same < 30 {
        sleep(Duration::from_millis(1)).await;
        let _ = spawn_blocking(|| ()).await;
        let now = count();
        same = if now == before { same + 1 } else { 0 };
        before = now;
    }
}

/// Counts the polls of a future.
pub async fn polled<F: Future>(
    polls: CallCounter,
    future: F,
) -> F::Output {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(move |context| {
        polls.add(0);
        future.as_mut().poll(context)
    })
    .await
}
