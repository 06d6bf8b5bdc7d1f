//! Reads a child's output, of any length, with limited memory.

use std::collections::VecDeque;
use std::io::Read;
use std::net::SocketAddr;
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::address;
use super::panicking::Recognizer;
use crate::panics;

/// The last lines are kept, each up to this many bytes.
const LINES: usize = 64;
const LINE: usize = 1024;

/// The output of a child so far. Two threads fill it, one for each stream.
#[derive(Debug, Default)]
pub(super) struct Output {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<(Stream, String)>,
    address: Option<SocketAddr>,
    ended: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stream {
    Output,
    Error,
}

impl Output {
    /// Reads the streams of `child`, which must be piped.
    pub(super) fn of(child: &mut Child) -> Arc<Output> {
        let output = Arc::new(Output::default());
        let pipe = "the child was spawned with pipes";
        let stdout = child.stdout.take().expect(pipe);
        let stderr = child.stderr.take().expect(pipe);
        let (out, err) = (Arc::clone(&output), Arc::clone(&output));
        // The threads end with the pipes, and stopping the child waits for that.
        thread::spawn(move || out.read(stdout, Stream::Output));
        thread::spawn(move || err.read(stderr, Stream::Error));
        output
    }

    /// Waits for the address, at most so long.
    pub(super) fn wait_for_address(&self, deadline: Duration) -> Option<SocketAddr> {
        self.wait(deadline, |state| state.address.is_some()).address
    }

    /// Waits until both streams have ended, at most so long.
    pub(super) fn wait_for_end(&self, deadline: Duration) {
        drop(self.wait(deadline, |state| state.ended == 2));
    }

    /// The last lines of both streams.
    pub(super) fn lines(&self) -> Vec<String> {
        let state = self.state();
        state.lines.iter().map(|(_, line)| line.clone()).collect()
    }

    /// Returns the last lines on standard error.
    pub(super) fn errors(&self) -> Vec<String> {
        let state = self.state();
        let errors = state
            .lines
            .iter()
            .filter(|(stream, _)| *stream == Stream::Error);
        errors.map(|(_, line)| line.clone()).collect()
    }

    fn wait(
        &self,
        deadline: Duration,
        done: impl Fn(&State) -> bool,
    ) -> MutexGuard<'_, State> {
        let waited = self
            .changed
            .wait_timeout_while(self.state(), deadline, |state| !done(state));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn read(&self, mut pipe: impl Read, stream: Stream) {
        let mut buffer = vec![0; 16 * 1024];
        let mut line = Vec::new();
        let mut recognizer = Recognizer::default();
        loop {
            let length = match pipe.read(&mut buffer) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {
                    continue;
                }
                Err(_) => break,
            };
            for byte in &buffer[..length] {
                if *byte == b'\n' {
                    self.line(&line, stream, &mut recognizer);
                    line.clear();
                } else if line.len() < LINE {
                    line.push(*byte);
                }
            }
            recognizer.pause().into_iter().for_each(panics::tell);
        }
        if !line.is_empty() {
            self.line(&line, stream, &mut recognizer);
        }
        recognizer.end().into_iter().for_each(panics::tell);
        self.state().ended += 1;
        self.changed.notify_all();
    }

    fn line(&self, bytes: &[u8], stream: Stream, recognizer: &mut Recognizer) {
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_end_matches('\r').to_owned();
        if stream == Stream::Error {
            recognizer.line(&text).into_iter().for_each(panics::tell);
        }
        let mut state = self.state();
        if stream == Stream::Output && state.address.is_none() {
            state.address = address::find(&text);
            self.changed.notify_all();
        }
        if state.lines.len() == LINES {
            state.lines.pop_front();
        }
        state.lines.push_back((stream, text));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
