//! Checks whether there's enough memory for a run, and whether a server has run out of
//! it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use course::chapter::Chapter;
use course::size::spaced;
use lab::server::Server;
use sysinfo::{MemoryRefreshKind, System};

use crate::curve::mebibytes;
use crate::error::Error;
use crate::options::Options;
use crate::program::{self, Program};

/// How long to wait until a server that was killed is gone.
const GONE: Duration = Duration::from_secs(1);
/// How often that is checked.
const LOOK: Duration = Duration::from_millis(20);
/// What runtimes and allocators print before they abort.
const SIGNS: [&str; 6] = [
    "memory allocation of ",
    "out of memory",
    "Cannot allocate memory",
    "os error 12)",
    "heap limit",
    "ENOMEM",
];

/// Returns how many bytes a new process may use: what the machine has left, within the
/// limits of this shell and its container.
pub(crate) fn free() -> Option<u64> {
    let mut system = System::new().ok()?;
    system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
    let machine = Some(system.available_memory()).filter(|bytes| *bytes > 0);
    [machine, container(), shell()].into_iter().flatten().min()
}

/// Returns the limit of the control group, on Linux. A container is a control group.
fn container() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let limit = |line: &str| -> Option<u64> {
        let mut fields = line.splitn(3, ':').skip(1);
        let (kinds, group) = (fields.next()?, fields.next()?);
        let group = group.trim_start_matches('/');
        // The second version has one tree for all kinds, and no name for them.
        let (tree, file) = match kinds {
            "" => ("/sys/fs/cgroup", "memory.max"),
            "memory" => ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
            _ => return None,
        };
        // Inside a container, its group is the root of the tree.
        [Path::new(tree).join(group), PathBuf::from(tree)]
            .iter()
            .find_map(|folder| fs::read_to_string(folder.join(file)).ok())
            .and_then(|text| text.trim().parse().ok())
    };
    groups.lines().filter_map(limit).min()
}

/// Returns what `ulimit -v` leaves.
fn shell() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Returns a warning before a run that may not fit, because naive servers hold the
/// whole file for each client.
pub(crate) fn warning(
    chapters: &[Chapter],
    options: &Options,
    free: Option<u64>,
) -> Option<String> {
    let free = free?;
    let needed = options.size().saturating_mul(options.clients as u64);
    let is_naive = chapters.iter().any(program::is_naive) || options.node;
    // A server, its clients, and the operating system need memory, too.
    if !is_naive || needed <= free - free / 8 {
        return None;
    }
    Some(format!(
        "A naive server holds the file once for each client: {}, and only {} MiB are free. \
         It may be killed.\nA run that fits: {}",
        times(options),
        free >> 20,
        options.smaller(free / 2),
    ))
}

/// Returns the error for a server that didn't send a download because it ran out of
/// memory.
pub(crate) async fn ran_out(
    program: &Program,
    server: &mut Server,
    peak: u64,
    options: &Options,
) -> Option<Error> {
    let how = short(server).await?;
    let lesson = if program.is_naive {
        format!(
            "That is what a naive server does with a file of this size: it holds the \
         whole file for each client, {} here.",
            times(options)
        )
    } else {
        "A server that streams holds a few MiB, whatever the file's size.".to_owned()
    };
    let smaller = options.smaller(free().unwrap_or(u64::MAX) / 2);
    let next = if program.is_naive || program.is_reference {
        smaller
    } else {
        format!("{}, or a smaller run: {smaller}", program.next)
    };
    Some(Error::OutOfMemory {
        label: program.label.clone(),
        how: how.told(mebibytes(peak)),
        lesson,
        next,
    })
}

/// How a server without memory was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shortage {
    /// By a signal of the kernel.
    Killed,
    /// By an allocation that failed.
    Refused,
}

