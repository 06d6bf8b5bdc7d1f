//! Proves that the finished server uses every chapter: for each part there's a request
//! that fails when the part is replaced by a stub. The stub is the part's starter,
//! whose tasks are `todo!()`.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use course::chapter;
use programs::Executable;
use toml_span::value::ValueInner;

use crate::harness::filter::Filter;
use crate::harness::pool;
use crate::harness::runner;
use crate::harness::scratch::Scratch;
use crate::harness::tally::{Counter, Tally};

/// The table, from the root.
const TABLE: &str = "solutions/between/every-part.toml";
/// How long a response may take. A server with a stub may never respond.
const PATIENCE: Duration = Duration::from_secs(20);

/// A part, and the request that needs it.
#[derive(Debug, Clone)]
pub struct Part {
    /// The noun of its chapter.
    pub part: String,
    /// Method and target.
    pub send: String,
    /// What the response must contain; it begins with the status.
    pub shows: String,
    /// One more field of the request.
    field: Option<String>,
    /// The body; `ORIGIN` is the port of a server to fetch from.
    body: Option<String>,
    /// A form with one file of this name.
    form: Option<String>,
    /// Other text that the head of the response must contain.
    holds: Option<String>,
}

/// Reads the table.
pub fn read() -> Result<Vec<Part>> {
    let text = fs::read_to_string(runner::root().join(TABLE))?;
    let mut value = toml_span::parse(&text)?;
    let ValueInner::Table(mut table) = value.take() else {
        bail!("no table");
    };
    let parts = table.remove("part").map(|mut list| list.take());
    let Some(ValueInner::Array(items)) = parts else {
        bail!("no [[part]]");
    };
    let mut all = Vec::new();
    for mut item in items {
        let ValueInner::Table(mut keys) = item.take() else {
            bail!("[[part]] is a table");
        };
        let mut text = |name: &str| {
            let value = keys.remove(name)?;
            Some(value.as_str()?.to_owned())
        };
        all.push(Part {
            part: text("part").context("`part` is missing")?,
            send: text("send").context("`send` is missing")?,
            shows: text("shows").context("`shows` is missing")?,
            field: text("field"),
            body: text("body"),
            form: text("form"),
            holds: text("holds"),
        });
    }
    Ok(all)
}

/// Sends every request to the complete server, and then each to a server in which its
/// part is a stub.
pub fn prove(filter: &Filter) -> Result<Tally> {
    let mut parts = read()?;
    parts.retain(|part| filter.takes(&[&part.part]));
    let counter = Counter::default();
    pool::share(parts, pool::cores(), |number, next| {
        let scratch = Scratch::open(number)?;
        let program = built(&scratch, "chapter-13-solution", "whole")?;
        let sample = built(&scratch, "chapter-12-solution", "whole")?;
        while let Some(part) = next() {
            let name = format!("the complete server responds to {}", part.send);
            let result =
                with_server(&program, &sample, &part).and_then(|answer| answer);
            counter.count(&name, result);
            let name = format!("no response to {} without {}", part.send, part.part);
            counter.count(&name, without(&scratch, &sample, &part));
        }
        Ok(())
    })?;
    Ok(counter.tally())
}

/// Stubs the part, and takes the stub back.
fn without(scratch: &Scratch, sample: &Path, part: &Part) -> Result<()> {
    let chapter = folder(&part.part)?;
    let source = |tree: &str| Path::new(tree).join(&chapter).join("src");
    let mut ours = Vec::new();
    for name in files_below(&scratch.root().join(source("exercises")))? {
        let path = source("solutions").join(&name);
        let stub = scratch.read(&source("exercises").join(&name))?;
        let right = scratch.read(&path)?;
        if stub != right {
            scratch.write(&path, &stub)?;
            ours.push((path, right));
        }
    }
    let built = built(scratch, "chapter-13-solution", "stubbed");
    for (path, right) in ours {
        scratch.write(&path, &right)?;
    }
    // A failure before the server was started proves nothing about the part.
    match with_server(&built?, sample, part)? {
        Err(_) => Ok(()),
        Ok(()) => bail!("there is a response all the same"),
    }
}

/// The Rust files below `folder`, by their paths from there.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)?.flatten() {
        let name = PathBuf::from(entry.file_name());
        if entry.file_type()?.is_dir() {
            let inner = files_below(&entry.path())?;
            files.extend(inner.iter().map(|file| name.join(file)));
        } else if name.extension().is_some_and(|it| it == "rs") {
            files.push(name);
        }
    }
    Ok(files)
}

/// The folder of the chapter with that noun.
fn folder(noun: &str) -> Result<String> {
    let chapters = chapter::list(&runner::root())?;
    let found = chapters.iter().find(|chapter| chapter.noun() == noun);
    let found = found.with_context(|| format!("there is no chapter called {noun}"))?;
    Ok(found.folder().to_owned())
}

