//! Waits for what a check looks at.

use lab::Steps;
use tokio::task::{spawn_blocking, yield_now};
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

/// Lets tasks and the blocking pool go on for a moment.
pub async fn moment() {
    for _ in 0..3 {
        yield_now().await;
        let _ = spawn_blocking(|| ()).await;
    }
}

/// Waits until a count has been the same for thirty looks.
pub async fn quiet(count: impl Fn() -> u64) {
    let (mut before, mut same) = (count(), 0);
    while same < 30 {
        sleep(Duration::from_millis(1)).await;
        moment().await;
        let now = count();
        same = if now == before { same + 1 } else { 0 };
        before = now;
    }
}
