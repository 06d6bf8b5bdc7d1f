//! The program of chapter 13 as a child.

use std::path::{Path, PathBuf};

use lab::Steps;
use lab::folder::Folder;
use lab::payload::Payload;
use lab::server::{Program, Server};
use lab::size::MIB;
use lab_net::{Client, Request};

use crate::lines::line_with;
use crate::{PATIENCE, taking};

/// The server, whichever tree it is built from.
pub const SERVER: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-13"),
    option_env!("CARGO_BIN_EXE_chapter-13-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

/// More than the kernel takes off a server whose client stalls.
pub const LENGTH: u64 = 16 * MIB;

pub struct Site {
    pub folder: Folder,
    pub file: PathBuf,
    payload: Payload,
}

pub fn site(steps: &Steps) -> Site {
    let folder = steps.succeeds("a folder", Folder::new());
    let payload = Payload::stamped(LENGTH);
    let file = payload.create(folder.path(), "large.bin");
    let file = steps.succeeds("a file of 16 MiB", file);
    Site {
        folder,
        file,
        payload,
    }
}

pub fn started(
    steps: &Steps,
    file: &Path,
    arguments: &[&str],
) -> Server {
    steps.step(format!("start the program with {arguments:?}"));
    let program = Program::new(SERVER)
        .args(["--listen", "127.0.0.1:0", "--file"])
        .arg(file)
        .args(arguments);
    match program.start(PATIENCE) {
        Ok(server) => server,
        Err(error) => {
            steps.fail("a server that says where it listens", error)
        }
    }
}

pub async fn serves(steps: Steps) {
    let site = site(&steps);
    let inner = site.folder.file("inner.txt", b"for all");
    steps.succeeds("make a file", inner);
    let root = site.folder.path().to_string_lossy().into_owned();
    let uploads = site.folder.path().join("uploads");
    let uploads = uploads.to_string_lossy().into_owned();
    for arguments in [
        &["--root", &*root, "--admin", "public"][..],
        &["--root", &*root, "--body", "direct"],
        &["--root", &*root, "--lean", "--uploads", &*uploads],
    ] {
        let server = started(&steps, &site.file, arguments);
        let address = server.address();
        // A warning of the log may come before it, on the other
        // stream: that few descriptors are allowed here.
        let mut lines = server.lines().into_iter();
        let first = lines.find(|line| !line.contains(" WARN "));
        let expected =
            format!("Download server running on http://{address}");
        steps.equal("its first line", &first, &Some(expected));
        let request =
            Request::get("/download").header("Range", "bytes=1000-");
        steps.repeat_with(request.curl(address));
        let verifier = site.payload.verifier_of(1000..LENGTH);
        let client = Client::new(address).verify(verifier);
        let download = client.download(&request).await;
        let download = steps.succeeds("an answer", download);
        steps.equal("status", &download.status(), &206);
        steps.succeeds("the body", download.verdict());
        // On the public port only if somebody wants them there.
        let asked = arguments.contains(&"--admin");
        let asked = if asked { 200 } else { 404 };
        for (target, allowed) in [
            ("/files/inner.txt", 200),
            ("/healthz", asked),
            ("/ready", asked),
            ("/metrics", asked),
            ("/nothing", 404),
            ("/exports/items.csv", 404),
        ] {
            let request = Request::get(target);
            let download =
                Client::new(address).download(&request).await;
            let download = steps.succeeds("an answer", download);
            let what = format!("status of {target}");
            steps.equal(what, &download.status(), &allowed);
        }
        // Saved only where the folder for it was named.
        let there = arguments.contains(&"--uploads");
        let request = Request::new("POST", "/files?name=empty.bin")
            .header("Content-Length", "0");
        let download = Client::new(address).download(&request).await;
        let download = steps.succeeds("an answer", download);
        let expected = if there { 201 } else { 404 };
        steps.equal("an upload", &download.status(), &expected);
    }
}

/// Sends a request, and reads the status and the body.
pub async fn asked(
    steps: &Steps,
    server: &Server,
    request: Request,
    body: &[u8],
) -> (u16, String) {
    let length = body.len().to_string();
    let request = request.header("Content-Length", &length);
    steps.repeat_with(request.curl(server.address()));
    let client = Client::new(server.address()).patience(PATIENCE);
    let connection = client.connect().await;
    let mut connection = steps.succeeds("connect", connection);
    let head = request.bytes(server.address());
    for bytes in [&head, body] {
        let sent = connection.sender.send(bytes).await;
        steps.succeeds("send the request", sent);
    }
    let head = connection.receiver.final_head().await;
    let head = steps.succeeds("the head of a response", head);
    let read = connection.receiver.body(&head, request.method());
    let mut read = steps.succeeds("a body", read);
    let text = read.text(1 << 20).await;
    (head.status, steps.succeeds("the body", text))
}

/// Every part of the server answers at its path, if it is wanted.
pub async fn wired(steps: Steps) {
    let site = site(&steps);
    steps.succeeds("a file", site.folder.file("inner.txt", b"for all"));
    // An empty file is a database without tables.
    let database = site.folder.file("items.db", b"");
    let database = steps.succeeds("an empty database", database);
    let path = |path: &Path| path.to_string_lossy().into_owned();
    let (root, database) = (path(site.folder.path()), path(&database));
    let uploads = path(&site.folder.path().join("uploads"));
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0));
    let listener = steps.succeeds("a port", listener);
    let closed = steps.succeeds("its address", listener.local_addr());
    drop(listener);
    let url = format!("http://{closed}/x.bin");
    let get = |target: &str| Request::get(target);
    let post = |target: &str| Request::new("POST", target);
    let all = ["--root", &*root, "--uploads", &*uploads, "--database"];
    let all = [&all[..], &[&*database, "--imports"]].concat();
    let few = ["--upload-limit", "1KiB"];
    let near = ["--import-allow", "127.0.0.0/8"];
    let (few, near) =
        ([&all[..], &few].concat(), [&all[..], &near].concat());
    for (arguments, download, files, upload, import, table) in [
        (&few[..], 200, 200, 413, 403, true),
        (&all[..], 200, 200, 201, 403, true),
        (&near[..], 200, 200, 409, 502, true),
        (&[], 200, 404, 404, 404, false),
    ] {
        let server = started(&steps, &site.file, arguments);
        let ask = async |request, body: &[u8]| {
            asked(&steps, &server, request, body).await
        };
        let head = Request::head("/download");
        let (status, _) = ask(head, b"").await;
        steps.equal("/download", &status, &download);
        let (status, _) = ask(get("/files/inner.txt"), b"").await;
        steps.equal("/files/inner.txt", &status, &files);
        let to = post("/files?name=sent.bin");
        let (status, _) = ask(to, &[7; 2000]).await;
        steps.equal("an upload of 2,000 bytes", &status, &upload);
        let (status, _) = ask(post("/imports"), url.as_bytes()).await;
        steps.equal("an import from 127.0.0.1", &status, &import);
        let (status, text) = ask(get("/exports/items.csv"), b"").await;
        steps.equal("a table that is not there", &status, &404);
        let says_so = text.contains("no such table");
        steps.equal("the database was asked", &says_so, &table);
        let (status, _) = ask(get("/elsewhere"), b"").await;
        steps.equal("/elsewhere", &status, &404);
    }
    later(&steps, site.folder.path()).await;
    taking::files(&steps, &site).await;
}

