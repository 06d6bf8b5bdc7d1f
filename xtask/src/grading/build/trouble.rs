//! Recognizes what's wrong with a machine from the output of cargo, the compiler, and
//! the linker.

use crate::cli::error::Error;

/// One kind of problem.
struct Trouble {
    /// Any of these texts in the output indicates it.
    signs: &'static [&'static str],
    /// What happened.
    what: &'static str,
    /// What to do about it.
    next: &'static str,
}

/// The order matters, because a full disk also makes a linker fail.
const TROUBLES: &[Trouble] = &[
    Trouble {
        signs: &[
            "No space left on device",
            "os error 28)",
            "Disk quota exceeded",
            "os error 122)",
            "There is not enough space on the disk",
            "os error 112)",
            // The linker writes to a memory-mapped file.
            "Bus error",
            "SIGBUS",
        ],
        what: "the build stopped because the disk is full",
        next: "free some space where the workbook is, and in the folder for temporary \
               files, then try again",
    },
    Trouble {
        signs: &[
            "Read-only file system",
            "os error 30)",
            "Permission denied",
            "Operation not permitted",
            "Access is denied",
        ],
        what: "cargo isn't allowed to write in its build folder",
        next: "clone the workbook into a folder of your own, or name another place to \
               build in with CARGO_TARGET_DIR",
    },
    Trouble {
        signs: &["does not appear to support locking"],
        what: "this drive doesn't support file locks, which incremental builds need",
        next: "build on another drive, with CARGO_TARGET_DIR=FOLDER, or without \
               increments: CARGO_INCREMENTAL=0",
    },
    Trouble {
        signs: &["Too many open files", "os error 24)"],
        what: "the build needs more open files than this shell allows",
        next: "ulimit -n 1024, then try again",
    },
    Trouble {
        signs: &[
            "SIGKILL",
            "[Killed]",
            "Cannot allocate memory",
            "os error 12)",
            "memory allocation of ",
            "memory exhausted",
            "LLVM ERROR: out of memory",
            "std::bad_alloc",
            "failed to map segment",
            "virtual memory exhausted",
            "Resource temporarily unavailable",
            "failed to spawn thread",
            "STATUS_NO_MEMORY",
        ],
        what: "the compiler was killed from outside, most likely because memory ran out",
        next: "close other programs, or build with one process at a time: \
               CARGO_BUILD_JOBS=1",
    },
    Trouble {
        signs: &[
            "is not supported by the following package",
            "cannot be built because it requires rustc",
            "feature `edition2024` is required",
            "older than the `2024` edition",
            "lock file version `4`",
            "lock file version 4",
        ],
        what: "this Rust is too old for the workbook",
        next: "rustup update stable",
    },
    Trouble {
        signs: &[
            "is not installed",
            "is not a valid toolchain",
            "could not execute process",
            "no default toolchain",
            "no such command",
            "incompatible version of rustc",
            "can't find crate for `core`",
            "can't find crate for `std`",
            "can't find crate for `test`",
            "error while loading shared libraries",
        ],
        what: "the Rust toolchain isn't complete",
        next: "rustup show, then rustup update stable",
    },
    Trouble {
        signs: &[
            "failed to find tool",
            "is `cc` installed",
            "Is `cc` installed",
            "is `gcc` installed",
            "failed to run custom build command",
        ],
        what: "a crate that contains C code doesn't build here",
        next: "install a C compiler (Debian, Ubuntu: sudo apt install build-essential; \
               macOS: xcode-select --install; Windows: the Visual Studio Build Tools), \
               then try again",
    },
    Trouble {
        signs: &["linker `", "link.exe` not found"],
        what: "there is no linker, so no program can be built",
        next: "install one (Debian, Ubuntu: sudo apt install build-essential; macOS: \
               xcode-select --install; Windows: the Visual Studio Build Tools), then \
               try again",
    },
    Trouble {
        signs: &["linking with `"],
        what: "the linker failed; its message is above",
        next: "cargo xtask doctor",
    },
    Trouble {
        signs: &[
            "no matching package named",
            "failed to download",
            "failed to get `",
            "Unable to update",
            "failed to query replaced source",
            "Could not resolve host",
            "Could not connect to server",
            "--offline was specified",
            "failed to fetch",
            "failed to load source for dependency",
        ],
        what: "some crates that the workbook needs aren't on this machine",
        next: "while you have a network: cargo fetch --locked",
    },
    Trouble {
        signs: &[
            "found invalid metadata files for crate",
            "can't find crate for",
            "found possibly newer version of crate",
            "found crate compiled by an incompatible",
            "found staticlib",
            "could not parse/generate dep info",
            "failed to parse process output",
            "the file for crate",
        ],
        what: "files from earlier builds are damaged",
        next: "cargo clean, then try again",
    },
    Trouble {
        signs: &["failed to open:", "failed to lock", "failed to acquire"],
        what: "cargo can't lock the folder that it builds in",
        next: "name a place on a disk of this machine with CARGO_TARGET_DIR",
    },
    Trouble {
        signs: &[
            "internal compiler error",
            "the compiler unexpectedly panicked",
            "SIGSEGV",
            "SIGILL",
            "SIGABRT",
            "STATUS_ACCESS_VIOLATION",
            "rustc-LLVM ERROR",
        ],
        what: "the compiler itself crashed; its message is above",
        next: "try again. If it fails again: rustup update stable",
    },
];

