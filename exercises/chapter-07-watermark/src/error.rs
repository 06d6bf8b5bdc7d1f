//! How a queue can end otherwise than well.

/// An error of whatever kind, from whoever produces.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why an item cannot be pushed, or none comes any more.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Nothing more is taken: the consumer has left, or the
    /// producer has ended the queue itself.
    #[error("the queue takes nothing more")]
    Closed,
    /// The producer failed. Holds its error.
    #[error("the producer failed: {0}")]
    Failed(BoxError),
    /// The producer vanished: it neither closed nor failed.
    #[error("the producer stopped before the end")]
    Abandoned,
}
