//! What learner code does to a runner, one function each.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

#[cfg(unix)]
pub use on_unix::*;
#[cfg(windows)]
pub use on_windows::*;

pub fn endless_loop() -> u64 {
    let mut turns = 0_u64;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
}

pub fn blocked_for_ever() {
    let lock = Mutex::new(());
    let _first = lock.lock();
    let _second = lock.lock();
}

pub fn panics() {
    let numbers: Vec<u32> = Vec::new();
    println!("{}", numbers[std::hint::black_box(0)]);
}

pub fn panics_in_a_task() {
    let task = thread::spawn(|| panic!("nobody is looking"));
    let _ = task.join();
}

pub fn not_written() {
    todo!("write this")
}

pub fn aborts() {
    process::abort();
}

pub fn exits() {
    process::exit(0);
}

pub fn overflows_the_stack(depth: u64) -> u64 {
    std::hint::black_box(overflows_the_stack(depth + 1) + 1)
}

pub fn takes_100_gib() -> usize {
    std::hint::black_box(vec![1_u8; 100 << 30]).len()
}

pub fn reserves_100_gib() -> usize {
    std::hint::black_box(vec![0_u8; 100 << 30]).len()
}

pub fn grows_slowly() -> usize {
    let mut all = Vec::new();
    loop {
        all.push(vec![1_u8; 1 << 20]);
        thread::sleep(Duration::from_millis(1));
        if std::hint::black_box(all.len()) > 100_000 {
            return all.len();
        }
    }
}

pub fn reads_all_of(path: &Path) -> usize {
    fs::read(path).expect("the file is there").len()
}

pub fn starts_400_threads() -> usize {
    let threads: Vec<_> = (0..400)
        .map(|_| thread::spawn(|| thread::sleep(Duration::from_millis(50))))
        .collect();
    threads.into_iter().filter_map(|thread| thread.join().ok()).count()
}

pub fn prints_without_end() {
    loop {
        println!("and so on, and so on, and so on, and so on, and so on");
    }
}

pub fn prints_what_is_no_text() {
    let bytes = [0xff, 0xfe, 0x00, b'\n', 0xc3];
    std::io::stdout().write_all(&bytes).expect("we can print");
    std::io::stderr().write_all(&bytes).expect("we can print");
}

pub fn reads_its_input() -> usize {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).expect("we can read")
}

/// What the child server does, by its first argument.
pub fn serve(what: &str, address: &str) {
    if what == "early" {
        return;
    }
    let listener = match TcpListener::bind(address) {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("cannot listen on {address}: {error}");
            process::exit(1);
        }
    };
    println!("Listening on {}", listener.local_addr().expect("it is bound"));
    for _stream in listener.incoming() {
        not_written();
    }
}

/// What takes a shell, or a call of the system.
#[cfg(unix)]
mod on_unix {
    use std::fs::File;
    use std::os::fd::FromRawFd;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    /// Grows where no allocator counts: in a child.
    pub fn grows_in_a_child() {
        let script = "x=a; while :; do x=$x$x; done";
        let _ = Command::new("sh").args(["-c", script]).status();
    }

    pub fn closes_its_output() {
        for descriptor in [1, 2] {
            // SAFETY: a learner's program may do this, and nothing here uses it later.
            drop(unsafe { File::from_raw_fd(descriptor) });
        }
    }

    pub fn leaves_a_child() {
        Command::new("sleep").arg("1000").spawn().expect("sleep starts");
    }

    pub fn leaves_a_child_in_a_group_of_its_own() {
        let mut command = Command::new("sleep");
        command.arg("1000").process_group(0).spawn().expect("sleep starts");
    }

    /// The shell in between ends at once: the sleeper is nobody's child.
    pub fn leaves_an_orphan_in_a_session_of_its_own() {
        let script = "setsid sleep 1000 >/dev/null 2>&1 &";
        Command::new("sh").args(["-c", script]).status().expect("sh starts");
    }

    pub fn ignores_signals() {
        let script = "trap '' INT TERM HUP QUIT; while :; do sleep 1; done";
        let _ = Command::new("sh").args(["-c", script]).status();
    }
}

/// The same without a shell: the program of this chapter does it.
#[cfg(windows)]
mod on_windows {
    use std::fs::File;
    use std::io::{stderr, stdout};
    use std::os::windows::io::{AsRawHandle, FromRawHandle};
    use std::os::windows::process::CommandExt;
    use std::process::{Command, Stdio};

    fn own(what: &str) -> Command {
        // It is beside the folder of the checks, and beside itself.
        let this = std::env::current_exe().expect("this program has a path");
        let mut programs = this.ancestors().map(|it| it.join("chapter-1.exe"));
        let program = programs.find(|it| it.is_file()).expect("it was built");
        let mut command = Command::new(program);
        command.arg(what);
        command
    }

    /// Grows where no allocator counts: in a child.
    pub fn grows_in_a_child() {
        let _ = own("grow").status();
    }

    pub fn closes_its_output() {
        for handle in [stdout().as_raw_handle(), stderr().as_raw_handle()] {
            // SAFETY: a learner's program may do this, and nothing here uses it later.
            drop(unsafe { File::from_raw_handle(handle) });
        }
    }

    pub fn leaves_a_child() {
        own("sleep").spawn().expect("it starts");
    }

    pub fn leaves_a_child_in_a_group_of_its_own() {
        const NEW_PROCESS_GROUP: u32 = 0x200;
        own("sleep").creation_flags(NEW_PROCESS_GROUP).spawn().expect("it starts");
    }

    /// The program in between ends at once: the sleeper is nobody's child.
    pub fn leaves_an_orphan_in_a_session_of_its_own() {
        own("orphan").status().expect("it starts");
    }

    /// What `own("orphan")` does.
    pub fn orphan() {
        let mut command = own("sleep");
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("it starts");
    }

    pub fn ignores_signals() {
        let _ = own("sleep").status();
    }
}
