//! A small file crosses no number of 32 bits and fills no buffer (row 196): here is one
//! of 5 GiB, whole and by range, with either body of chapters 10's and 13's program.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};
use programs::Executable;

const GIB: u64 = 1 << 30;
const LENGTH: u64 = 5 * GIB + 3;
/// Where the file has something to recognize it by.
const STAMPS: [u64; 6] = [
    0,
    2 * GIB - 4,
    2 * GIB + 8,
    4 * GIB - 4,
    4 * GIB + 8,
    LENGTH - 8,
];
/// What the program may ever have resident, in KiB: an eightieth of the file.
const RESIDENT: u64 = 64 * 1024;

/// The eight bytes at that place.
fn stamp(at: u64) -> [u8; 8] {
    (at ^ 0x5ca1_ab1e).to_be_bytes()
}

/// Ended with the test. Its output stays open, for it says more than its address.
struct Server(Child, Option<BufReader<ChildStdout>>);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn sizes_cross_32_bits_and_every_buffer() -> Result<()> {
    let ten = Executable::of("chapter-10-solution").build()?;
    let finished = Executable::of("chapter-13-solution").build()?;
    let bodies: [(&Path, &[&str]); 5] = [
        (&ten, &["--body", "queued"]),
        (&ten, &["--body", "direct"]),
        (&finished, &["--body", "queued"]),
        (&finished, &["--body", "direct"]),
        (&finished, &["--lean"]),
    ];
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("large.bin");
    let mut file = File::create(&path)?;
    file.set_len(LENGTH)?;
    for at in STAMPS {
        file.seek(SeekFrom::Start(at))?;
        file.write_all(&stamp(at))?;
    }
    drop(file);
    for (program, body) in bodies {
        let (server, address) = started(program, &path, body)?;
        let body = body.join(" ");
        let (head, length) = download(&address, "", 0)?;
        ensure!(head.starts_with("HTTP/1.1 200"), "{body}: {head}");
        ensure!(length == LENGTH, "{body}: {length} bytes");
        let first = 4 * GIB - 4;
        let range = format!("Range: bytes={first}-\r\n");
        let (head, length) = download(&address, &range, first)?;
        ensure!(head.starts_with("HTTP/1.1 206"), "{body}: {head}");
        ensure!(length == LENGTH - first, "{body}: {length} bytes of a part");
        if let Some(peak) = peak(server.0.id()) {
            ensure!(peak <= RESIDENT, "{body}: {peak} KiB resident");
        }
    }
    Ok(())
}

fn started(program: &Path, file: &Path, body: &[&str]) -> Result<(Server, String)> {
    let child = Command::new(program)
        .args(["--listen", "127.0.0.1:0"])
        .args(body)
        .arg("--file")
        .arg(file)
        .stderr(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut server = Server(child, None);
    let lines = server.0.stdout.take().context("its output")?;
    let mut first = String::new();
    let mut lines = BufReader::new(lines);
    lines.read_line(&mut first)?;
    server.1 = Some(lines);
    let (_, address) = first.trim().split_once("http://").context(first.clone())?;
    Ok((server, address.to_owned()))
}

/// The head of the answer, and how many bytes came after it. Looks at the stamps on the
/// way; `first` is the place of the first byte.
fn download(address: &str, fields: &str, first: u64) -> Result<(String, u64)> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET /download HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{fields}\r\n"
    )?;
    let mut reader = BufReader::with_capacity(256 * 1024, stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        ensure!(reader.read_line(&mut head)? > 0, "cut: {head}");
    }
    let mut wanted: Vec<u64> = STAMPS.into_iter().filter(|at| *at >= first).collect();
    let (mut at, mut tail) = (first, Vec::new());
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = reader.read(&mut piece)?;
        if read == 0 {
            break;
        }
        // A stamp may stand across two pieces.
        let start = at - tail.len() as u64;
        tail.extend_from_slice(&piece[..read]);
        at += read as u64;
        while let Some(stamped) = wanted.first().copied().filter(|to| to + 8 <= at) {
            let place = (stamped - start) as usize;
            ensure!(
                tail[place..place + 8] == stamp(stamped),
                "other bytes at {stamped}"
            );
            wanted.remove(0);
        }
        tail.drain(..tail.len() - tail.len().min(7));
    }
    ensure!(wanted.is_empty(), "no byte at {wanted:?}");
    Ok((head, at - first))
}

/// The most that was ever resident, in KiB, where the kernel tells.
fn peak(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
