//! An end of a queue that follows a script, and stops where it is
//! told to.

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

use lab::drops::DropCounter;
use watermark::lock::held;
use watermark::{Consumer, Producer};

use crate::item::Item;

/// One thing that an end does.
#[derive(Debug, Clone, Copy)]
pub enum Do {
    Push,
    Close,
    Fail,
    Drained,
    Pop,
    /// The end is dropped.
    Leave,
    /// Does nothing until it is its turn again.
    Rest,
}

/// What an end has seen: what came of each thing that it did.
pub type Seen = Vec<String>;

/// How often an end is polled at once, at most: it may wake itself.
const POLLS: usize = 100;
/// The last thing that an end has seen, if it waits and nobody
/// wakes it.
const WAITS: &str = "it waits";

thread_local! {
    /// What happens where the other end might act.
    static HERE: RefCell<Option<Box<dyn FnMut()>>> =
        const { RefCell::new(None) };
}

/// Says what happens where the other end might act.
pub fn meanwhile(act: Option<Box<dyn FnMut()>>) {
    HERE.set(act);
}

/// The other end might act here. What it does is not interrupted.
pub fn here() {
    if let Some(mut act) = HERE.take() {
        act();
        HERE.set(Some(act));
    }
}

/// A waker that remembers its ring. If no lock is held, whoever
/// was woken may look at once.
#[derive(Default)]
struct Ring(AtomicBool);

impl Wake for Ring {
    fn wake(self: Arc<Self>) {
        self.0.store(true, SeqCst);
        if !held() {
            here();
        }
    }
}

/// An end and its script.
pub struct Actor {
    script: Pin<Box<dyn Future<Output = ()>>>,
    ring: Arc<Ring>,
    /// It begins, or goes on after a rest.
    ready: Rc<Cell<bool>>,
    over: bool,
    seen: Rc<RefCell<Seen>>,
}

impl Actor {
    pub fn producer(
        end: Producer<Item>,
        script: Vec<Do>,
        items: DropCounter,
    ) -> Self {
        Self::new(|seen, ready| async move {
            let (mut end, mut number) = (Some(end), 0);
            for doing in script {
                let Some(producer) = &end else { break };
                match doing {
                    Do::Push => {
                        let guarded = Item {
                            number,
                            weight: 1,
                            _guard: Some(items.guard()),
                        };
                        let pushed = producer.push(guarded);
                        number += 1;
                        note(&seen, doing, pushed);
                    }
                    Do::Drained => {
                        seen.borrow_mut().push(WAITS.to_owned());
                        let drained = producer.drained().await;
                        seen.borrow_mut().pop();
                        note(&seen, doing, drained);
                    }
                    Do::Close => producer.close(),
                    Do::Fail => producer.fail("gone".into()),
                    Do::Rest => rest(&ready).await,
                    Do::Pop | Do::Leave => drop(end.take()),
                }
            }
            // Kept, or it would be dropped as well.
            std::future::pending::<()>().await;
        })
    }

    pub fn consumer(end: Consumer<Item>, script: Vec<Do>) -> Self {
        Self::new(|seen, ready| async move {
            let mut end = Some(end);
            for doing in script {
                let Some(consumer) = &mut end else { break };
                match doing {
                    Do::Pop => {
                        seen.borrow_mut().push(WAITS.to_owned());
                        let popped = consumer.pop().await;
                        seen.borrow_mut().pop();
                        let popped = popped
                            .map(|item| item.map(|item| item.number));
                        note(&seen, doing, popped);
                    }
                    Do::Rest => rest(&ready).await,
                    _ => drop(end.take()),
                }
            }
            std::future::pending::<()>().await;
        })
    }

    fn new<F: Future<Output = ()> + 'static>(
        script: impl FnOnce(Rc<RefCell<Seen>>, Rc<Cell<bool>>) -> F,
    ) -> Self {
        let seen = Rc::new(RefCell::new(Seen::new()));
        let ready = Rc::new(Cell::new(true));
        let following = script(Rc::clone(&seen), Rc::clone(&ready));
        Self {
            script: Box::pin(following),
            ring: Arc::default(),
            ready,
            over: false,
            seen,
        }
    }

    /// Does what it can now: up to a rest, a wait, or the end of
    /// its script. `false`: it can do nothing.
    pub fn go(&mut self) -> bool {
        let mut went = false;
        for _ in 0..POLLS {
            let rung = self.ring.0.swap(false, SeqCst);
            if self.over || !(self.ready.replace(false) || rung) {
                return went;
            }
            went = true;
            let waker = Waker::from(Arc::clone(&self.ring));
            let mut context = Context::from_waker(&waker);
            let polled = self.script.as_mut().poll(&mut context);
            self.over = polled.is_ready();
            if self.ready.get() {
                return went;
            }
        }
        went
    }

    /// What it has seen so far.
    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }
}

fn note(seen: &RefCell<Seen>, doing: Do, came: impl Debug) {
    seen.borrow_mut().push(format!("{doing:?}: {came:?}"));
}

/// Waits for the next turn, without a waker.
async fn rest(ready: &Cell<bool>) {
    let mut rested = false;
    poll_fn(|_| {
        if std::mem::replace(&mut rested, true) {
            return Poll::Ready(());
        }
        ready.set(true);
        Poll::Pending
    })
    .await;
}
