//! One running Chromium, without a window and with a profile that nobody keeps.

use crate::error::{Error, Result};
use crate::socket::Socket;
use crate::tab::Tab;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long Chromium may take to start; the first start on a cold disk is slow.
const START: Duration = Duration::from_secs(60);

/// How long it may take to end of itself before it is killed.
const FAREWELL: Duration = Duration::from_secs(5);

/// Chromium asks the network for much of its own; the tests are about the pages.
const FLAGS: &[&str] = &[
    "--headless",
    "--remote-debugging-port=0",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--hide-scrollbars",
    "--mute-audio",
    // Tabs run side by side, and none of them is in front.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    // The small shared memory of a container is too small for a printed book.
    "--disable-dev-shm-usage",
];

/// A running browser; it ends, and its profile goes, when this is dropped.
pub struct Browser {
    child: Child,
    address: SocketAddr,
    socket: Mutex<Socket>,
    /// What it prints; the sender goes when the browser has gone.
    printed: Mutex<Receiver<String>>,
    /// Removed after the browser has ended: fields are dropped after `drop`.
    _profile: TempDir,
}

impl Browser {
    /// Starts `program` without a window.
    ///
    /// # Errors
    ///
    /// It does not start, or says no DevTools address within a minute.
    pub fn start(program: &Path) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let mut child = command(program, profile.path())
            .spawn()
            .map_err(|error| start_fault(program, error.to_string()))?;
        let stderr = child.stderr.take().expect("standard error is piped above");
        let printed = lines(stderr);
        let connected = endpoint(&printed).and_then(|(address, path)| {
            let socket =
                Socket::connect(address, &path).map_err(|fault| fault.to_string())?;
            Ok((address, socket))
        });
        match connected {
            Ok((address, socket)) => Ok(Browser {
                child,
                address,
                socket: Mutex::new(socket),
                printed: Mutex::new(printed),
                _profile: profile,
            }),
            Err(reason) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(start_fault(program, reason))
            }
        }
    }

    /// Opens an empty tab with storage and cache of its own.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn tab(&self) -> Result<Tab<'_>> {
        let context = self.call("Target.createBrowserContext", json!({}))?;
        let context =
            text(&context, "Target.createBrowserContext", "browserContextId")?;
        let created = self.call(
            "Target.createTarget",
            json!({ "url": "about:blank", "browserContextId": context }),
        )?;
        let target = text(&created, "Target.createTarget", "targetId")?;
        let path = format!("/devtools/page/{target}");
        Tab::new(self, Socket::connect(self.address, &path)?, context)
    }

    /// Sends a command to the browser as a whole.
    ///
    /// # Errors
    ///
    /// As [`Socket::call`].
    pub fn call(&self, method: &str, params: Value) -> Result<Value> {
        // Each call reads its own answer, so a panic elsewhere leaves nothing half done.
        let mut socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner);
        socket.call(method, params)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.call("Browser.close", json!({}));
        // Every browser process holds the pipe. Once it's closed, nothing writes into
        // the profile anymore, and the profile can be removed.
        let deadline = Instant::now() + FAREWELL;
        let printed = self
            .printed
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match printed.recv_timeout(left) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    let _ = self.child.kill();
                    break;
                }
            }
        }
        let _ = self.child.wait();
    }
}

fn command(program: &Path, profile: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(FLAGS);
    if is_root() {
        command.arg("--no-sandbox");
    }
    let mut folder = std::ffi::OsString::from("--user-data-dir=");
    folder.push(profile);
    command
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// The sandbox of Chromium refuses the administrator of a Unix system.
fn is_root() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    false
}

/// What the browser prints, line by line. It goes on being read after the receiver is
/// gone: a full pipe would stop the browser.
fn lines(stderr: ChildStderr) -> Receiver<String> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(|line| line.ok()) {
            let _ = send.send(line);
        }
    });
    receive
}

/// The address and path that the browser says it listens at.
fn endpoint(
    lines: &Receiver<String>,
) -> std::result::Result<(SocketAddr, String), String> {
    let deadline = Instant::now() + START;
    let mut printed = Vec::new();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match lines.recv_timeout(left) {
            Ok(line) => {
                if let Some(url) = line.strip_prefix("DevTools listening on ws://") {
                    let (address, path) = url.split_once('/').unwrap_or((url, ""));
                    let address = address
                        .parse()
                        .map_err(|_| format!("`{url}` isn't an address"))?;
                    return Ok((address, format!("/{path}")));
                }
                printed.push(line);
            }
            Err(reason) => {
                let reason = match reason {
                    RecvTimeoutError::Timeout => {
                        "it didn't print a DevTools address in time"
                    }
                    RecvTimeoutError::Disconnected => "it ended",
                };
                return Err(format!("{reason}\n{}", printed.join("\n")));
            }
        }
    }
}

fn start_fault(program: &Path, reason: String) -> Error {
    Error::Start {
        program: program.display().to_string(),
        reason,
    }
}

/// A text field of an answer.
fn text(answer: &Value, method: &'static str, field: &'static str) -> Result<String> {
    answer[field]
        .as_str()
        .map(str::to_string)
        .ok_or(Error::Answer { method, field })
}
