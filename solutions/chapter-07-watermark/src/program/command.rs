//! What the command line asks the program to do.
//!
//! We provide this file: flags aren't a subject of this chapter.

use lexopt::prelude::*;
use lexopt::{Error, Parser};
use watermark::{Simulation, Watermarks};

/// One of the two things that the program does.
pub(crate) enum Command {
    Help,
    Show(Simulation),
}

impl Command {
    /// Reads the command line. An error message says what to type
    /// instead.
    pub(crate) fn from_args() -> Result<Self, Error> {
        let (mut give, mut take) = (64, 16);
        let (mut high, mut low) = (256, 128);
        let mut args = Parser::from_env();
        while let Some(arg) = args.next()? {
            let value: &mut u16 = match arg {
                Long("give") => &mut give,
                Long("take") => &mut take,
                Long("high") => &mut high,
                Long("low") => &mut low,
                Long("help") => return Ok(Self::Help),
                _ => return Err(arg.unexpected()),
            };
            *value = args.value()?.parse()?;
        }
        let bytes = |kib| usize::from(kib) * 1024;
        Ok(Self::Show(Simulation {
            give: bytes(give),
            take: bytes(take),
            item: bytes(16),
            marks: Watermarks::new(bytes(low), bytes(high)),
            ticks: 60,
        }))
    }
}