impl Shortage {
    fn told(self, peak: f64) -> String {
        match self {
            Self::Killed => {
                format!("ran out of memory at {peak:.0} MiB, and was killed")
            }
            Self::Refused => {
                format!("ran out of memory: it held {peak:.0} MiB, and got no more")
            }
        }
    }
}

/// Returns whether a server that failed has run out of memory. A kill takes a moment to
/// be visible.
async fn short(server: &mut Server) -> Option<Shortage> {
    let end = tokio::time::Instant::now() + GONE;
    loop {
        // An allocation that is refused ends a request, but not always the server.
        if is_short(&server.lines()) {
            return Some(Shortage::Refused);
        }
        if let Some(status) = server.ended() {
            return was_killed(status).then_some(Shortage::Killed);
        }
        if tokio::time::Instant::now() >= end {
            return None;
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// `8 x 128 MiB`, or the size alone.
fn times(options: &Options) -> String {
    match options.clients {
        1 => spaced(options.size()),
        clients => format!("{clients} × {}", spaced(options.size())),
    }
}

fn is_short(lines: &[String]) -> bool {
    let tells = |line: &String| SIGNS.iter().any(|sign| line.contains(sign));
    lines.iter().any(tells)
}

/// Nothing else sends this signal to our server while it runs.
#[cfg(unix)]
fn was_killed(status: std::process::ExitStatus) -> bool {
    const SIGKILL: i32 = 9;
    std::os::unix::process::ExitStatusExt::signal(&status) == Some(SIGKILL)
}

#[cfg(not(unix))]
fn was_killed(_status: std::process::ExitStatus) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Request;

    fn warned(line: &str, numbers: &[u32], free: u64) -> Option<String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let Ok(Request::Plot(options)) = Options::parse(&words) else {
            panic!("{line} is right");
        };
        let chapter =
            |number: &u32| Chapter::from_folder(&format!("chapter-{number:02}-x"));
        let chapters: Vec<Chapter> = numbers.iter().filter_map(chapter).collect();
        warning(&chapters, &options, Some(free))
    }

    #[test]
    fn only_a_run_that_may_not_fit_is_warned_about() {
        let line = "5 --size 1GiB --clients 8";
        let warned_of = warned(line, &[5, 8], 4 << 30).expect("8 GiB in 4");
        let fits = "A run that fits: cargo xtask plot 5 --size 256MiB --clients 8";
        for part in ["8 × 1 GiB", "4096 MiB are free", fits] {
            assert!(warned_of.contains(part), "{part}: {warned_of}");
        }
        assert_eq!(warned(line, &[5], 16 << 30), None);
        assert_eq!(warned("8 --size 1GiB --clients 8", &[8], 4 << 30), None);
        assert!(warned("8 --size 8GiB --node", &[8], 4 << 30).is_some());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_server_that_memory_ended_is_told_from_one_that_ended() {
        let kill = "kill -9 $$";
        let abort = "echo 'memory allocation of 7 bytes failed' >&2; kill -6 $$";
        let node = "echo 'FATAL ERROR: Reached heap limit' >&2; exec sleep 60";
        for (script, shortage) in [
            (kill, Some(Shortage::Killed)),
            (abort, Some(Shortage::Refused)),
            (node, Some(Shortage::Refused)),
            ("exit 1", None),
            ("kill -11 $$", None),
        ] {
            let script = format!("echo 127.0.0.1:1; {script}");
            let program = lab::server::Program::new("sh").arg("-c").arg(script);
            let mut server = program.start(Duration::from_secs(60)).expect("a shell");
            // The end of its output comes with its last line.
            let end = std::time::Instant::now() + Duration::from_secs(60);
            while short(&mut server).await != shortage {
                assert!(std::time::Instant::now() < end, "{shortage:?}");
            }
        }
        let told = Shortage::Killed.told(399.6);
        assert!(told.contains("at 400 MiB, and was killed"), "{told}");
    }

    #[test]
    fn this_machine_has_memory_left() {
        assert!(free().is_none_or(|bytes| bytes > 1 << 20));
    }
}
