//! Chapter 3's `LineReader` returns the lines of the simulator's first reader, and the same
//! end.

use std::path::Path;

use connections::LineReader;
use lab::trace::{Case, Table};
use lab_net::peer::Peer;

/// Longer than any line of the table.
const LIMIT: usize = 64;

/// The lines of a case, and whether the input ends in the middle of one.
fn expected(case: &Case<'_>) -> (Vec<String>, bool) {
    let mut lines = Vec::new();
    let mut is_truncated = false;
    for row in &case.rows {
        match row.text("lines").expect("a column") {
            None => {}
            Some("error") => is_truncated = true,
            Some(some) => lines.extend(some.split('|').map(str::to_owned)),
        }
    }
    (lines, is_truncated)
}

async fn seen(case: &Case<'_>) -> (Vec<String>, bool) {
    let mut client = Peer::new();
    for row in &case.rows {
        if let Some(piece) = row.bytes("piece").expect("bytes") {
            client = client.sends(&piece);
        }
    }
    let (wire, _seen) = client.ends().in_memory();
    let mut reader = LineReader::new(wire, LIMIT);
    let mut lines = Vec::new();
    loop {
        match reader.next().await {
            Ok(Some(line)) => lines.push(String::from_utf8_lossy(&line).into_owned()),
            Ok(None) => return (lines, false),
            Err(_) => return (lines, true),
        }
    }
}

#[tokio::test]
async fn every_case_has_the_lines_that_the_table_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = Table::read(&file.join("../../../book/traces/lines.tsv"));
    let table = table.expect("the table can be read");
    let mut followed = 0;
    for case in table.cases() {
        assert_eq!(seen(&case).await, expected(&case), "{}", case.name);
        followed += 1;
    }
    assert_eq!(followed, 7);
}
