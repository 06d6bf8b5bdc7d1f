//! The limits: what one client, and all of them, may take.
//!
//! Given: it is a table. Each limit stands here
//! once, with its default, and `--help` prints it from here.

use std::time::Duration;

use clap::{Args, Command, FromArgMatches};

/// Every limit of a server, one field each. [`Limits::default`]
/// is for anybody, [`Limits::lean`] for very many slow clients.
///
/// No time is longer than a year, and only `drain_delay` and
/// `drain_timeout` may be zero.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// Connections served at once; the next ones wait in the
    /// kernel's queue (lean: 16384)
    #[arg(long, value_name = "COUNT", default_value = "1024")]
    #[arg(value_parser = parse_count)]
    pub connections: usize,
    /// How long a client may take for the head of a request, and
    /// for the handshake of TLS
    #[arg(long = "header-timeout", value_name = "TIME")]
    #[arg(default_value = "20s", value_parser = parse_time)]
    pub header: Duration,
    /// How long a connection may wait between a response and the
    /// next request; where the header timeout is shorter, that
    /// counts
    #[arg(long = "idle-timeout", value_name = "TIME")]
    #[arg(default_value = "15s", value_parser = parse_time)]
    pub idle: Duration,
    /// How long a connection may live, whatever it does
    #[arg(long = "total-timeout", value_name = "TIME")]
    #[arg(default_value = "24h", value_parser = parse_time)]
    pub total: Duration,
    /// How long a client may send nothing of an upload that the
    /// server waits for
    #[arg(long = "read-timeout", value_name = "TIME")]
    #[arg(default_value = "30s", value_parser = parse_time)]
    pub read_progress: Duration,
    /// How long a client may take nothing of what was sent
    #[arg(long = "write-timeout", value_name = "TIME")]
    #[arg(default_value = "30s", value_parser = parse_time)]
    pub write_progress: Duration,
    /// What hyper collects for a client before it waits for it: at
    /// least 8 KiB, because a head must fit, too (lean: 16KiB)
    #[arg(long, value_name = "SIZE", default_value = "64KiB")]
    #[arg(value_parser = parse_write_buffer)]
    pub write_buffer: usize,
    /// What the kernel takes and has not sent yet, on Linux; 0B is
    /// no limit (lean: 16KiB)
    #[arg(long, value_name = "SIZE", default_value = "512KiB")]
    #[arg(value_parser = parse_size::<u32>)]
    pub unsent_low_water: u32,
    /// The kernel's send buffer for each client; without it, the
    /// kernel grows it, on Linux to 4 MiB (lean: 64KiB)
    #[arg(long, value_name = "SIZE")]
    #[arg(value_parser = parse_size::<usize>)]
    pub send_buffer: Option<usize>,
    /// How long /ready says 503 before connections are refused,
    /// after SIGTERM or Ctrl-C
    #[arg(long, value_name = "TIME", default_value = "0s")]
    #[arg(value_parser = parse_time)]
    pub drain_delay: Duration,
    /// How long requests in flight may take then; after that they
    /// are aborted, as by a second signal
    #[arg(long, value_name = "TIME", default_value = "30s")]
    #[arg(value_parser = parse_time)]
    pub drain_timeout: Duration,
}

impl Limits {
    /// The flags that [`lean`](Self::lean) stands for.
    pub const LEAN: [&str; 4] = [
        "--connections=16384",
        "--write-buffer=16KiB",
        "--unsent-low-water=16KiB",
        "--send-buffer=64KiB",
    ];

    /// For very many slow clients: little is held for each of
    /// them, here and in the kernel. Fast clients get less speed.
    pub fn lean() -> Self {
        Self::from_words(&Self::LEAN)
    }

    fn from_words(words: &[&str]) -> Self {
        let command = Command::new("limits").no_binary_name(true);
        let command = Self::augment_args(command);
        let read = command
            .try_get_matches_from(words)
            .and_then(|matches| Self::from_arg_matches(&matches));
        read.expect("the words of this file are good")
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::from_words(&[])
    }
}

/// Reads `500ms`, `10s`, `2m` or `1h`, up to a year.
///
/// # Errors
///
/// An example of what to type instead, as in the other functions
/// here.
pub fn parse_time(text: &str) -> Result<Duration, String> {
    const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);
    let units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];
    let time = number(text, &units).map(Duration::from_millis);
    // `Instant::now() + time` would panic if it were much longer.
    time.filter(|time| *time <= YEAR)
        .ok_or_else(|| "30s".to_owned())
}

/// Reads `8192B`, `64KiB`, `1MiB` or `1GiB`.
pub fn parse_size<T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    let units = [
        ("B", 1),
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
    ];
    number(text, &units)
        .and_then(|bytes| T::try_from(bytes).ok())
        .ok_or_else(|| "64KiB".to_owned())
}

/// Reads how many: at least one.
pub fn parse_count(text: &str) -> Result<usize, String> {
    let count = text.parse().ok();
    count
        .filter(|count| (1..=1 << 30).contains(count))
        .ok_or_else(|| "1024".to_owned())
}

fn parse_write_buffer(text: &str) -> Result<usize, String> {
    // hyper refuses less.
    let buffer = parse_size(text).ok();
    buffer
        .filter(|bytes| *bytes >= 8192)
        .ok_or_else(|| "8KiB".to_owned())
}

fn number(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at(digits);
    let (_, scale) = units.iter().find(|(name, _)| *name == unit)?;
    count.parse::<u64>().ok()?.checked_mul(*scale)
}