/// Returns the error for the problem that this output indicates.
pub fn told_by(words: &str) -> Option<Error> {
    let tells =
        |trouble: &&Trouble| trouble.signs.iter().any(|sign| words.contains(sign));
    let trouble = TROUBLES.iter().find(tells)?;
    Some(Error::environment(trouble.what).next(trouble.next))
}

/// Returns whether the linker is missing something that the code itself refers to.
pub fn is_of_the_code(words: &str) -> bool {
    [
        "undefined reference",
        "undefined symbol",
        "Undefined symbols",
        "multiple definition",
        "duplicate symbol",
        "unresolved external symbol",
    ]
    .iter()
    .any(|sign| words.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages of cargo 1.95 and its companions on broken machines.
    const SAID: &[(&str, &str)] = &[
        (
            "rustc-LLVM ERROR: IO failure on output stream: No space left on device\n\
             error: could not compile `a`\n\nCaused by:\n  failed to parse process output",
            "disk is full",
        ),
        (
            "error: linking with `cc` failed: exit status: 1\n  = note: /usr/bin/ld: \
             final link failed: No space left on device",
            "disk is full",
        ),
        (
            "error: linking with `cc` failed: exit status: 1\n collect2: fatal error: ld \
             terminated with signal 7 [Bus error], core dumped",
            "disk is full",
        ),
        (
            "error: Read-only file system (os error 30) at path \"target/x\"",
            "isn't allowed to write",
        ),
        (
            "error: failed to open: target/debug/.cargo-lock\n\nCaused by:\n  Operation \
             not permitted (os error 1)",
            "isn't allowed to write",
        ),
        (
            "error: failed to open: target/debug/.cargo-lock\n\nCaused by:\n  Stale file \
             handle (os error 116)",
            "can't lock",
        ),
        (
            "error: linker `cc` not found\n  = note: No such file",
            "no linker",
        ),
        ("error: linker `link.exe` not found", "no linker"),
        (
            "error: linking with `cc` failed: signal: 9 (SIGKILL)",
            "memory ran out",
        ),
        (
            "collect2: fatal error: ld terminated with signal 9 [Killed]",
            "memory ran out",
        ),
        (
            "error: could not compile `a`\n\nCaused by:\n  process didn't exit \
             successfully: `rustc` (signal: 9, SIGKILL: kill)",
            "memory ran out",
        ),
        (
            "error: linking with `cc` failed: exit status: 1\n ld: cannot find -lgcc_s",
            "linker failed",
        ),
        (
            "error: no matching package named `slab` found\nlocation searched: crates.io",
            "some crates",
        ),
        (
            "error: failed to get `slab` as a dependency\n\nCaused by:\n  download of \
             config.json failed\n\nCaused by:\n  [7] Could not connect to server",
            "some crates",
        ),
        (
            "error: rustc 1.94.0 is not supported by the following packages:\n  xtask",
            "too old",
        ),
        ("error: toolchain '1.80' is not installed", "isn't complete"),
        (
            "error[E0786]: found invalid metadata files for crate `toyb`",
            "damaged",
        ),
        (
            "error: failed to run custom build command for `libsqlite3-sys v0.35.0`",
            "contains C",
        ),
        (
            "thread 'rustc' panicked\nerror: the compiler unexpectedly panicked",
            "compiler itself",
        ),
    ];

    #[test]
    fn each_trouble_is_known_by_the_words_of_its_day() {
        for (said, what) in SAID {
            let fault = told_by(said).map(|fault| fault.to_string());
            let fault = fault.unwrap_or_default();
            assert!(fault.contains(what), "{said}\n{fault}");
            assert!(fault.contains("\nNext: "), "{fault}");
        }
        assert!(
            told_by("error: could not compile `a` due to 1 previous error").is_none()
        );
    }
}
