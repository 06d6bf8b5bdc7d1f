//! The command line of the plot.

use std::path::PathBuf;
use std::time::Duration;

use course::size::{self, compact, spaced};
use lab::process;

use crate::error::Error;
use crate::events::Events;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
cargo xtask plot [chapter]... [options]

Runs the servers of these chapters one after the other, downloads a file from
each, samples resident memory, and writes SVG, PNG, CSV and JSON.
Without a chapter: chapter-5 against chapter-8.

  --size 1GiB     size of the file (KiB, MiB, GiB); it is sparse. Without it,
                  1 GiB for all clients together, or 16 seconds of --rate
  --clients N     that many clients at once, 1 to 1000
  --rate 1MiB/s   each client reads that fast, at most; without it, all it can
  --stall 5s      each client reads its head, then nothing for so long, then
                  all it can
  --mine          your own crates too, each beside the reference
  --alone         with --mine: without the reference
  --node          three servers in Node.js too: book/node/naive.mjs,
                  streamed.mjs and ignored.mjs
  --kernel        a thin line more for each server: what the kernel holds for
                  its clients, which is not resident (Linux)
  --release       optimized servers; the first build takes longer
  --out DIR       where the files go; without it, target/plot
  --name NAME     what the files are called; without it, memory
  --open          open the picture
  --events        one JSON object a line on standard output, as it happens:
                  what the served book reads (xtask/plot/src/events.rs)

Example: cargo xtask plot chapter-5 --mine --size 256MiB";

/// How much all clients download together without `--size`. The naive line has to be
/// high, and has to fit.
const SIZE: u64 = 1 << 30;
/// How many seconds a client takes for the file, with `--rate` but without `--size`.
const SECONDS: u64 = 16;

/// What to measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    /// Words that name chapters; empty means the default.
    pub(crate) chapters: Vec<String>,
    /// The size of the file in bytes, if it was given.
    pub(crate) size: Option<u64>,
    /// Clients at once.
    pub(crate) clients: usize,
    /// Bytes a second for each client.
    pub(crate) rate: Option<u64>,
    /// How long each client reads nothing after the head.
    pub(crate) stall: Option<Duration>,
    /// Whether to measure the learner's own crates, too.
    pub(crate) mine: bool,
    /// Whether to measure the learner's crates without the reference solution.
    pub(crate) alone: bool,
    /// Whether to measure the servers in Node.js, too.
    pub(crate) node: bool,
    /// Whether to measure what the kernel holds, too.
    pub(crate) kernel: bool,
    /// Whether to build the servers with optimizations.
    pub(crate) release: bool,
    /// The folder for the files.
    pub(crate) out: Option<PathBuf>,
    /// The name of the files.
    pub(crate) name: String,
    /// Whether to open the picture.
    pub(crate) open: bool,
    /// Whether to print events instead of text.
    pub(crate) events: bool,
}

/// What the learner asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Plot(Options),
    Help,
}

