//! The program as others call it: mdBook's protocol, exit codes, and a whole life of
//! the server.

mod fixture;

use fixture::{QUIZ, Workspace};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

/// Only a hanging test ever waits so long.
const DEADLINE: Duration = Duration::from_secs(60);

fn workbook(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_book-builder"));
    command.args(arguments);
    command
}

/// What the program says to a page, spoken in mdBook's protocol.
fn preprocessed(workspace: &Workspace, page: &str) -> Output {
    let book = workspace.root().join("book");
    let input = serde_json::json!([
        {
            "root": book, "config": {}, "renderer": "html", "mdbook_version": "0.5.4"
        },
        { "items": [{ "Chapter": {
            "name": "Start", "content": page, "number": null, "sub_items": [],
            "path": "index.md", "source_path": "index.md", "parent_names": []
        } }] }
    ]);
    let mut child = workbook(&["preprocess"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin
        .write_all(input.to_string().as_bytes())
        .expect("the input is read");
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

#[test]
fn mdbook_gets_its_book_back_with_the_pages_expanded() {
    let output = preprocessed(&Workspace::new(), &format!("# Start\n\n{QUIZ}"));
    assert!(output.status.success(), "{output:?}");
    let book: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("a book as JSON");
    let chapter = &book["items"][0]["Chapter"];
    let content = chapter["content"].as_str().expect("text");
    assert!(content.starts_with("# Start\n"), "{content}");
    assert!(content.contains("<form class=\"quiz\""), "{content}");
    assert_eq!(chapter["name"], "Start");
}

#[test]
fn mdbook_is_told_of_a_mistake_by_exit_code_and_line() {
    let output = preprocessed(&Workspace::new(), "# Start\n\n{{#measured no key}}\n");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("book/src/index.md:3:"), "{message}");
}

#[test]
fn a_plain_mdbook_runs_us_as_a_command_and_before_its_own_links() {
    let workspace = Workspace::new();
    workspace.write(
        "solutions/a.rs",
        "// ANCHOR: a\n    fn a() {}\n// ANCHOR_END: a\n",
    );
    let settings = format!(
        "[preprocessor.workbook]\ncommand = \"\"\"'{}' preprocess\"\"\"\n\
         before = [\"links\"]\n[output.html]\nplayground.runnable = false\n",
        env!("CARGO_BIN_EXE_book-builder").replace('\\', "\\\\")
    );
    workspace.write("book/book.toml", &settings);
    let page = "# Start\n\n```text\n{{#include ../../solutions/a.rs:a}}\n```\n";
    workspace.write("book/src/index.md", page);

    let root = workspace.root().join("book");
    let book = mdbook_driver::MDBook::load(root).expect("mdBook reads the book");
    book.build().expect("mdBook builds it");
    let html = std::fs::read_to_string(book.build_dir_for("html").join("index.html"));
    // mdBook's own include would have kept the indentation.
    assert!(html.expect("a page").contains(">fn a() {}"));
}

#[test]
fn html_is_supported_and_nothing_else() {
    let code = |renderer: &str| {
        let status = workbook(&["preprocess", "supports", renderer]).status();
        status.expect("the program runs").code()
    };
    assert_eq!(code("html"), Some(0));
    assert_eq!(code("epub"), Some(1));
}

#[test]
fn a_wrong_call_ends_with_2_and_the_usage() {
    let output = workbook(&["bake"]).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("`bake`") && message.contains("book-builder serve"));
}

#[test]
fn a_taken_port_is_named_with_what_to_type() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("its address").port().to_string();
    let workspace = Workspace::new();
    let output = workbook(&["serve", "--port", &port, "--root"])
        .arg(workspace.root())
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(3));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains(&port), "{message}");
    assert!(message.contains("cargo xtask book --port 0"), "{message}");
}

/// A server over a workspace, killed when dropped.
struct Server {
    child: Child,
    address: String,
    complaints: BufReader<ChildStderr>,
    // Kept open: the server says on it what it builds.
    _output: BufReader<ChildStdout>,
}

impl Server {
    fn start(workspace: &Workspace) -> Self {
        let mut child = workbook(&["serve", "--port", "0", "--root"])
            .arg(workspace.root())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let complaints = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        output.read_line(&mut line).expect("it says where it is");
        let address = line
            .split_once("http://")
            .and_then(|(_, rest)| rest.split_once('/'))
            .map(|(address, _)| address.to_string())
            .unwrap_or_else(|| panic!("a numeric address: {line}"));
        Server {
            child,
            address,
            complaints,
            _output: output,
        }
    }

    /// The next line that the author sees as a complaint.
    fn complaint(&mut self) -> String {
        let mut line = String::new();
        self.complaints.read_line(&mut line).expect("a complaint");
        line
    }

    fn request(&self, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(DEADLINE)).expect("a deadline");
        let host = &self.address;
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("it reads");
        stream
    }

    fn page(&self, path: &str) -> String {
        let mut text = String::new();
        let mut stream = self.request(path);
        stream.read_to_string(&mut text).expect("a whole answer");
        text
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the news until the next build, and returns its name.
fn next_build(news: &mut impl BufRead) -> String {
    loop {
        let mut line = String::new();
        let count = news.read_line(&mut line).expect("news within the deadline");
        assert_ne!(count, 0, "the server ended the news");
        if let Some(name) = line.strip_prefix("data:") {
            return name.trim().to_string();
        }
    }
}

#[test]
fn a_saved_page_is_built_again_and_a_broken_one_leaves_the_last_good_pages() {
    let workspace = Workspace::new();
    workspace.write("solutions/a.rs", "fn first() {}\n");
    let page = "# Start\n\n```rust\n{{#include ../../solutions/a.rs}}\n```\n";
    workspace.write("book/src/index.md", page);
    let mut server = Server::start(&workspace);
    let mut news = BufReader::new(server.request("/__wb/events"));
    let first = next_build(&mut news);
    let html = server.page("/");
    assert!(html.contains("first") && html.contains(&first), "{html}");

    workspace.write("solutions/a.rs", "fn second() {}\n");
    let second = next_build(&mut news);
    assert_ne!(first, second);
    assert!(server.page("/").contains("second"));

    workspace.write("book/src/index.md", "# Start\n\n{{#broken}}\n");
    let complaint = server.complaint();
    assert!(complaint.contains("book/src/index.md:3:"), "{complaint}");
    assert!(server.page("/").contains("second"));
    workspace.write("book/src/index.md", "# Third\n");
    assert_ne!(next_build(&mut news), second);
    assert!(server.page("/").contains("Third"));
}

#[cfg(unix)]
#[test]
fn a_server_that_is_told_to_end_ends_well_and_leaves_no_build() {
    let workspace = Workspace::new();
    let mut server = Server::start(&workspace);
    let mut news = BufReader::new(server.request("/__wb/events"));
    next_build(&mut news);
    let pid = server.child.id().to_string();
    let told = Command::new("kill").args(["-INT", &pid]).status();
    assert!(told.expect("kill runs").success());
    // An open stream of news must not keep it.
    let status = server.child.wait().expect("it ends");
    assert_eq!(status.code(), Some(0));
    let shelf = workspace.root().join("target/book");
    let left = std::fs::read_dir(shelf)
        .expect("the shelf's folder")
        .count();
    assert_eq!(left, 0);
}
