//! The order of the stages: first those that need the whole machine, then two lanes at
//! the same time, and at the end those that need the whole machine for long.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use xtask::chapter::workspace::Workspace;
use xtask::cli::error::Result;

use super::stage::{Lane, Outcome, Stage};

/// A stage's name, and its result.
pub(super) type Seen = (&'static str, Outcome);

/// Runs all stages, and returns the results of those that ran. Unless `keeps_going`, no
/// stage begins after the first one that failed, but the one that runs at the same time
/// is finished.
pub(super) fn run(
    workspace: &Workspace,
    stages: &[Stage],
    keeps_going: bool,
) -> Result<Vec<Seen>> {
    let run = Run {
        workspace,
        keeps_going,
        seen: Mutex::default(),
        is_red: AtomicBool::new(false),
    };
    let of = |lane: Lane| -> Vec<&Stage> {
        stages.iter().filter(|stage| stage.lane == lane).collect()
    };
    run.all(&of(Lane::Alone), Stage::run)?;
    let (copies, waits) = (of(Lane::Copies), of(Lane::Waits));
    if copies.is_empty() || waits.is_empty() {
        // When nothing runs at the same time, a stage may print its lines as they come.
        run.all(&copies, Stage::run)?;
        run.all(&waits, Stage::run)?;
    } else if run.goes_on() {
        println!(
            "\nTwo stages run at a time from here on, and each prints its lines when it's done."
        );
        thread::scope(|scope| {
            let copies = scope.spawn(|| run.all(&copies, Stage::run_beside));
            let waits = run.all(&waits, Stage::run_beside);
            copies.join().expect("a lane doesn't panic").and(waits)
        })?;
    }
    run.all(&of(Lane::Last), Stage::run)?;
    Ok(run.seen.into_inner().expect("a lane doesn't panic"))
}

/// The state that the lanes share.
struct Run<'a> {
    workspace: &'a Workspace,
    keeps_going: bool,
    seen: Mutex<Vec<Seen>>,
    is_red: AtomicBool,
}

impl Run<'_> {
    fn all(
        &self,
        stages: &[&Stage],
        run: fn(&Stage, &Workspace) -> Result<Outcome>,
    ) -> Result<()> {
        for stage in stages {
            if !self.goes_on() {
                break;
            }
            let outcome = run(stage, self.workspace);
            // A stage that couldn't run ends the other lane, too.
            let is_red = outcome.as_ref().map_or(true, |it| it.failed > 0);
            self.is_red.fetch_or(is_red, Ordering::Relaxed);
            let outcome = outcome?;
            let mut seen = self.seen.lock().expect("a lane doesn't panic");
            seen.push((stage.name, outcome));
        }
        Ok(())
    }

    fn goes_on(&self) -> bool {
        self.keeps_going || !self.is_red.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: &str = "no-such-command";
    const GREEN: &str = "--version";

    /// The names of the stages that ran, in alphabetical order.
    fn ran(stages: &[Stage], keeps_going: bool) -> Vec<&'static str> {
        let workspace = Workspace::find().unwrap();
        let seen = run(&workspace, stages, keeps_going).unwrap();
        let mut names: Vec<&str> = seen.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_lanes_run_when_what_comes_first_is_green() {
        let stages = [
            Stage::new("copies", "", GREEN).beside(Lane::Copies),
            Stage::new("first", "", GREEN),
            Stage::new("waits", "", GREEN).beside(Lane::Waits),
        ];
        assert_eq!(ran(&stages, false), ["copies", "first", "waits"]);
    }

    #[test]
    fn no_stage_begins_after_a_red_one() {
        let stages = [
            Stage::new("first", "", RED),
            Stage::new("copies", "", GREEN).beside(Lane::Copies),
            Stage::new("waits", "", GREEN).beside(Lane::Waits),
            Stage::new("last", "", GREEN).beside(Lane::Last),
        ];
        assert_eq!(ran(&stages, false), ["first"]);
        assert_eq!(ran(&stages, true), ["copies", "first", "last", "waits"]);
    }

    #[test]
    fn a_red_stage_ends_its_lane() {
        let stages = [
            Stage::new("copies", "", RED).beside(Lane::Copies),
            Stage::new("more-copies", "", GREEN).beside(Lane::Copies),
            Stage::new("waits", "", GREEN).beside(Lane::Waits),
        ];
        let names = ran(&stages, false);
        assert!(names.contains(&"copies") && !names.contains(&"more-copies"));
    }
}
