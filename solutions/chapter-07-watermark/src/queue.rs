//! The queue: how it's made, what its two ends share, and what happens
//! when one of the ends is dropped.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::parts::lock::{Lock, Locked};
use crate::{
    BoxError, Consumer, Producer, QueueError, Record, Waits,
    Watermarks, Weight,
};

/// Makes an empty queue, and returns its two ends. Each end has one
/// owner, and the two ends share one [`Shared`].
///
/// [`Waits::current`] gives the waits that this queue counts in: those
/// of the place where it's made, even if its ends are used elsewhere.
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

/// The state that both ends share.
#[derive(Debug)]
pub(crate) struct Shared<T> {
    pub(crate) marks: Watermarks,
    pub(crate) state: Lock<State<T>>,
    /// Notifies the consumer that there's an item, or that the queue
    /// has ended. If nobody is waiting, `notify_one` leaves a permit
    /// for the next wait.
    pub(crate) filled: Notify,
    /// Notifies the producer of the drain, or that the consumer was
    /// dropped. It leaves a permit, too.
    pub(crate) drained: Notify,
}

/// The state under the lock, which is held only for moments and never
/// across an `await`.
#[derive(Debug)]
pub(crate) struct State<T> {
    /// The items, oldest first, each with the weight it had when it was
    /// pushed.
    pub(crate) items: VecDeque<(usize, T)>,
    /// What the queue has counted. The `level` is the sum of the
    /// weights of all items.
    pub(crate) record: Record,
    /// Whether a push returned `Wait` whose drain hasn't fired yet.
    pub(crate) waiting: bool,
    /// How the producer ended the queue, if it has. Only the first end
    /// counts.
    pub(crate) ended: Option<End>,
    /// Whether the consumer was dropped.
    pub(crate) abandoned: bool,
    /// Gets the waits of this queue once the queue is dropped.
    pub(crate) waits: Waits,
}

/// How a producer ended the queue.
#[derive(Debug)]
pub(crate) enum End {
    /// Everything was pushed.
    Closed,
    /// It failed. The consumer gets this error, once.
    Failed(BoxError),
    /// It was dropped without ending the queue, or its error has been
    /// delivered already.
    Vanished,
}

impl<T> Shared<T> {
    /// Locks the state for a moment.
    ///
    /// A panic elsewhere can't have left the state inconsistent. Only
    /// two kinds of foreign code run while it's locked: `weight`,
    /// before anything changes, and wakers, when the items and their
    /// record agree again. Items and errors that are refused are
    /// dropped after unlocking, because dropping them may run code that
    /// uses the queue.
    pub(crate) fn state(&self) -> Locked<'_, State<T>> {
        self.state.lock()
    }
}

impl End {
    /// Decides what a pop returns once every item was taken.
    ///
    /// For `Closed`, that's always `None`. For `Failed`, it's the
    /// producer's error the first time, and [`QueueError::Abandoned`]
    /// from then on. For `Vanished`, it's always
    /// [`QueueError::Abandoned`].
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
    /// already, and wakes a consumer that's waiting. A producer that's
    /// dropped without `close` may not have pushed everything.
    fn drop(&mut self) {
        //? todo!("chapter 7: the producer is dropped")
        // ANCHOR: cut-drop_producer
        self.shared.state().ended.get_or_insert(End::Vanished);
        self.shared.filled.notify_one();
        // ANCHOR_END: cut-drop_producer
    }
}

impl<T: Weight> Drop for Consumer<T> {
    /// Marks the queue as abandoned, frees the items, sets the level to
    /// 0, and wakes a producer that's waiting.
    ///
    /// The items are dropped after the state is unlocked, because they
    /// can be of any type, and dropping them may run code that uses the
    /// queue.
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
