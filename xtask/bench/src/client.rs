//! Clients that cost little, so that the server is what is measured: threads that
//! read into one buffer and count.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// How long a client waits for the next byte.
const PATIENCE: Duration = Duration::from_secs(60);
/// A client that reads less at once is the slower one of the two.
const BUFFER: usize = 256 * 1024;
const REQUEST: &[u8] = b"GET /download HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A connection, and what was read too much.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Bytes in the buffer.
    filled: usize,
}

impl Client {
    /// Connects.
    pub(crate) fn connect(address: SocketAddr) -> io::Result<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Client {
            stream,
            buffer: vec![0; BUFFER],
            filled: 0,
        })
    }

    /// One download, kept alive. Gives the time to the first byte of the answer.
    pub(crate) fn download(&mut self, length: u64) -> io::Result<Duration> {
        let start = Instant::now();
        self.stream.write_all(REQUEST)?;
        let (head, first) = self.head(start)?;
        let told = head.to_ascii_lowercase();
        let told = told.split("content-length:").nth(1).map(str::trim_start);
        let told = told.and_then(|rest| rest.split(['\r', '\n']).next());
        if !head.starts_with("HTTP/1.1 200") || told != Some(&length.to_string()) {
            let line = head.lines().next().unwrap_or_default();
            let told = told.unwrap_or("no length");
            return Err(io::Error::other(format!("{line}, {told}, not {length}")));
        }
        let mut left = length.checked_sub(self.filled as u64);
        self.filled = 0;
        while let Some(more) = left.filter(|more| *more > 0) {
            let read = self.stream.read(&mut self.buffer)?;
            if read == 0 {
                return Err(io::Error::other(format!("{more} bytes are missing")));
            }
            left = more.checked_sub(read as u64);
        }
        match left {
            Some(_) => Ok(first),
            None => Err(io::Error::other("more bytes than Content-Length says")),
        }
    }

    /// The head of an answer; what follows stays in the buffer.
    fn head(&mut self, start: Instant) -> io::Result<(String, Duration)> {
        let mut first = None;
        loop {
            let read = self.stream.read(&mut self.buffer[self.filled..])?;
            first.get_or_insert_with(|| start.elapsed());
            self.filled += read;
            let known = &self.buffer[..self.filled];
            let end = known.windows(4).position(|window| window == b"\r\n\r\n");
            if let Some(end) = end.map(|end| end + 4) {
                let head = String::from_utf8_lossy(&known[..end]).into_owned();
                self.buffer.copy_within(end..self.filled, 0);
                self.filled -= end;
                return Ok((head, first.unwrap_or_default()));
            }
            if read == 0 || self.filled == self.buffer.len() {
                return Err(io::Error::other("there is no head"));
            }
        }
    }
}

/// So many clients at once, each with so many downloads on one connection. Gives the
/// time until the last one has ended.
pub(crate) fn together(
    address: SocketAddr,
    clients: usize,
    downloads: usize,
    length: u64,
) -> io::Result<Duration> {
    let mut connected = (0..clients)
        .map(|_| Client::connect(address))
        .collect::<io::Result<Vec<_>>>()?;
    let start = Instant::now();
    thread::scope(|scope| {
        let work = |client: &mut Client| {
            (0..downloads).try_for_each(|_| client.download(length).map(drop))
        };
        let threads: Vec<_> = connected
            .iter_mut()
            .map(|client| scope.spawn(move || work(client)))
            .collect();
        threads.into_iter().try_for_each(|thread| {
            thread
                .join()
                .unwrap_or_else(|_| Err(io::Error::other("a client panicked")))
        })
    })?;
    Ok(start.elapsed())
}

/// The median time to the first byte, each on a connection of its own.
pub(crate) fn first_byte(
    address: SocketAddr,
    times: usize,
    length: u64,
) -> io::Result<Duration> {
    let mut all = (0..times)
        .map(|_| Client::connect(address)?.download(length))
        .collect::<io::Result<Vec<_>>>()?;
    all.sort_unstable();
    Ok(all[all.len() / 2])
}