impl Options {
    /// Reads the words after `plot`.
    pub(crate) fn parse(words: &[String]) -> Result<Request, Error> {
        let mut options = Options {
            chapters: Vec::new(),
            size: None,
            clients: 1,
            rate: None,
            stall: None,
            mine: false,
            alone: false,
            node: false,
            kernel: false,
            release: false,
            out: None,
            name: "memory".to_owned(),
            open: false,
            events: false,
        };
        let mut rest = words.iter().peekable();
        while let Some(word) = rest.next() {
            let (key, inline) = match word.split_once('=') {
                Some((key, value)) => (key, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            let mut value = || {
                let next = || rest.next_if(|word| !word.starts_with("--")).cloned();
                let value = inline.clone().or_else(next);
                let mut value = value
                    .ok_or_else(|| Error::Usage(format!("{key} needs a value")))?;
                // `--size 1 GiB`
                let unit = rest.next_if(|word| {
                    size::is_unit(word) && value.bytes().all(|b| b.is_ascii_digit())
                });
                value.extend(unit.into_iter().map(String::as_str));
                Ok::<_, Error>(value)
            };
            match key {
                "--help" | "-h" => return Ok(Request::Help),
                "--mine" => options.mine = true,
                "--alone" => options.alone = true,
                "--node" => options.node = true,
                "--kernel" => options.kernel = true,
                "--release" => options.release = true,
                "--open" => options.open = true,
                "--events" => options.events = true,
                "--size" => options.size = Some(size(&value()?)?),
                "--clients" => options.clients = clients(&value()?)?,
                "--rate" => {
                    options.rate =
                        Some(size::parse_rate(&value()?).map_err(Error::Usage)?)
                }
                "--stall" => options.stall = Some(stall(&value()?)?),
                "--out" => options.out = Some(PathBuf::from(value()?)),
                "--name" => options.name = name(&value()?)?,
                flag if flag.starts_with('-') => {
                    return Err(Error::Usage(format!(
                        "`{flag}` isn't an option of plot"
                    )));
                }
                chapter => options.chapters.push(chapter.to_owned()),
            }
        }
        if options.alone && !options.mine {
            let why =
                "--alone needs --mine, because otherwise there is nothing to measure";
            return Err(Error::Usage(why.to_owned()));
        }
        if options.rate.is_some() && options.stall.is_some() {
            let why = "--rate and --stall can't be used together";
            return Err(Error::Usage(why.to_owned()));
        }
        if options.kernel && !process::has_proc() {
            let why = "--kernel needs /proc/net/tcp, which only Linux has";
            return Err(Error::Usage(why.to_owned()));
        }
        Ok(Request::Plot(options))
    }

    /// Returns the size of the file in bytes. The default is small enough for a server
    /// that holds the whole file for each client, and for a run of half a minute.
    pub(crate) fn size(&self) -> u64 {
        let share = (SIZE / self.clients as u64) & !((1 << 20) - 1);
        let paced = self.rate.map_or(SIZE, |rate| rate.saturating_mul(SECONDS));
        self.size.unwrap_or(share.max(1 << 20).min(paced))
    }

    /// Returns the object that reports what happens.
    pub(crate) fn tell(&self) -> Events {
        Events::new(self.events)
    }

    /// Returns the command for a smaller run, in which all clients together download no
    /// more than `room`, if that's possible.
    pub(crate) fn smaller(&self, room: u64) -> String {
        const LEAST: u64 = 1 << 20;
        let half = self.size().saturating_mul(self.clients as u64) / 2;
        let room = room.min(half).max(LEAST);
        let clients = self.clients.min((room / LEAST) as usize);
        let size = room / clients as u64;
        // A power of two is short to type.
        let size = 1 << size.ilog2();
        let smaller = Options {
            size: Some(size),
            clients,
            ..self.clone()
        };
        smaller.command()
    }

    /// The command that repeats this run.
    pub(crate) fn command(&self) -> String {
        let mut command = "cargo xtask plot".to_owned();
        for chapter in &self.chapters {
            command += &format!(" {chapter}");
        }
        command += &format!(" --size {}", compact(self.size()));
        if self.clients != 1 {
            command += &format!(" --clients {}", self.clients);
        }
        if let Some(rate) = self.rate {
            command += &format!(" --rate {}/s", compact(rate));
        }
        if let Some(stall) = self.stall {
            command += &format!(" --stall {}s", stall.as_secs());
        }
        for (flag, is_set) in [
            ("--mine", self.mine),
            ("--alone", self.alone),
            ("--node", self.node),
            ("--kernel", self.kernel),
            ("--release", self.release),
        ] {
            if is_set {
                command += &format!(" {flag}");
            }
        }
        command
    }

    /// Returns a description of the run, for the title.
    pub(crate) fn story(&self) -> String {
        let size = spaced(self.size());
        let who = match self.clients {
            1 => "1 client downloads".to_owned(),
            clients => format!("{clients} clients download"),
        };
        let each = if self.clients == 1 { "" } else { " each" };
        let pace = match (self.rate, self.stall) {
            (Some(rate), _) => format!(" at {}/s", spaced(rate)),
            (None, Some(stall)) => format!(", stalled for {} s", stall.as_secs()),
            (None, None) => String::new(),
        };
        format!("Resident memory while {who} {size}{each}{pace}")
    }
}

/// Checks that a file can have this size here.
fn size(text: &str) -> Result<u64, Error> {
    let bytes = size::parse_size(text).map_err(Error::Usage)?;
    if (1..=64 << 30).contains(&bytes) {
        return Ok(bytes);
    }
    Err(Error::Usage(format!(
        "`{text}` isn't a size for this file: it has 1 byte to 64GiB, such as 256MiB or \
         1GiB"
    )))
}

/// Whole seconds, with or without their unit.
fn stall(text: &str) -> Result<Duration, Error> {
    let seconds = size::parse_seconds(text).map_err(Error::Usage)?;
    if (1..=600).contains(&seconds) {
        return Ok(Duration::from_secs(seconds));
    }
    Err(Error::Usage(format!("`{text}` isn't between 1s and 600s")))
}

fn clients(text: &str) -> Result<usize, Error> {
    let count = text.parse().ok().filter(|count| (1..=1000).contains(count));
    count.ok_or_else(|| Error::Usage(format!("`{text}` isn't a number from 1 to 1000")))
}

/// Checks that this is a file name without a path.
fn name(text: &str) -> Result<String, Error> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !text.is_empty() && text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    Err(Error::Usage(format!(
        "`{text}` isn't a name; use letters, digits and hyphens"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Request, Error> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&words)
    }

    #[test]
    fn a_run_is_repeated_by_its_own_command() {
        for line in [
            "--size 1GiB",
            "chapter-5 --size 256MiB --clients 8 --rate 1MiB/s --mine",
            "5 8 --size 1000 --release",
            "chapter-8 --size 64MiB --stall 5s --mine --alone --node",
        ] {
            let Ok(Request::Plot(options)) = parse(line) else {
                panic!("{line} is right");
            };
            assert_eq!(options.command(), format!("cargo xtask plot {line}"));
        }
    }

    #[test]
    fn a_smaller_run_fits_and_is_never_the_same() {
        let smaller = |line, room| options(line).smaller(room);
        for (line, room, expected) in [
            ("5 --size 1GiB", 300 << 20, "5 --size 256MiB"),
            (
                "5 --size 1GiB --clients 8",
                1 << 30,
                "5 --size 128MiB --clients 8",
            ),
            ("5 --size 64MiB", 8 << 30, "5 --size 32MiB"),
            (
                "5 --size 1MiB --clients 900",
                10 << 20,
                "5 --size 1MiB --clients 10",
            ),
        ] {
            assert_eq!(smaller(line, room), format!("cargo xtask plot {expected}"));
        }
    }

    #[test]
    fn the_help_fits_every_terminal() {
        assert!(HELP.is_ascii());
        assert!(HELP.lines().all(|line| line.len() <= 80), "{HELP}");
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_value() {
        for (line, value) in [
            ("--size 1GB", "`1GB`"),
            ("--size 0", "`0`"),
            ("--size 99999GiB", "`99999GiB`"),
            ("--clients 0", "`0`"),
            ("--clients many", "`many`"),
            ("--rate fast", "`fast`"),
            ("--stall forever", "`forever`"),
            ("--stall 0s", "`0s`"),
            ("--stall 1s --rate 1MiB/s", "together"),
            ("--alone", "--mine"),
            ("--name ../x", "`../x`"),
            ("--sise 1GiB", "`--sise`"),
            ("--out", "--out needs a value"),
        ] {
            let fault = parse(line).expect_err(line);
            assert_eq!(fault.exit(), 2);
            assert!(fault.to_string().contains(value), "{fault}");
        }
    }

    #[test]
    fn a_size_and_a_rate_may_have_a_space() {
        for line in [
            "--size 1 GiB --rate 2 MiB/s 5",
            "--rate=2MiB/s --size=1GiB 5",
            "5 --size 1gib --rate 2MiB",
        ] {
            let options = options(line);
            let (size, rate) = (options.size, options.rate);
            assert_eq!((size, rate), (Some(1 << 30), Some(2 << 20)), "{line}");
            assert_eq!(options.chapters, ["5"], "{line}");
        }
    }

    fn options(line: &str) -> Options {
        match parse(line) {
            Ok(Request::Plot(options)) => options,
            _ => panic!("{line} is right"),
        }
    }

    #[test]
    fn the_story_is_a_sentence() {
        let story = |line| options(line).story();
        assert_eq!(
            story("--size 1GiB --clients 8 --rate 1MiB/s"),
            "Resident memory while 8 clients download 1 GiB each at 1 MiB/s"
        );
        assert_eq!(
            story("--size 48MiB --clients 3"),
            "Resident memory while 3 clients download 48 MiB each"
        );
        assert_eq!(
            story("--size 1"),
            "Resident memory while 1 client downloads 1 byte"
        );
        assert_eq!(
            story("--size 64MiB --stall 5s"),
            "Resident memory while 1 client downloads 64 MiB, stalled for 5 s"
        );
    }

    #[test]
    fn a_size_that_nobody_chose_fits_the_memory_and_the_patience() {
        for (line, size) in [
            ("", 1 << 30),
            ("--clients 8", 128 << 20),
            ("--clients 1000", 1 << 20),
            ("--clients 8 --rate 1MiB/s", 16 << 20),
            ("--rate 1GiB/s", 1 << 30),
            ("--clients 8 --size 1GiB", 1 << 30),
        ] {
            assert_eq!(options(line).size(), size, "{line}");
        }
    }
}