/// The file behind `/download` need not be there at the start.
async fn later(steps: &Steps, folder: &Path) {
    let file = folder.join("later.txt");
    let server = started(steps, &file, &[]);
    let ask = async || {
        asked(steps, &server, Request::get("/download"), b"").await
    };
    let (status, missing) = ask().await;
    steps.equal("/download without a file", &status, &404);
    let nowhere = Request::get("/nowhere");
    let (_, text) = asked(steps, &server, nowhere, b"").await;
    let what = "a path that is not served says the same";
    steps.equal(what, &text, &missing);
    for text in ["here it is", "and another one"] {
        steps.step(format!("a file that comes later: {text:?}"));
        let beside = folder.join("beside.txt");
        let written = std::fs::write(&beside, text);
        steps.succeeds("write the file", written);
        let renamed = std::fs::rename(&beside, &file);
        steps.succeeds("give it its name", renamed);
        let (status, body) = ask().await;
        steps.equal("/download once it is there", &status, &200);
        steps.equal("its bytes", body.as_str(), text);
    }
    let missing = folder.join("missing").join("x.txt");
    let server = started(steps, &missing, &[]);
    let request = Request::get("/download");
    let (status, _) = asked(steps, &server, request, b"").await;
    steps.equal("/download without its folder", &status, &404);
}

