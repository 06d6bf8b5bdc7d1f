//! The program of chapter 9 as a child.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use flate2::read::GzDecoder;
use lab::Steps;
use lab::folder::Folder;
use lab::payload::Payload;
use lab::server::{Error, Program};

/// The program, whichever tree it is built from.
const PROGRAM: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-9"),
    option_env!("CARGO_BIN_EXE_chapter-9-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

/// Ends a wait for something that does not come; nothing depends
/// on it.
const PATIENCE: Duration = Duration::from_secs(15);

pub fn compresses(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let payload = Payload::new(1 << 20);
    let made = payload.create(folder.path(), "data.bin");
    let file = steps.succeeds("make a file of 1 MiB", made);
    let (ends_well, said) = run(&steps, &folder, &["gzip", "data.bin"]);
    steps.holds("it ends well", ends_well);
    let first = said.first().cloned().unwrap_or_default();
    let begin = "data.bin.gz: 1048576 bytes became ";
    steps.holds("it says what it made", first.starts_with(begin));
    let second = said.get(1).cloned().unwrap_or_default();
    let begin = "SHA-256 of data.bin: ";
    steps.holds("it says the digest", second.starts_with(begin));
    let packed = folder.path().join("data.bin.gz");
    expect_unpacks(&steps, &packed, &file);

    let path = folder.path();
    let made = fs::write(path.join("lines"), b"one\ntwo");
    steps.succeeds("a file of two lines", made);
    let (ends_well, said) = run(&steps, &folder, &["records", "lines"]);
    steps.holds("it ends well", ends_well);
    let expected =
        [r#"{"line":1,"text":"one"}"#, r#"{"line":2,"text":"two"}"#];
    steps.equal("the records", &said, &expected);

    let (ends_well, said) = run(&steps, &folder, &["gzip", "data.bin"]);
    steps.holds("it fails", !ends_well);
    let expected = "chapter-9: data.bin.gz exists: choose another \
                    with --out";
    steps.equal("what it says", &said.join("\n").as_str(), &expected);
    expect_unpacks(&steps, &packed, &file);
    fails_in_the_middle(&steps, &folder);
}

/// A file whose read fails leaves nothing that looks compressed.
fn fails_in_the_middle(steps: &Steps, folder: &Folder) {
    // It can be opened, and not read from its beginning.
    let unreadable = Path::new("/proc/self/mem");
    if !unreadable.exists() {
        return;
    }
    let words = ["gzip", "/proc/self/mem", "--out", "mem.gz"];
    let (ends_well, said) = run(steps, folder, &words);
    steps.holds("it fails", !ends_well);
    let said = said.join("\n");
    let begin = "chapter-9: the source failed: ";
    steps.holds("it says why", said.starts_with(begin));
    let names = steps.succeeds("the folder", folder.names());
    let left = names.iter().filter(|name| name.starts_with("mem"));
    steps.equal("files that are left", &left.count(), &0);
}

fn expect_unpacks(steps: &Steps, packed: &Path, file: &Path) {
    let packed = steps.succeeds("the file", fs::read(packed));
    let mut unpacked = Vec::new();
    let read = GzDecoder::new(&packed[..]).read_to_end(&mut unpacked);
    steps.succeeds("decompression to the end", read);
    let file = steps.succeeds("the file", fs::read(file));
    steps.equal_bytes("what was compressed", &unpacked, &file);
}

/// Runs the program in this folder to its end: whether that was
/// good, and what it printed.
fn run(
    steps: &Steps,
    folder: &Folder,
    words: &[&str],
) -> (bool, Vec<String>) {
    steps.step(format!("run the program with {words:?}"));
    let by_hand =
        format!("cargo run -p chapter-9 -- {}", words.join(" "));
    steps.repeat_with(by_hand);
    let program = Program::new(PROGRAM).args(words.iter().copied());
    match program.folder(folder.path()).start(PATIENCE) {
        Err(Error::EndedEarly { status, lines }) => {
            (status.success(), lines)
        }
        Err(error) => steps.fail("a program that runs", error),
        Ok(_) => steps.fail("a program that ends", "one that listens"),
    }
}
