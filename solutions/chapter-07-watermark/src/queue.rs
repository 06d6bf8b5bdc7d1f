//! The queue: what its two ends share, how it is made, and what
//! happens when one of them is dropped.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::parts::lock::{Lock, Locked};
use crate::{
    BoxError, Consumer, Producer, QueueError, Record, Waits,
    Watermarks, Weight,
};

/// Makes an empty queue, and returns its two ends. Each has one
/// owner, and both share one [`Shared`].
///
/// The [`Waits`] that count where the queue is made count its
/// waits, wherever its ends are used.
pub fn queue<T: Weight>(
    marks: Watermarks,
) -> (Producer<T>, Consumer<T>) {
    //? todo!("chapter 7: make a queue with {marks:?}")
    // ANCHOR: cut-queue
    let shared = Arc::new(Shared {
        marks,
        state: Lock::new(State {
            items: VecDeque::new(),
            record: Record::default(),
            waiting: false,
            ended: None,
            abandoned: false,
            waits: Waits::current(),
        }),
        filled: Notify::new(),
        drained: Notify::new(),
    });
    let producer = Producer {
        shared: Arc::clone(&shared),
    };
    (producer, Consumer { shared })
    // ANCHOR_END: cut-queue
}

/// What both ends share.
#[derive(Debug)]
pub(crate) struct Shared<T> {
    pub(crate) marks: Watermarks,
    pub(crate) state: Lock<State<T>>,
    /// Notifies the consumer that there is an item, or the end.
    /// `notify_one` leaves a permit when nobody is waiting.
    pub(crate) filled: Notify,
    /// Notifies the producer of the drain, or that the consumer was
    /// dropped. It keeps a permit too.
    pub(crate) drained: Notify,
}

/// What is locked, for moments only and never across an `await`.
#[derive(Debug)]
pub(crate) struct State<T> {
    /// Oldest first, each with its weight when it was pushed.
    pub(crate) items: VecDeque<(usize, T)>,
    /// Its `level` is the weight of all items.
    pub(crate) record: Record,
    /// A push returned `Wait`, and its drain is to come.
    pub(crate) waiting: bool,
    /// How the producer ended, if it did. The first end counts.
    pub(crate) ended: Option<End>,
    /// The consumer was dropped.
    pub(crate) abandoned: bool,
    /// Counts the waits of this queue when it is gone.
    pub(crate) waits: Waits,
}

/// How a producer ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Everything was pushed.
    Closed,
    /// It failed. The consumer gets this error, once.
    Failed(BoxError),
    /// It was dropped without an end, or its error was delivered
    /// already.
    Vanished,
}

impl<T> Shared<T> {
    /// Locks the state for a moment. A panic elsewhere left it
    /// whole: while it is locked, the only foreign code that runs
    /// is `weight`, before any change, and a waker, when the items
    /// and their record agree. An item or an error that is refused
    /// is dropped after that, because its drop may use the queue.
    pub(crate) fn state(&self) -> Locked<'_, State<T>> {
        self.state.lock()
    }
}

impl End {
    /// Returns what a pop returns when every item was taken:
    /// nothing after `Closed`, as often as it is asked; the
    /// producer's error after `Failed`, once, and
    /// [`QueueError::Abandoned`] from then on; that error after
    /// `Vanished`, too.
    pub(crate) fn outcome_for_consumer<T>(
        &mut self,
    ) -> Result<Option<T>, QueueError> {
        //? todo!("chapter 7: what does {self:?} mean for a pop?")
        // ANCHOR: cut-outcome_for_consumer
        if let Self::Closed = self {
            return Ok(None);
        }
        match std::mem::replace(self, Self::Vanished) {
            Self::Failed(error) => Err(QueueError::Failed(error)),
            _ => Err(QueueError::Abandoned),
        }
        // ANCHOR_END: cut-outcome_for_consumer
    }
}

impl<T: Weight> Drop for Producer<T> {
    /// Ends the queue with `End::Vanished`, unless it has ended
    /// already, and wakes a consumer that waits: a producer that
    /// goes without `close` hasn't pushed everything.
    fn drop(&mut self) {
        //? todo!("chapter 7: the producer is dropped")
        // ANCHOR: cut-drop_producer
        self.shared.state().ended.get_or_insert(End::Vanished);
        self.shared.filled.notify_one();
        // ANCHOR_END: cut-drop_producer
    }
}

impl<T: Weight> Drop for Consumer<T> {
    /// Marks the queue as abandoned, frees the items that wait, so
    /// that the level is 0, and wakes a producer that waits.
    ///
    /// The items are dropped after the state is unlocked: an item
    /// may be anybody's type, and its drop may use the queue.
    fn drop(&mut self) {
        //? todo!("chapter 7: the consumer is dropped")
        // ANCHOR: cut-drop_consumer
        let mut state = self.shared.state();
        state.abandoned = true;
        state.record.level = 0;
        let items = std::mem::take(&mut state.items);
        drop(state);
        drop(items);
        self.shared.drained.notify_one();
        // ANCHOR_END: cut-drop_consumer
    }
}

impl<T> Drop for State<T> {
    fn drop(&mut self) {
        self.waits.add(self.record.waits);
    }
}