/// How many exports may run at once.
const EXPORTS: usize = 8;

/// Each export keeps a connection to the database until its client
/// has read almost all of it.
pub async fn exports(steps: Steps) {
    let site = site(&steps);
    steps.step("make a database with a table of 16 MiB");
    let database = site.folder.path().join("stock.db");
    let text = "CREATE TABLE items (id INTEGER PRIMARY KEY, note TEXT);
        INSERT INTO items WITH RECURSIVE n(v) AS (SELECT 1
        UNION ALL SELECT v + 1 FROM n WHERE v < 4096)
        SELECT v, hex(zeroblob(2048)) FROM n";
    let made = rusqlite::Connection::open(&database)
        .and_then(|connection| connection.execute_batch(text));
    steps.succeeds("a database", made);
    let database = database.to_string_lossy().into_owned();
    // `--lean` keeps what the kernel takes off the server small.
    let arguments = ["--lean", "--database", &*database];
    let server = started(&steps, &site.file, &arguments);
    let request = Request::get("/exports/items.json");
    let client = Client::new(server.address())
        .receive_buffer(16 * 1024)
        .patience(6 * PATIENCE);
    let mut stalled = Vec::new();
    for nth in 1..=EXPORTS + 1 {
        steps.step(format!("export {nth} begins, and nobody reads it"));
        let connection = client.connect().await;
        let mut connection = steps.succeeds("connect", connection);
        let bytes = request.bytes(server.address());
        let sent = connection.sender.send(&bytes).await;
        steps.succeeds("send the request", sent);
        let head = connection.receiver.final_head().await;
        let head = steps.succeeds("the head of a response", head);
        let expected = if nth > EXPORTS { 503 } else { 200 };
        let what = format!("status of export {nth}");
        steps.equal(what, &head.status, &expected);
        stalled.push(connection);
    }
}

/// Operators ask at a port of their own.
pub async fn operated(steps: Steps) {
    let site = site(&steps);
    let server =
        started(&steps, &site.file, &["--admin", "127.0.0.1:0"]);
    let word = "/metrics at http://";
    let line = line_with(&server, &[word]).await.unwrap_or_default();
    let own = line.split(word).nth(1).unwrap_or_default().trim();
    let own = own.parse::<std::net::SocketAddr>();
    let own = steps.succeeds("its own address", own);
    for (address, what, status) in [
        (own, "at the port for operators", 200),
        (server.address(), "at the public port", 404),
    ] {
        for target in ["/healthz", "/ready", "/metrics"] {
            let request = Request::get(target);
            steps.repeat_with(request.curl(address));
            let client = Client::new(address).patience(PATIENCE);
            let download = client.download(&request).await;
            let download = steps.succeeds("a response", download);
            let what = format!("{target} {what}");
            steps.equal(what, &download.status(), &status);
        }
    }
    let request = Request::get("/download");
    let download = Client::new(own).download(&request).await;
    let download = steps.succeeds("a response", download);
    steps.equal("/download there", &download.status(), &404);
}

#[cfg(unix)]
pub use unix::{exit_code, signals};

#[cfg(unix)]
mod unix {
    use lab_net::client::{Hold, Pace};
    use rustix::process::{Pid, Signal, kill_process};

    use super::*;

    fn send(steps: &Steps, server: &Server, signal: Signal) {
        steps.step(format!("send {signal:?}"));
        let pid = i32::try_from(server.pid()).ok();
        let pid = pid.and_then(Pid::from_raw);
        let sent = pid.map(|pid| kill_process(pid, signal));
        steps.holds("it is sent", sent.is_some_and(|it| it.is_ok()));
    }

