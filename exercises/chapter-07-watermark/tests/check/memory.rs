//! The check that measures memory.

use bytes::Bytes;
use lab::memory::Mark;
use lab::size::{KIB, MIB};
use lab::{Size, Steps};
use tokio::time::sleep;
use watermark::{QueueError, Watermarks, queue};

use crate::PATIENCE;

/// The size of a piece.
const PIECE: u64 = 64 * KIB;
/// The high-water mark.
const HIGH: u64 = 256 * KIB;
/// What the queue itself, its tasks and their timers may cost.
const REST: u64 = 64 * KIB;

/// 64 MiB in pieces go to a consumer that is slower than the
/// producer; the pieces are real memory.
pub async fn bounded(steps: Steps) {
    let total = 64 * MIB;
    steps.step("send 64 MiB in chunks to a slow consumer");
    let mark = Mark::now();
    let marks = Watermarks::new((HIGH / 2) as usize, HIGH as usize);
    let (producer, mut consumer) = queue::<Bytes>(marks);
    let pushing = async move {
        for number in 0..total / PIECE {
            let piece = vec![number as u8; PIECE as usize];
            producer.send(Bytes::from(piece)).await?;
        }
        producer.close();
        Ok::<_, QueueError>(())
    };
    let popping = async move {
        let mut came = 0;
        while let Some(piece) = consumer.pop().await? {
            sleep(PATIENCE).await;
            came += piece.len() as u64;
        }
        Ok::<_, QueueError>((came, consumer.record()))
    };
    let (pushed, popped) = tokio::join!(pushing, popping);
    let peak = mark.peak();
    steps.succeeds("every push", pushed);
    let (came, record) = steps.succeeds("every pop", popped);
    steps.equal("bytes that came", &Size(came), &Size(total));
    let most = HIGH - 1 + PIECE;
    let level = Size(record.peak as u64);
    steps.at_most("the highest level", level, Size(most));
    steps.at_least("waits", record.waits, 2);
    // One more piece is in the hands of the consumer.
    let most = most + PIECE + REST;
    steps.at_most("memory", Size(peak), Size(most));
}
