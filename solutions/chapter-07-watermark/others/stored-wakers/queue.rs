//! The queue: one state behind a lock, and the wakers of those
//! who wait for it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::{
    BoxError, Consumer, Flow, Producer, QueueError, Record, Waits,
    Watermarks, Weight,
};

/// Makes a queue, and gives its two ends. Each has one owner.
pub fn queue<T: Weight>(marks: Watermarks) -> (Producer<T>, Consumer<T>) {
    let shared = Arc::new(Shared {
        marks,
        state: Mutex::new(State {
            items: VecDeque::new(),
            record: Record::default(),
            giving: Giving::Flows,
            taking: Taking::Open(None),
        }),
        waits: Waits::current(),
    });
    let producer = Producer {
        shared: Arc::clone(&shared),
    };
    (producer, Consumer { shared })
}

/// What both ends share.
pub(crate) struct Shared<T> {
    marks: Watermarks,
    state: Mutex<State<T>>,
    waits: Waits,
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        let waits = self.record().waits;
        self.waits.add(waits);
    }
}

struct State<T> {
    /// Oldest first, each with its weight when it was pushed.
    items: VecDeque<(usize, T)>,
    record: Record,
    giving: Giving,
    taking: Taking,
}

/// How it stands with the producer.
enum Giving {
    /// No `Wait` since the last drain.
    Flows,
    /// A drain is to come, and these wait for it.
    Waits(Vec<Waker>),
    /// The consumer has left.
    Left,
}

/// How it stands with the consumer.
enum Taking {
    /// More may come; who waits for it.
    Open(Option<Waker>),
    /// The producer has ended like this.
    Ended(End),
}

/// How a producer ended.
#[derive(Debug)]
pub(crate) enum End {
    Closed,
    Failed(BoxError),
    /// It vanished, or its error was told already.
    Vanished,
}

impl End {
    fn outcome_for_consumer<T>(&mut self) -> Result<Option<T>, QueueError> {
        if matches!(self, Self::Closed) {
            return Ok(None);
        }
        match std::mem::replace(self, Self::Vanished) {
            Self::Failed(error) => Err(QueueError::Failed(error)),
            Self::Closed | Self::Vanished => Err(QueueError::Abandoned),
        }
    }
}

impl<T> Shared<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn record(&self) -> Record {
        self.state().record
    }

    pub(crate) fn accept(
        &self,
        weight: usize,
        item: T,
    ) -> Result<Flow, QueueError> {
        let mut guard = self.state();
        let state = &mut *guard;
        let waker = match (&state.giving, &mut state.taking) {
            (Giving::Flows | Giving::Waits(_), Taking::Open(waker)) => {
                waker.take()
            }
            // The lock goes before the item does: it is declared
            // later.
            _ => return Err(QueueError::Closed),
        };
        state.items.push_back((weight, item));
        let record = &mut state.record;
        record.level += weight;
        record.peak = record.peak.max(record.level);
        record.pushed += 1;
        let answer = if record.level < self.marks.high {
            Flow::Ready
        } else {
            record.waits += 1;
            if matches!(state.giving, Giving::Flows) {
                state.giving = Giving::Waits(Vec::new());
            }
            Flow::Wait
        };
        drop(guard);
        waker.into_iter().for_each(Waker::wake);
        Ok(answer)
    }

    pub(crate) fn poll_drained(
        &self,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), QueueError>> {
        match &mut self.state().giving {
            Giving::Flows => Poll::Ready(Ok(())),
            Giving::Left => Poll::Ready(Err(QueueError::Closed)),
            Giving::Waits(wakers) => {
                let mine = context.waker();
                if !wakers.iter().any(|waker| waker.will_wake(mine)) {
                    wakers.push(mine.clone());
                }
                Poll::Pending
            }
        }
    }

    pub(crate) fn poll_pop(
        &self,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<T>, QueueError>> {
        let mut guard = self.state();
        let state = &mut *guard;
        let Some((weight, item)) = state.items.pop_front() else {
            return match &mut state.taking {
                Taking::Ended(end) => Poll::Ready(end.outcome_for_consumer()),
                Taking::Open(waker) => {
                    *waker = Some(context.waker().clone());
                    Poll::Pending
                }
            };
        };
        state.record.level -= weight;
        let mut wakers = Vec::new();
        if state.record.level <= self.marks.low {
            wakers = flow(&mut state.giving, Giving::Flows);
        }
        drop(guard);
        wakers.into_iter().for_each(Waker::wake);
        Poll::Ready(Ok(Some(item)))
    }

    /// The producer ends like this, unless it has ended already.
    pub(crate) fn end(&self, end: End) {
        let mut state = self.state();
        let Taking::Open(waker) = &mut state.taking else {
            return;
        };
        let waker = waker.take();
        state.taking = Taking::Ended(end);
        drop(state);
        waker.into_iter().for_each(Waker::wake);
    }

    /// The consumer leaves.
    pub(crate) fn leave(&self) {
        let mut state = self.state();
        state.record.level = 0;
        let items = std::mem::take(&mut state.items);
        let wakers = flow(&mut state.giving, Giving::Left);
        drop(state);
        drop(items);
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// Sets the new state, and gives those who waited in the old one.
fn flow(giving: &mut Giving, next: Giving) -> Vec<Waker> {
    match std::mem::replace(giving, next) {
        Giving::Waits(wakers) => wakers,
        Giving::Flows | Giving::Left => Vec::new(),
    }
}

impl<T: Weight> Drop for Producer<T> {
    fn drop(&mut self) {
        self.shared.end(End::Vanished);
    }
}

impl<T: Weight> Drop for Consumer<T> {
    fn drop(&mut self) {
        self.shared.leave();
    }
}

impl<T: Weight> fmt::Debug for Producer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = self.shared.record();
        f.debug_tuple("Producer").field(&record).finish()
    }
}

impl<T: Weight> fmt::Debug for Consumer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Consumer").field(&self.record()).finish()
    }
}