    fn code(steps: &Steps, server: &mut Server) -> Option<i32> {
        let status = server.wait(PATIENCE);
        steps.holds("the program ends", status.is_some());
        status.and_then(|status| status.code())
    }

    /// A client that has the head, and reads when it is let go.
    async fn stalled(
        steps: &Steps,
        site: &Site,
        server: &Server,
    ) -> (Hold, tokio::task::JoinHandle<bool>) {
        let hold = Hold::new();
        let client = Client::new(server.address())
            .verify(site.payload.verifier())
            .receive_buffer(16 * 1024)
            .pace(Pace::Stalled(hold.clone()));
        let reading = tokio::spawn(async move {
            let download =
                client.download(&Request::get("/download")).await;
            download.is_ok_and(|it| it.verdict().is_ok())
        });
        let reached =
            tokio::time::timeout(PATIENCE, hold.reached(1)).await;
        steps.succeeds("a client has the head", reached);
        (hold, reading)
    }

    pub async fn exit_code(steps: Steps) {
        let site = site(&steps);
        let mut server = started(&steps, &site.file, &[]);
        let (hold, reading) = stalled(&steps, &site, &server).await;
        send(&steps, &server, Signal::TERM);
        steps.step("the client reads on");
        hold.release();
        let whole = steps.succeeds("the client", reading.await);
        steps.holds("it gets the whole file", whole);
        let code = code(&steps, &mut server);
        steps.equal("exit code, all finished", &code, &Some(0));
        let arguments = ["--drain-timeout", "1ms"];
        let mut server = started(&steps, &site.file, &arguments);
        let (hold, reading) = stalled(&steps, &site, &server).await;
        send(&steps, &server, Signal::TERM);
        let code = super::unix::code(&steps, &mut server);
        steps.equal("exit code, one was cut", &code, &Some(1));
        hold.release();
        let whole = steps.succeeds("the client", reading.await);
        steps.holds("the client can tell", !whole);
        let told = line_with(&server, &["0 finished, 1 cut"]).await;
        steps.holds("the program says how many", told.is_some());
    }

    pub async fn signals(steps: Steps) {
        let site = site(&steps);
        let both = [Signal::TERM, Signal::INT];
        for first in both {
            let mut server = started(&steps, &site.file, &[]);
            send(&steps, &server, first);
            let code = code(&steps, &mut server);
            steps.equal("exit code", &code, &Some(0));
            for second in both {
                let arguments = ["--drain-timeout", "1h"];
                let mut server =
                    started(&steps, &site.file, &arguments);
                let (hold, reading) =
                    stalled(&steps, &site, &server).await;
                send(&steps, &server, first);
                // Two that come together are one to the kernel.
                while Client::new(server.address())
                    .connect()
                    .await
                    .is_ok()
                {
                    tokio::task::yield_now().await;
                }
                send(&steps, &server, second);
                let code = super::unix::code(&steps, &mut server);
                steps.equal("exit code", &code, &Some(1));
                hold.release();
                let _ = reading.await;
            }
        }
    }
}

/// Whatever a system calls a signal, the program listens for it.
pub async fn heard(steps: &Steps) {
    steps.step("listen for the signals of this system");
    let signals = server::Signals::system();
    let signals = steps.succeeds("`Signals::system`", signals);
    let mut signals = signals;
    let early = std::time::Duration::from_millis(1);
    let early = tokio::time::timeout(early, signals.first()).await;
    steps.holds("none has come yet", early.is_err());
}

/// Elsewhere nobody can send a signal to one program alone. What
/// it counts was checked before this.
#[cfg(not(unix))]
pub async fn exit_code(steps: Steps) {
    steps.not_checkable(
        "the exit code comes after a signal, and this system can't \
         send one to a single program",
    );
}

#[cfg(not(unix))]
pub async fn signals(steps: Steps) {
    steps.not_checkable(
        "this system can't send a signal to a single program",
    );
}
