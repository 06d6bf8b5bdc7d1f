//! A check of a wait that goes on elsewhere than it began.

use std::sync::Arc;

use lab::Steps;

use crate::bell::Bell;
use crate::rings::{
    Act, FOR_A_DRAIN, FOR_A_POP, Wait, drained, empty, full, popped,
};

pub async fn woken(steps: Steps) {
    for (does, act) in FOR_A_POP {
        again(&steps, does, empty, popped, act);
        elsewhere(&steps, does, empty, popped, act);
    }
    for (does, act) in FOR_A_DRAIN {
        again(&steps, does, full, drained, act);
        elsewhere(&steps, does, full, drained, act);
    }
}

/// A wait is dropped, and another task waits anew.
fn again<W, A>(
    steps: &Steps,
    does: &str,
    make: fn() -> (W, A),
    wait: Wait<W>,
    act: Act<A>,
) {
    steps.step("wait, give up, and wait anew in another task");
    let (mut waiter, actor) = make();
    let first = Arc::new(Bell::default());
    let waits = first.poll(wait(&mut waiter).as_mut()).is_pending();
    steps.holds("it waits", waits);
    let bell = Arc::new(Bell::default());
    let mut waiting = wait(&mut waiter);
    let waits = bell.poll(waiting.as_mut()).is_pending();
    steps.holds("it waits", waits);
    steps.step(does);
    let _kept = act(actor);
    let woken = bell.spin(waiting.as_mut()).is_some();
    steps.holds("the task that waits now is woken", woken);
}

/// The same future is polled by two tasks, one after the other.
fn elsewhere<W, A>(
    steps: &Steps,
    does: &str,
    make: fn() -> (W, A),
    wait: Wait<W>,
    act: Act<A>,
) {
    steps.step("wait, and move the future to another task");
    let (mut waiter, actor) = make();
    let mut waiting = wait(&mut waiter);
    let first = Arc::new(Bell::default());
    let waits = first.poll(waiting.as_mut()).is_pending();
    steps.holds("it waits", waits);
    let bell = Arc::new(Bell::default());
    let waits = bell.poll(waiting.as_mut()).is_pending();
    steps.holds("it waits", waits);
    steps.step(does);
    let _kept = act(actor);
    let woken = bell.spin(waiting.as_mut()).is_some();
    steps.holds("the task that waits now is woken", woken);
}
