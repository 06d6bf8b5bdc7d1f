//! Node.js's `http` module, as client and as server.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use messages::BodyLength;
use tokio::task::spawn_blocking;

use crate::fetched::fetch;
use crate::site::{Server, installed, squares};

/// Asks over one connection that stays open, and prints status and length of each
/// answer; then a request that waits to be asked for its body.
const CLIENT: &str = r#"
const http = require('http');
const [port] = process.argv.slice(1);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let sockets = new Set();
const ask = (method, path, headers, body) => new Promise((resolve, reject) => {
  const request = http.request({ port, agent, method, path, headers }, (response) => {
    sockets.add(request.socket);
    let length = 0;
    response.on('data', (chunk) => { length += chunk.length; });
    response.on('end', () => resolve(`${response.statusCode} ${length} ${response.complete}`));
  });
  request.on('error', reject);
  if (headers && headers.expect) request.on('continue', () => request.end(body));
  else request.end(body);
});
(async () => {
  console.log(await ask('GET', '/'));
  console.log(await ask('GET', '/squares.csv'));
  console.log(await ask('HEAD', '/squares.csv'));
  console.log(await ask('POST', '/', {}, 'GET /hidden HTTP/1.1\r\n\r\n'));
  console.log(await ask('GET', '/picture.svg?size=large'));
  console.log(`sockets ${sockets.size}`);
  agent.destroy();
})();
"#;

/// Answers with each framing, and cuts one answer.
const SERVER: &str = r#"
const http = require('http');
const server = http.createServer((request, response) => {
  if (request.url === '/exact') response.end('hello');
  else if (request.url === '/chunked') {
    for (let i = 0; i < 500; i += 1) response.write('x'.repeat(1000));
    response.addTrailers({ 'X-Sum': '1' });
    response.end();
  } else if (request.url === '/hints') {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    response.end('hello');
  } else if (request.url === '/close') {
    response.useChunkedEncodingByDefault = false;
    response.shouldKeepAlive = false;
    response.write('hello');
    response.end(' again');
  } else {
    response.writeHead(200, { 'Content-Length': 10 });
    response.write('hello');
    setImmediate(() => response.destroy());
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
"#;

/// A Node.js program that ends with the test.
struct Node(Child);

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub async fn client_reads_our_site() {
    if !installed("node", "--version") {
        return;
    }
    let server = Server::small_site();
    let port = server.address.port().to_string();
    let output = spawn_blocking(move || {
        let mut node = Command::new("node");
        node.args(["-e", CLIENT, &port]).output()
    });
    let output = output.await.expect("no panic").expect("node starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = said.lines().collect();
    let [page, download, head, posted, picture, sockets] = lines[..] else {
        panic!("{said}{errors}");
    };
    assert!(
        page.starts_with("200 ") && page.ends_with(" true"),
        "{page}"
    );
    assert_eq!(download, format!("200 {} true", squares().len()));
    assert_eq!(head, "200 0 true");
    assert!(posted.starts_with("405 "), "{posted}");
    assert!(picture.starts_with("200 "), "{picture}");
    assert_eq!(sockets, "sockets 1");
    assert_eq!(server.asked().len(), 5, "{:?}", server.asked());
}

/// `book/node/one-read.mjs`, and its record beside it.
pub fn one_read_is_not_one_request() {
    if !installed("node", "--version") {
        return;
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../book/node");
    let output = Command::new("node")
        .arg("one-read.mjs")
        .current_dir(folder)
        .output();
    let said = output.expect("node starts").stdout;
    let recorded = include_str!("../../../../../book/node/one-read.out");
    assert_eq!(String::from_utf8_lossy(&said), recorded);
}

pub async fn server_is_read() {
    if !installed("node", "--version") {
        return;
    }
    let mut child = Command::new("node")
        .args(["-e", SERVER])
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let output = child.stdout.take().expect("it is piped");
    let _node = Node(child);
    let port = spawn_blocking(move || {
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).map(|_| line)
    });
    let port = port.await.expect("no panic").expect("a line");
    let port: u16 = port.trim().parse().expect("a port");
    let address = SocketAddr::from(([127, 0, 0, 1], port));

    let exact = fetch(address, "GET", "/exact").await;
    assert_eq!(exact.body, b"hello");
    assert_eq!(
        (exact.length, exact.error.is_none()),
        (BodyLength::Exact(5), true)
    );
    let chunked = fetch(address, "GET", "/chunked").await;
    assert_eq!(chunked.length, BodyLength::Chunked);
    assert_eq!(
        (chunked.body.len(), chunked.error.is_none()),
        (500_000, true)
    );
    let hints = fetch(address, "GET", "/hints").await;
    assert_eq!((hints.status, &hints.body[..]), (200, &b"hello"[..]));
    let close = fetch(address, "GET", "/close").await;
    assert_eq!(close.length, BodyLength::UntilClose);
    assert_eq!(
        (&close.body[..], close.error.is_none()),
        (&b"hello again"[..], true)
    );
    let head = fetch(address, "HEAD", "/exact").await;
    assert_eq!((head.status, head.length), (200, BodyLength::None));
    let cut = fetch(address, "GET", "/cut").await;
    assert!(cut.is_incomplete(), "{cut:?}");
}
