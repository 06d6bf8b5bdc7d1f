//! What the machine provides: a writable folder, disk space, memory, and sockets.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
#[cfg(unix)]
use std::{
    path::Path,
    process::{Command, Stdio},
};

use super::{Finding, State};
use crate::chapter::workspace::Workspace;

/// The disk space that a complete build takes. A chapter or two need far less.
const DISK: u64 = 3 << 30;
/// The memory that the naive server in the first plot needs, and a compiler needs about
/// as much.
const MEMORY: u64 = 2 << 30;
/// The port of the chapters' servers and of the book.
const PORT: u16 = 3000;

/// Checks that the runner can store its state and the build its files.
pub(super) fn state(workspace: &Workspace) -> Finding {
    let path = workspace.state().join("doctor");
    let written = fs::create_dir_all(workspace.state())
        .and_then(|()| fs::write(&path, "written"))
        .and_then(|()| fs::remove_file(&path));
    Finding {
        name: "folder",
        state: if written.is_ok() {
            State::Found
        } else {
            State::RequiredMissing
        },
        what: match written {
            Ok(()) => "writable".to_owned(),
            Err(error) => format!("can't write {}: {error}", path.display()),
        },
        fix: "clone the workbook into a folder of your own, with free space on the disk",
    }
}

/// Checks that there is disk space for a complete build.
#[cfg(unix)]
pub(super) fn disk(workspace: &Workspace) -> Option<Finding> {
    let free = free_space(workspace.root())?;
    Some(Finding {
        name: "disk",
        state: if free >= DISK {
            State::Found
        } else {
            State::OptionalMissing
        },
        what: format!("{} are free", gibibytes(free)),
        fix: "everything that learners build takes about 3 GiB, and chapter 1 some 50 MiB: free some \
              space",
    })
}

/// Asks `df`, whose output format POSIX defines. A crate that asks the operating system
/// would take a second to build, before the first verdict.
#[cfg(unix)]
fn free_space(folder: &Path) -> Option<u64> {
    let mut df = Command::new("df");
    df.arg("-Pk").arg(folder).env("LC_ALL", "C");
    let output = df
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // The name of the drive may contain spaces, so the numbers are found by the `%`
    // that follows them.
    let words: Vec<&str> = text.lines().nth(1)?.split_whitespace().collect();
    let used = words.iter().position(|word| word.ends_with('%'))?;
    let kibibytes: u64 = words.get(used.checked_sub(1)?)?.parse().ok()?;
    Some(kibibytes << 10)
}

/// The standard library can't tell the free space.
#[cfg(not(unix))]
pub(super) fn disk(_workspace: &Workspace) -> Option<Finding> {
    let _ = DISK;
    None
}

/// Checks that there is memory for a server that holds a file of 1 GiB.
pub(super) fn free_memory() -> Option<Finding> {
    // Other operating systems don't have this file.
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find(|line| line.starts_with("MemAvailable:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    let free = kibibytes << 10;
    Some(Finding {
        name: "free memory",
        state: if free >= MEMORY {
            State::Found
        } else {
            State::OptionalMissing
        },
        what: format!("{} are available", gibibytes(free)),
        fix: "close some programs, build with CARGO_BUILD_JOBS=1, and plot a smaller \
              file: cargo xtask plot --size 64MiB",
    })
}

fn gibibytes(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))
}

/// Checks that a server can listen on the port that the pages use.
pub(super) fn port() -> Finding {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, PORT));
    Finding {
        name: "port 3000",
        state: if bound.is_ok() {
            State::Found
        } else {
            State::OptionalMissing
        },
        what: match &bound {
            Ok(_) => "free".to_owned(),
            Err(error) => format!("taken: {error}"),
        },
        fix: "stop the program that uses it, or give a server another address: --listen \
              127.0.0.1:3001",
    }
}

/// Checks that a byte can make a round trip over a loopback socket.
pub(super) fn loopback() -> Finding {
    let trip = || -> std::io::Result<bool> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let mut client = TcpStream::connect(listener.local_addr()?)?;
        let (mut server, _) = listener.accept()?;
        client.write_all(b"!")?;
        let mut byte = [0];
        server.read_exact(&mut byte)?;
        Ok(byte == *b"!")
    };
    let trip = trip();
    Finding {
        name: "loopback",
        state: if matches!(trip, Ok(true)) {
            State::Found
        } else {
            State::RequiredMissing
        },
        what: match trip {
            Ok(true) => "127.0.0.1 answers".to_owned(),
            Ok(false) => "127.0.0.1 sent something else back".to_owned(),
            Err(error) => format!("127.0.0.1 doesn't answer: {error}"),
        },
        fix: "allow programs to use 127.0.0.1 in the firewall",
    }
}

/// Checks the limit of descriptors. 200 clients and their server need about 500.
pub(super) fn descriptors() -> Finding {
    #[cfg(unix)]
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    #[cfg(not(unix))]
    let limit: Option<u64> = None;
    Finding {
        name: "open files",
        state: if limit.is_none_or(|limit| limit >= 1024) {
            State::Found
        } else {
            State::OptionalMissing
        },
        what: match limit {
            Some(limit) => format!("{limit} at once"),
            None => "no limit".to_owned(),
        },
        fix: "before a plot with many clients: ulimit -n 4096",
    }
}

pub(super) fn memory_figures() -> Finding {
    let exact = cfg!(target_os = "linux");
    Finding {
        name: "memory",
        state: if exact {
            State::Found
        } else {
            State::OptionalMissing
        },
        what: if exact {
            "resident memory and its peak can be read"
        } else {
            "resident memory is sampled; this system doesn't report its peak"
        }
        .to_owned(),
        fix: "nothing to do: checks use the allocator's own count",
    }
}