/// Builds a program, and keeps it under a name of its own, because the next build would
/// overwrite it while it's still needed.
fn built(scratch: &Scratch, package: &str, kept: &str) -> Result<PathBuf> {
    let program = Executable::of(package).inside(scratch.root()).build()?;
    let copy = program.with_extension(kept);
    fs::copy(&program, &copy)?;
    Ok(copy)
}

/// A child that is killed when it is dropped.
struct Server {
    child: Child,
    _output: BufReader<ChildStdout>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a server with everything that it can serve, and sends the request. The inner
/// result says whether the server started and responded as the table says.
fn with_server(program: &Path, sample: &Path, part: &Part) -> Result<Result<()>> {
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("files"))?;
    fs::write(at("files/a b.txt"), "a name with a blank\n")?;
    fs::write(at("files/words.txt"), "words and words\n".repeat(5000))?;
    fs::write(at("large.bin"), vec![7; 1 << 20])?;
    let made = Command::new(sample)
        .arg("sample")
        .arg(at("items.db"))
        .arg("1000")
        .stdout(Stdio::null())
        .status()?;
    ensure!(made.success(), "no sample database");
    let (dns, origin) = (serve_names()?, serve_origin()?);
    let child = Command::new(program)
        .args(["--listen", "127.0.0.1:0", "--allow", "127.0.0.0/8"])
        .args(["--admin", "public"])
        .args(["--imports", "--import-allow", "127.0.0.0/8"])
        .args(["--dns", &format!("127.0.0.1:{dns}"), "--log", "off"])
        .arg("--file")
        .arg(at("large.bin"))
        .arg("--root")
        .arg(at("files"))
        .arg("--uploads")
        .arg(at("uploads"))
        .arg("--database")
        .arg(at("items.db"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child?;
    let output = child.stdout.take().context("its output")?;
    let mut server = Server {
        child,
        _output: BufReader::new(output),
    };
    let mut first = String::new();
    server._output.read_line(&mut first)?;
    let address = first
        .trim()
        .split_once("http://")
        .context("it does not start");
    Ok(address.and_then(|(_, address)| exchange(address, part, origin)))
}

/// Sends the request, and checks the response.
fn exchange(address: &str, part: &Part, origin: u16) -> Result<()> {
    let mut fields = String::new();
    let mut body = part.body.clone().unwrap_or_default();
    body = body.replace("ORIGIN", &origin.to_string());
    if let Some(name) = &part.form {
        fields.push_str("Content-Type: multipart/form-data; boundary=cut\r\n");
        body = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"file\"; \
             filename=\"{name}\"\r\n\r\nnotes\r\n--cut--\r\n"
        );
    }
    if let Some(field) = &part.field {
        fields.push_str(&format!("{field}\r\n"));
    }
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "{} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\
         Content-Length: {}\r\n{fields}\r\n{body}",
        part.send,
        body.len()
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|at| at == b"\r\n\r\n");
    let end = end.context("no answer")? + 4;
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let status = part.shows.split([',', ':', ' ']).next().unwrap_or_default();
    ensure!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
    if let Some(holds) = &part.holds {
        ensure!(head.contains(holds), "{head}");
    }
    let rest = &answer[end..];
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    match length.and_then(|length| length.trim().parse::<usize>().ok()) {
        Some(length) => ensure!(rest.len() == length, "the body was cut"),
        None => ensure!(rest.ends_with(b"0\r\n\r\n"), "the body was cut"),
    }
    Ok(())
}

/// A DNS server that knows one address for every name: 127.0.0.1.
fn serve_names() -> Result<u16> {
    let socket = UdpSocket::bind(("127.0.0.1", 0))?;
    let port = socket.local_addr()?.port();
    thread::spawn(move || -> Result<()> {
        let mut message = [0; 1500];
        loop {
            let (length, peer) = socket.recv_from(&mut message)?;
            let name = message[12..length].iter().position(|byte| *byte == 0);
            let end = 12 + name.context("a question")? + 5;
            let is_a = message[end - 4..end - 2] == [0, 1];
            let mut answer = message[..end].to_vec();
            // An answer to one question, with one record or none.
            answer[2..12].copy_from_slice(&[0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0]);
            if is_a {
                answer[7] = 1;
                answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
                answer.extend([127, 0, 0, 1]);
            }
            socket.send_to(&answer, peer)?;
        }
    });
    Ok(port)
}

/// A server with one short file.
fn serve_origin() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || -> Result<()> {
        loop {
            let (mut stream, _) = listener.accept()?;
            let mut head = BufReader::new(stream.try_clone()?);
            let mut line = String::new();
            while head.read_line(&mut line)? > 2 {
                line.clear();
            }
            let text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nafar\n";
            stream.write_all(text.as_bytes())?;
        }
    });
    Ok(port)
}
