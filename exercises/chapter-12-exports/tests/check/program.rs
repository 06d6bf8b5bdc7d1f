//! The program of chapter 12 as a child.

use exports::Database;
use lab::Steps;
use lab::folder::Folder;
use lab::server::Program;
use lab_net::{Client, Request};

use crate::PATIENCE;

/// The server, whichever tree it is built from.
pub const SERVER: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-12"),
    option_env!("CARGO_BIN_EXE_chapter-12-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

/// The program makes a sample database, and serves it.
pub async fn serves(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let file = folder.path().join("items.db");
    steps.step("make a sample database of 1,000 rows");
    let made = std::process::Command::new(SERVER)
        .arg("sample")
        .arg(&file)
        .arg("1000")
        .output();
    let made = steps.succeeds("the program", made);
    steps.holds("it succeeds", made.status.success());
    let opened = Database::open(&file, 1, PATIENCE);
    steps.succeeds("open the database", opened);

    steps.step("start the program");
    let program = Program::new(SERVER)
        .args(["--listen", "127.0.0.1:0", "--database"])
        .arg(&file);
    let server = match program.start(PATIENCE) {
        Ok(server) => server,
        Err(error) => {
            steps.fail("a server that says where it listens", error)
        }
    };
    let first = server.lines().first().cloned();
    let expected =
        format!("Export server running on http://{}", server.address());
    steps.equal("its first line", &first, &Some(expected));
    for (target, status) in [
        ("/exports/items.json", 200),
        ("/exports/items.ndjson", 200),
        ("/exports/items.csv", 200),
        ("/exports/none.csv", 404),
    ] {
        let request = Request::get(target);
        let client = Client::new(server.address()).patience(PATIENCE);
        let download = client.download(&request).await;
        let download = steps.succeeds("a response", download);
        let what = format!("status of {target}");
        steps.equal(what, &download.status(), &status);
        steps.holds("the body is complete", download.complete());
    }
}
