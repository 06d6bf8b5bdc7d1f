//! Whoever is woken looks at once, on a thread of its own, while
//! the ring is still going on: the change must have come before.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::Duration;

use lab::Steps;

use crate::PATIENCE;
use crate::rings::{
    Act, FOR_A_DRAIN, FOR_A_POP, Wait, drained, empty, full, popped,
};
use crate::spin::Stuck;

/// How long a ring lets the other thread look. Who rings with the
/// lock in its hand makes it wait, and that is no fault.
const GLANCE: Duration = Duration::from_millis(100);

/// A waker that comes back when whoever was woken has looked.
struct Eager {
    rung: Sender<()>,
    looked: Mutex<Receiver<()>>,
}

impl Wake for Eager {
    fn wake(self: Arc<Self>) {
        // Who is through already needs no ring.
        if self.rung.send(()).is_ok() {
            let looked = self.looked.lock();
            let looked = looked.unwrap_or_else(PoisonError::into_inner);
            let _ = looked.recv_timeout(GLANCE);
        }
    }
}

/// Every way to ring, once each.
pub fn looks(steps: &Steps) {
    for (does, act) in FOR_A_POP {
        steps.step(format!("{does}, and a pop looks at once"));
        let woken = looks_at_once(empty, popped, act);
        steps.succeeds("the change comes before the ring", woken);
    }
    for (does, act) in FOR_A_DRAIN {
        steps.step(format!("{does}, and a wait looks at once"));
        let woken = looks_at_once(full, drained, act);
        steps.succeeds("the change comes before the ring", woken);
    }
}

/// As an error: who was woken found nothing, and nobody rang again.
fn looks_at_once<W: Send, A>(
    make: fn() -> (W, A),
    wait: Wait<W>,
    act: Act<A>,
) -> Result<(), Stuck> {
    let (mut waiter, actor) = make();
    let (waits, waiting) = channel();
    thread::scope(|scope| {
        let looking = scope.spawn(move || {
            let (rung, rings) = channel();
            let (looks, looked) = channel();
            let looked = Mutex::new(looked);
            let waker = Waker::from(Arc::new(Eager { rung, looked }));
            let mut context = Context::from_waker(&waker);
            let mut future = wait(&mut waiter);
            let mut over = future.as_mut().poll(&mut context);
            let _ = waits.send(());
            while over.is_pending() {
                if rings.recv_timeout(PATIENCE).is_err() {
                    return Err(Stuck(0));
                }
                over = future.as_mut().poll(&mut context);
                let _ = looks.send(());
            }
            Ok(())
        });
        let _ = waiting.recv();
        let _kept = act(actor);
        looking.join().unwrap_or(Err(Stuck(0)))
    })
}
