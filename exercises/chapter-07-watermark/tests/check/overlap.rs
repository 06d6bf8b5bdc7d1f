//! One end looks over and over while the other end rings once: in
//! some of the rounds it rings between a look and its wait. Whoever
//! rings has slept before, and its waking up stops the other thread
//! at whatever place.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use lab::Steps;

use crate::bell::Bell;
use crate::rings::{
    Act, FOR_A_DRAIN, FOR_A_POP, Wait, drained, empty, full, popped,
};
use crate::spin::Stuck;

/// How often each thing is done by two threads.
const ROUNDS: usize = 2000;
/// The most times two threads.
const MOST: usize = 16;
/// Sleeps of this length, or a bit more. Nothing depends on it.
const NAP: Duration = Duration::from_micros(20);
/// How long to try, at most: a busy machine tries less often.
const EFFORT: Duration = Duration::from_millis(700);

/// Every way to ring. Dropping an end is one of them.
pub fn race(steps: &Steps) {
    for (does, act) in FOR_A_POP {
        steps.step(format!("{does} while a pop looks"));
        let rounds = rounds(empty, popped, act);
        steps.succeeds("every wait of a pop", rounds);
    }
    for (does, act) in FOR_A_DRAIN {
        steps.step(format!("{does} while a wait looks"));
        let rounds = rounds(full, drained, act);
        steps.succeeds("every wait for a drain", rounds);
    }
}

/// Gives how many rounds there were; as an error, the one in which
/// the ring was lost.
fn rounds<W: Send, A: Send>(
    make: fn() -> (W, A),
    wait: Wait<W>,
    act: Act<A>,
) -> Result<usize, Stuck> {
    let processors = thread::available_parallelism();
    let pairs = processors.map_or(2, usize::from).min(MOST);
    // On threads of their own: a task of the runtime may not look
    // as often as it likes.
    thread::scope(|scope| {
        let pairs: Vec<_> = (0..pairs)
            .map(|_| scope.spawn(move || pair(make, wait, act)))
            .collect();
        let rounds = pairs
            .into_iter()
            .map(|pair| pair.join().unwrap_or(Err(Stuck(0))));
        rounds.sum()
    })
}

/// The rounds of two threads.
fn pair<W: Send, A: Send>(
    make: fn() -> (W, A),
    wait: Wait<W>,
    act: Act<A>,
) -> Result<usize, Stuck> {
    let (waiters, actors): (Vec<W>, Vec<A>) =
        (0..ROUNDS).map(|_| make()).unzip();
    let looking = AtomicUsize::new(0);
    let acting = AtomicUsize::new(0);
    thread::scope(|scope| {
        scope.spawn(|| act_all(actors, act, &looking, &acting));
        let _over = Over(&looking);
        wait_all(waiters, wait, &looking, &acting)
    })
}

/// Says that no round follows, also after a panic: the other thread
/// must not wait for one.
struct Over<'a>(&'a AtomicUsize);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(usize::MAX, SeqCst);
    }
}

fn wait_all<W>(
    waiters: Vec<W>,
    wait: Wait<W>,
    looking: &AtomicUsize,
    acting: &AtomicUsize,
) -> Result<usize, Stuck> {
    let end = Instant::now() + EFFORT;
    for (round, mut waiter) in waiters.into_iter().enumerate() {
        looking.store(round + 1, SeqCst);
        let acts = || acting.load(SeqCst) > round;
        if !look(&mut waiter, wait, acts) {
            return Err(Stuck(round));
        } else if Instant::now() > end {
            return Ok(round + 1);
        }
    }
    Ok(ROUNDS)
}

/// Looks anew until the other end acts. Who looked before that
/// must be woken. `false`: nobody rang.
fn look<W>(
    waiter: &mut W,
    wait: Wait<W>,
    acts: impl Fn() -> bool,
) -> bool {
    let bell = Arc::new(Bell::default());
    loop {
        let mut waiting = wait(waiter);
        if bell.poll(waiting.as_mut()).is_ready() {
            return true;
        } else if acts() {
            return bell.spin(waiting.as_mut()).is_some();
        }
    }
}

fn act_all<A>(
    actors: Vec<A>,
    act: Act<A>,
    looking: &AtomicUsize,
    acting: &AtomicUsize,
) {
    // Whoever is dropped rings: not before the other end is done.
    let mut kept = Vec::with_capacity(actors.len());
    let _over = Over(acting);
    for (round, actor) in actors.into_iter().enumerate() {
        thread::sleep(NAP);
        while looking.load(SeqCst) <= round {
            thread::sleep(NAP);
        }
        if looking.load(SeqCst) == usize::MAX {
            return;
        }
        acting.store(round + 1, SeqCst);
        kept.push(act(actor));
    }
}
