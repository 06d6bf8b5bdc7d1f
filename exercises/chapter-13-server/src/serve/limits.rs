//! The limits: how much one client, and all clients together, may use.
//!
//! We provide this file: it's a table. Each limit is here once, with
//! its default, and `--help` prints the limits from here.

use std::time::Duration;

use clap::{Args, Command, FromArgMatches};

/// Every limit of a server, one field for each. [`Limits::default`]
/// suits most servers, and [`Limits::lean`] suits a server with many
/// slow clients.
///
/// No time is longer than a year, and only `drain_delay` and
/// `drain_timeout` may be zero.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// Connections served at once; others wait in the kernel's queue
    /// (lean: 16384)
    #[arg(long, value_name = "COUNT", default_value = "1024")]
    #[arg(value_parser = parse_count)]
    pub connections: usize,
    /// How long a client may take for the head of a request, and for
    /// the TLS handshake
    #[arg(long = "header-timeout", value_name = "TIME")]
    #[arg(default_value = "20s", value_parser = parse_time)]
    pub header: Duration,
    /// How long a connection may wait between a response and the next
    /// request; if the header timeout is shorter, that applies
    #[arg(long = "idle-timeout", value_name = "TIME")]
    #[arg(default_value = "15s", value_parser = parse_time)]
    pub idle: Duration,
    /// How long a connection may live, whatever it does
    #[arg(long = "total-timeout", value_name = "TIME")]
    #[arg(default_value = "24h", value_parser = parse_time)]
    pub total: Duration,
    /// How long a client may send nothing of an upload while the server
    /// waits for it
    #[arg(long = "read-timeout", value_name = "TIME")]
    #[arg(default_value = "30s", value_parser = parse_time)]
    pub read_progress: Duration,
    /// How long a client may take nothing while bytes wait for it
    #[arg(long = "write-timeout", value_name = "TIME")]
    #[arg(default_value = "30s", value_parser = parse_time)]
    pub write_progress: Duration,
    /// How many bytes hyper buffers for a client before it waits for
    /// it: at least 8 KiB, because a head must fit (lean: 16KiB)
    #[arg(long, value_name = "SIZE", default_value = "64KiB")]
    #[arg(value_parser = parse_write_buffer)]
    pub write_buffer: usize,
    /// How many unsent bytes the kernel accepts, on Linux; 0B is no
    /// limit (lean: 16KiB)
    #[arg(long, value_name = "SIZE", default_value = "512KiB")]
    #[arg(value_parser = parse_size::<u32>)]
    pub unsent_low_water: u32,
    /// The kernel's send buffer for each client; by default, the kernel
    /// grows it, on Linux to 4 MiB (lean: 64KiB)
    #[arg(long, value_name = "SIZE")]
    #[arg(value_parser = parse_size::<usize>)]
    pub send_buffer: Option<usize>,
    /// After SIGTERM or Ctrl-C, how long /ready says 503 before
    /// connections are refused
    #[arg(long, value_name = "TIME", default_value = "0s")]
    #[arg(value_parser = parse_time)]
    pub drain_delay: Duration,
    /// After that, how long requests in flight may take; then they're
    /// aborted, as by a second signal
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

    /// Returns the limits for many slow clients: only a little is held
    /// for each of them, here and in the kernel. Fast clients get less
    /// speed.
    pub fn lean() -> Self {
        Self::from_words(&Self::LEAN)
    }

    fn from_words(words: &[&str]) -> Self {
        let command = Command::new("limits").no_binary_name(true);
        let command = Self::augment_args(command);
        let read = command
            .try_get_matches_from(words)
            .and_then(|matches| Self::from_arg_matches(&matches));
        read.expect("the flags in this file are valid")
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
/// Returns an example of what to type instead, like the other functions
/// in this file.
pub fn parse_time(text: &str) -> Result<Duration, String> {
    const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);
    let units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];
    let time = number(text, &units).map(Duration::from_millis);
    // A much longer time would make `Instant::now() + time` panic.
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

/// Reads a count, which is at least one.
pub fn parse_count(text: &str) -> Result<usize, String> {
    let count = text.parse().ok();
    count
        .filter(|count| (1..=1 << 30).contains(count))
        .ok_or_else(|| "1024".to_owned())
}

fn parse_write_buffer(text: &str) -> Result<usize, String> {
    // hyper doesn't accept less.
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
