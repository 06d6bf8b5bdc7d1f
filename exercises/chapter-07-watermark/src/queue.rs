//! The queue: what its two ends share, and how one of them
//! leaves.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

use crate::lock::{Lock, Locked};
use crate::{
    BoxError, Consumer, Marks, Producer, QueueError, Record, Weight,
};

/// Makes a queue, and gives its two ends. Each has one owner.
pub fn queue<T: Weight>(marks: Marks) -> (Producer<T>, Consumer<T>) {
    let shared = Arc::new(Shared {
        marks,
        state: Lock::new(State {
            items: VecDeque::new(),
            record: Record::default(),
            waiting: false,
            ended: None,
            abandoned: false,
        }),
        filled: Notify::new(),
        drained: Notify::new(),
    });
    let producer = Producer {
        shared: Arc::clone(&shared),
    };
    (producer, Consumer { shared })
}

/// The waits of all queues whose consumer has left, in this
/// process: what a server tells its operator about them.
static WAITS: AtomicU64 = AtomicU64::new(0);

/// How many pushes were answered with `Wait` in all queues of
/// this process that have come to their end.
pub fn waits() -> u64 {
    WAITS.load(Ordering::Relaxed)
}

/// What both ends share.
pub(crate) struct Shared<T> {
    pub(crate) marks: Marks,
    state: Lock<State<T>>,
    /// For the consumer: there is an item, or the end. A call of
    /// `notify_one` is kept while nobody waits.
    pub(crate) filled: Notify,
    /// For the producer: the drain, or the consumer has left. A
    /// call is kept here too.
    pub(crate) drained: Notify,
}

/// What is locked, for moments only and never across an `await`.
pub(crate) struct State<T> {
    /// Oldest first, each with its weight when it was pushed.
    pub(crate) items: VecDeque<(usize, T)>,
    /// Its `level` is the weight of all items.
    pub(crate) record: Record,
    /// A push was answered with `Wait`, and its drain is to come.
    pub(crate) waiting: bool,
    /// How the producer ended, if it did. The first end counts.
    pub(crate) ended: Option<End>,
    /// The consumer has left.
    pub(crate) abandoned: bool,
}

/// How a producer ended.
#[derive(Debug)]
pub(crate) enum End {
    /// All was pushed.
    Closed,
    /// It failed. The consumer hears of it once.
    Failed(BoxError),
    /// It vanished, or its error was told already.
    Vanished,
}

impl<T> Shared<T> {
    /// The state, locked for a moment. A panic elsewhere left it
    /// whole: while it is locked, the only code of others that runs
    /// is `weight`, before any change, and a waker, when the items
    /// and their record agree. An item or an error that is refused
    /// is dropped after that, because its drop may use the queue.
    pub(crate) fn state(&self) -> Locked<'_, State<T>> {
        self.state.lock()
    }
}

impl End {
    /// What a consumer is told who has taken the last item.
    pub(crate) fn told<T>(&mut self) -> Result<Option<T>, QueueError> {
        match self {
            Self::Closed => return Ok(None),
            Self::Vanished => return Err(QueueError::Abandoned),
            Self::Failed(_) => {}
        }
        match std::mem::replace(self, Self::Vanished) {
            Self::Failed(error) => Err(QueueError::Failed(error)),
            Self::Closed | Self::Vanished => Ok(None),
        }
    }
}

impl<T: Weight> Drop for Producer<T> {
    /// Whoever goes without `close` has not pushed everything.
    fn drop(&mut self) {
        self.shared.state().ended.get_or_insert(End::Vanished);
        self.shared.filled.notify_one();
    }
}

impl<T: Weight> Drop for Consumer<T> {
    /// Frees what waits, and wakes a producer that waits.
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.abandoned = true;
        state.record.level = 0;
        WAITS.fetch_add(state.record.waits, Ordering::Relaxed);
        let items = std::mem::take(&mut state.items);
        drop(state);
        // Not while it is locked: an item may be somebody's type.
        drop(items);
        self.shared.drained.notify_one();
    }
}

impl<T: Weight> fmt::Debug for Producer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = self.shared.state().record;
        f.debug_tuple("Producer").field(&record).finish()
    }
}

impl<T: Weight> fmt::Debug for Consumer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Consumer").field(&self.record()).finish()
    }
}
