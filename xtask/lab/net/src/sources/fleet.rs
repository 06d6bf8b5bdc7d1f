//! Many clients at once.
//!
//! Each open connection needs a descriptor on either side. Two hundred clients and
//! their server in one process need more than macOS allows by default (256), so run the
//! server as a child process, or use pipes in memory ([`crate::pipe`]).

use std::panic::resume_unwind;

use tokio::task::JoinSet;

/// Runs `count` clients as tasks, and returns their results in order. Dropping the
/// future aborts them all. A panic in a client also panics here.
pub async fn fleet<F>(
    count: usize,
    mut client: impl FnMut(usize) -> F,
) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let mut clients = JoinSet::new();
    for number in 0..count {
        let client = client(number);
        clients.spawn(async move { (number, client.await) });
    }
    let mut results = Vec::with_capacity(count);
    while let Some(joined) = clients.join_next().await {
        match joined {
            Ok(result) => results.push(result),
            Err(error) => match error.try_into_panic() {
                Ok(payload) => resume_unwind(payload),
                Err(error) => unreachable!("client tasks are never aborted: {error}"),
            },
        }
    }
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn results_come_in_order_although_the_clients_end_in_another() {
        let (sender, receiver) = tokio::sync::watch::channel(5_usize);
        let results = fleet(5, |number| {
            let (sender, mut receiver) = (sender.clone(), receiver.clone());
            async move {
                // The last client is the first to complete.
                let _ = receiver.wait_for(|turn| *turn == number + 1).await;
                sender.send_replace(number);
                number * 10
            }
        });
        assert_eq!(results.await, [0, 10, 20, 30, 40]);
    }

    #[tokio::test]
    #[should_panic(expected = "client 3")]
    async fn a_client_that_panics_is_not_lost() {
        fleet(5, |number| async move {
            assert!(number != 3, "client {number}")
        })
        .await;
    }
}
