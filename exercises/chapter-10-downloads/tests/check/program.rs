//! The program of chapter 10 as a child.

use lab::Steps;
use lab::folder::Folder;
use lab::payload::Payload;
use lab::server::Program;
use lab_net::{Client, Request};

use crate::PATIENCE;

/// The server, whichever tree it is built from.
const SERVER: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-10"),
    option_env!("CARGO_BIN_EXE_chapter-10-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

const LENGTH: u64 = 200_000;

/// The file behind `/download` alone, then a folder beside it.
pub async fn serves(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let payload = Payload::new(LENGTH);
    let made = payload.create(folder.path(), "large.bin");
    let file = steps.succeeds("make a file", made);
    let beside = folder.file("beside.txt", b"for nobody");
    steps.succeeds("make another file", beside);
    let root = folder.path().join("files");
    let made = std::fs::create_dir(&root);
    steps.succeeds("make a folder", made);
    let inner = std::fs::write(root.join("inner.txt"), b"for all");
    steps.succeeds("make a file in it", inner);
    for (arguments, shared) in [
        (vec![], false),
        (vec!["--body", "direct", "--no-gzip"], false),
        (vec!["--root"], true),
    ] {
        steps.step(format!("start the program with {arguments:?}"));
        let mut program = Program::new(SERVER)
            .args(["--listen", "127.0.0.1:0", "--file"])
            .arg(&file)
            .args(arguments);
        if shared {
            program = program.arg(&root);
        }
        let server = match program.start(PATIENCE) {
            Ok(server) => server,
            Err(error) => {
                steps.fail("a server that says where it listens", error)
            }
        };
        let address = server.address();
        let first = server.lines().first().cloned();
        let expected =
            format!("Download server running on http://{address}");
        steps.equal("its first line", &first, &Some(expected));
        let request =
            Request::get("/download").header("Range", "bytes=1000-");
        steps.repeat_with(request.curl(address));
        let client = Client::new(address)
            .verify(payload.verifier_of(1000..LENGTH));
        let download = client.download(&request).await;
        let download = steps.succeeds("an answer", download);
        steps.equal("status", &download.status(), &206);
        steps.succeeds("the body", download.verdict());
        for (target, allowed) in [
            ("/files/inner.txt", if shared { 200 } else { 404 }),
            ("/files/beside.txt", 404),
            ("/files/large.bin", 404),
            ("/nothing", 404),
        ] {
            let request = Request::head(target);
            let download =
                Client::new(address).download(&request).await;
            let download = steps.succeeds("an answer", download);
            let what = format!("status of {target}");
            steps.equal(what, &download.status(), &allowed);
        }
    }
}
