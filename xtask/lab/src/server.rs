//! Starts a server program as a child process, waits until it listens, watches its
//! output, and leaves nothing behind.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::{memory, process, report};

mod address;
mod output;
mod panicking;

pub use address::find as find_address;
use output::Output;

/// How often to check whether the child has exited.
const POLL: Duration = Duration::from_millis(5);
/// How long the readers of the pipes may take after the child has exited, because a
/// grandchild may hold a pipe open forever.
const PIPES: Duration = Duration::from_secs(2);

/// A program to start. Ask it to listen on port 0, so that the operating system chooses
/// the port.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
}

/// A child program that is listening. Dropping it kills it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    output: Arc<Output>,
    /// The newest peak of its memory, which can't be read anymore when the child is
    /// gone.
    peak: Option<u64>,
    status: Option<ExitStatus>,
}

/// How a server exited.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its status.
    pub status: ExitStatus,
    /// Whether it had to be killed.
    pub killed: bool,
    /// The most bytes that were ever resident, if the kernel reports them.
    pub peak_resident: Option<u64>,
    /// The last lines that it printed, on either stream.
    pub lines: Vec<String>,
    /// The last lines on standard error.
    pub errors: Vec<String>,
}

/// Why a server isn't listening.
#[derive(Debug)]
pub enum Error {
    /// The program could not be started.
    NotStarted {
        /// The program.
        path: PathBuf,
        /// The reason.
        error: io::Error,
    },
    /// It exited before it printed an address.
    EndedEarly {
        /// Its status.
        status: ExitStatus,
        /// The last lines that it printed.
        lines: Vec<String>,
    },
    /// It's still running, but has printed no address in time.
    Silent {
        /// How long we waited.
        deadline: Duration,
        /// The last lines that it printed.
        lines: Vec<String>,
    },
}

impl Program {
    /// The program at `path`, without arguments.
    pub fn new(path: impl Into<PathBuf>) -> Program {
        Program {
            path: path.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            folder: None,
        }
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: impl Into<OsString>) -> Program {
        self.arguments.push(argument.into());
        self
    }

    /// Adds arguments.
    pub fn args<A: Into<OsString>>(
        mut self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Program {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets an environment variable. The others are those of the check.
    pub fn env(
        mut self,
        name: impl Into<OsString>,
        value: impl Into<OsString>,
    ) -> Program {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Runs it in another folder.
    pub fn folder(mut self, folder: impl AsRef<Path>) -> Program {
        self.folder = Some(folder.as_ref().to_owned());
        self
    }

    /// Starts it, and waits until a line on its standard output contains an address
    /// such as `127.0.0.1:8080`, which may be part of a URL. Waits for at most
    /// `deadline`.
    pub fn start(&self, deadline: Duration) -> Result<Server, Error> {
        let mut child = self.spawn().map_err(|error| Error::NotStarted {
            path: self.path.clone(),
            error,
        })?;
        let output = Output::of(&mut child);
        let mut server = Server {
            child,
            // This is replaced below, so nobody gets a server without an address.
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            output,
            peak: None,
            status: None,
        };
        let end = Instant::now() + deadline;
        loop {
            if let Some(address) = server.output.wait_for_address(POLL) {
                server.address = address;
                return Ok(server);
            }
            if let Some(status) = server.ended() {
                server.output.wait_for_end(PIPES);
                let lines = server.output.lines();
                return Err(Error::EndedEarly { status, lines });
            }
            if Instant::now() >= end {
                let lines = server.output.lines();
                return Err(Error::Silent { deadline, lines });
            }
        }
    }

    fn spawn(&self) -> io::Result<Child> {
        let mut command = Command::new(&self.path);
        command
            .args(&self.arguments)
            // The report and the memory limit belong to the check itself.
            .env_remove(report::VARIABLE)
            .env_remove(memory::VARIABLE)
            // A backtrace would push the message out of the last lines.
            .env("RUST_BACKTRACE", "0")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command.spawn()
    }
}

impl Server {
    /// Returns the address that it listens on. For an unspecified address (`0.0.0.0`),
    /// returns loopback, to which clients can connect on every operating system.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The id of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The last lines that it printed, on either stream.
    pub fn lines(&self) -> Vec<String> {
        self.output.lines()
    }

    /// Returns how many bytes are resident now, if the kernel reports it
    /// ([`process::resident`]).
    pub fn resident(&self) -> Option<u64> {
        process::resident(self.pid())
    }

    /// Returns the most bytes that were ever resident, if the kernel reports it.
    pub fn peak_resident(&mut self) -> Option<u64> {
        self.ended();
        self.peak
    }

    /// Returns its status, if it has exited.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        if self.status.is_none() {
            self.peak = process::peak_resident(self.pid()).max(self.peak);
            // An error here means that it was waited for already.
            self.status = self.child.try_wait().ok().flatten();
        }
        self.status
    }

    /// Waits until it exits by itself, and its last lines were read. Returns `None`
    /// after `deadline`.
    pub fn wait(&mut self, deadline: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + deadline;
        while self.ended().is_none() && Instant::now() < end {
            thread::sleep(POLL);
        }
        if self.status.is_some() {
            self.output.wait_for_end(PIPES);
        }
        self.status
    }

    /// Asks it to exit, waits for at most `deadline`, and then kills it. `ask` gets the
    /// process id, because the standard library can't send signals.
    pub fn stop_politely(
        mut self,
        ask: impl FnOnce(u32) -> io::Result<()>,
        deadline: Duration,
    ) -> io::Result<Ended> {
        if self.ended().is_none() {
            ask(self.pid())?;
            self.wait(deadline);
        }
        self.stop()
    }

    /// Kills it if it's still running, and returns how it exited.
    pub fn stop(mut self) -> io::Result<Ended> {
        let killed = self.ended().is_none();
        let status = self.end()?;
        Ok(Ended {
            status,
            killed,
            peak_resident: self.peak,
            lines: self.output.lines(),
            errors: self.output.errors(),
        })
    }

    /// Kills it, reaps it, and waits for its last lines, so that no panic is missed.
    fn end(&mut self) -> io::Result<ExitStatus> {
        let status = match self.ended() {
            Some(status) => status,
            None => {
                self.child.kill()?;
                self.child.wait()?
            }
        };
        self.status = Some(status);
        self.output.wait_for_end(PIPES);
        Ok(status)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The runner will report a child that can't be killed.
        let _ = self.end();
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = match self {
            Error::NotStarted { path, error } => {
                return write!(f, "cannot start {}: {error}", path.display());
            }
            Error::EndedEarly { status, lines } => {
                write!(f, "the server exited with ")?;
                match status.code() {
                    Some(code) => write!(f, "exit code {code}")?,
                    None => write!(f, "{status}")?,
                }
                write!(f, " before it printed where it listens")?;
                lines
            }
            Error::Silent { deadline, lines } => {
                write!(
                    f,
                    "the server is running, but didn't print where it listens within {} s: \
                     print the address, such as 127.0.0.1:8080, on standard output",
                    deadline.as_secs_f32()
                )?;
                lines
            }
        };
        if lines.is_empty() {
            return write!(f, "; it printed nothing");
        }
        write!(f, "; its last lines:")?;
        lines.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::NotStarted { error, .. } => Some(error),
            _ => None,
        }
    }
}
