//! What one end does between two locks of the other end. Every
//! place is tried, on one thread, so nothing depends on luck. What
//! comes out must be what comes out in some order in which nothing
//! is interrupted.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use lab::Steps;
use lab::drops::DropCounter;
use watermark::lock::after_each;
use watermark::{Watermarks, queue};

use crate::actor::Do::{
    self, Close, Drained, Fail, Leave, Pop, Push, Rest,
};
use crate::actor::{Actor, Seen, here, meanwhile};
use crate::item::item;

/// How often both may go on: an end that wakes itself would go on
/// forever.
const ROUNDS: usize = 100;
/// What the producer does, and what the consumer does. An item is
/// one byte.
const SCRIPTS: [(&[Do], &[Do]); 19] = [
    (&[Push], &[Pop]),
    (&[Close], &[Pop]),
    (&[Fail], &[Pop]),
    (&[Leave], &[Pop]),
    (&[Push, Push], &[Pop, Pop]),
    (&[Push, Push, Push], &[Pop, Pop, Pop]),
    (&[Push, Close], &[Pop, Pop]),
    (&[Push, Fail], &[Pop, Pop, Pop]),
    (&[Push, Leave], &[Pop, Pop]),
    (&[Close, Fail], &[Pop]),
    (&[Fail, Close], &[Pop, Pop]),
    (&[Push, Drained, Push], &[Pop, Pop]),
    (&[Push, Push, Push, Drained], &[Pop, Pop, Pop]),
    (&[Push, Drained, Push, Drained], &[Pop, Pop]),
    (&[Push, Close, Drained], &[Pop, Pop]),
    (&[Push, Drained, Push], &[Leave]),
    (&[Push, Push, Drained], &[Pop, Leave]),
    (&[Push, Push, Drained], &[Pop]),
    (&[Push, Drained, Push, Drained], &[Pop]),
];

/// Two ends, by their places in a pair.
const ENDS: [(usize, &str); 2] = [(0, "producer"), (1, "consumer")];

/// What the producer saw, what the consumer saw, and the items that
/// are in memory.
type Outcome = [Seen; 3];
/// What each of them does.
type Scripts = [Vec<Do>; 2];

struct Ends {
    actors: [Rc<RefCell<Actor>>; 2],
    items: DropCounter,
}

pub fn locks(steps: Steps) {
    if !visible() {
        steps.holds("this queue has a lock of its own", true);
        return;
    }
    for (low, high) in [(0, 1), (0, 2), (1, 3)] {
        let marks = Watermarks { low, high };
        for (produces, consumes) in SCRIPTS {
            let scripts = [produces.to_vec(), consumes.to_vec()];
            let allowed = uninterrupted(marks, &scripts);
            for (end, name) in ENDS {
                steps.step(format!(
                    "low {low}, high {high}: {produces:?} and \
                     {consumes:?}; the other end acts between the \
                     locks of the {name}"
                ));
                interrupted(&steps, marks, &scripts, end, &allowed);
                steps.holds("nothing is lost", true);
            }
        }
    }
}

/// Whether the queue uses the lock that a test can look behind.
fn visible() -> bool {
    let locks = Rc::new(Cell::new(0));
    let count = Rc::clone(&locks);
    let (producer, _consumer) = queue(Watermarks { low: 0, high: 1 });
    after_each(Some(Box::new(move || count.set(count.get() + 1))));
    let _ = producer.push(item(0, 1));
    after_each(None);
    locks.get() > 0
}

/// What comes out when the two take turns in every possible way,
/// and nothing that they do is interrupted.
fn uninterrupted(
    marks: Watermarks,
    scripts: &Scripts,
) -> BTreeSet<Outcome> {
    let resting = scripts.clone().map(|script| {
        let script = script.into_iter();
        script.flat_map(|doing| [doing, Rest]).collect()
    });
    // One turn more than things to do: a wait takes two.
    let [mine, others] = [0, 1].map(|end| scripts[end].len() + 1);
    let turns = mine + others;
    let orders = 0..1_u32 << turns;
    let orders = orders.filter(|order| {
        usize::try_from(order.count_ones()) == Ok(others)
    });
    let play = |order: u32| {
        let ends = ends(marks, &resting);
        for turn in 0..turns {
            let end = (order >> turn & 1) as usize;
            ends.actors[end].borrow_mut().go();
        }
        outcome(&ends)
    };
    orders.map(play).collect()
}

/// One end does all that it can, and the other one has two turns
/// meanwhile, at every two places between its locks.
fn interrupted(
    steps: &Steps,
    marks: Watermarks,
    scripts: &Scripts,
    end: usize,
    allowed: &BTreeSet<Outcome>,
) {
    for split in 0..=scripts[1 - end].len() {
        let mut scripts = scripts.clone();
        scripts[1 - end].insert(split, Rest);
        let (mut first, mut second, mut places) = (0, 0, 1);
        while first < places {
            let ends = ends(marks, &scripts);
            let (seen, count) = play(&ends, end, [first, second]);
            if !allowed.contains(&seen) {
                steps.fail(told(allowed), format!("{seen:?}"));
            }
            places = places.max(count);
            second += 1;
            if second >= places {
                first += 1;
                second = first;
            }
        }
    }
}

/// What may come out.
fn told(allowed: &BTreeSet<Outcome>) -> String {
    let allowed: Vec<String> =
        allowed.iter().map(|seen| format!("{seen:?}")).collect();
    allowed.join(" or ")
}

/// Gives what came out, and how many places there were.
fn play(
    ends: &Ends,
    end: usize,
    turns: [usize; 2],
) -> (Outcome, usize) {
    let places = Rc::new(Cell::new(0));
    let count = Rc::clone(&places);
    let other = Rc::clone(&ends.actors[1 - end]);
    let mut act: Option<Box<dyn FnMut()>> = Some(Box::new(move || {
        let place = count.get();
        count.set(place + 1);
        for _ in turns.iter().filter(|turn| **turn == place) {
            other.borrow_mut().go();
        }
    }));
    // The first place is before everything.
    if let Some(act) = &mut act {
        act();
    }
    meanwhile(act);
    after_each(Some(Box::new(here)));
    ends.actors[end].borrow_mut().go();
    after_each(None);
    meanwhile(None);
    (outcome(ends), places.get())
}

/// A queue whose ends follow these scripts.
fn ends(marks: Watermarks, scripts: &Scripts) -> Ends {
    let (producer, consumer) = queue(marks);
    let [produces, consumes] = scripts.clone();
    let items = DropCounter::new();
    let actors = [
        Actor::producer(producer, produces, items.clone()),
        Actor::consumer(consumer, consumes),
    ];
    let actors = actors.map(|actor| Rc::new(RefCell::new(actor)));
    Ends { actors, items }
}

/// Lets both go on as long as they can; what they have seen then.
fn outcome(ends: &Ends) -> Outcome {
    let [producer, consumer] = &ends.actors;
    for _ in 0..ROUNDS {
        if !(producer.borrow_mut().go() | consumer.borrow_mut().go()) {
            break;
        }
    }
    let items = vec![format!("{} alive", ends.items.alive())];
    [producer.borrow().seen(), consumer.borrow().seen(), items]
}
