//! Why a queue takes or delivers nothing more.
//!
//! Given: the errors fix what the steps can say.

/// An error of any type, from the producer.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why an item can't be pushed, or no more items come.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Nothing more is accepted: the consumer was dropped, or the
    /// producer has ended the queue itself.
    #[error("the queue accepts nothing more")]
    Closed,
    /// The producer failed. Holds its error.
    #[error("the producer failed: {0}")]
    Failed(BoxError),
    /// The producer was dropped before it closed the queue.
    #[error("the producer stopped before the end")]
    Abandoned,
}
