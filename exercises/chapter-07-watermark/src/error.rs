//! Why a queue takes or delivers nothing more.
//!
//! We provide this file, because the checks expect exactly these
//! errors.

/// An error of any type, from the producer.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why an item can't be pushed, or why no more items come.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Nothing more is accepted: the consumer was dropped, or the
    /// producer has ended the queue.
    #[error("the queue accepts nothing more")]
    Closed,
    /// The producer failed. Holds its error.
    #[error("the producer failed: {0}")]
    Failed(BoxError),
    /// The producer was dropped without closing the queue.
    #[error("the producer stopped before the end")]
    Abandoned,
}
