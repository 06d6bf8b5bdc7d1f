//! The client of chapter 4 comes to the same end as the simulator, read by read.

use std::path::Path;

use addresses::Endpoint;
use bytes::BytesMut;
use connections::BoxError;
use futures_util::TryStreamExt;
use lab::trace::{Case, Table};
use lab_net::peer::Peer;
use messages::{Fields, HeadLimits, Outgoing, send};

/// What is left of one connection: the body of its first answer.
type End = Result<Vec<u8>, BoxError>;

fn table() -> Table {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = file.join("../../../book/traces/exchange.tsv");
    Table::read(&file).expect("the table can be read")
}

/// What the table says about a case: the body, or no complete answer.
fn expected(case: &Case<'_>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    let mut is_complete = false;
    for row in &case.rows {
        if let Some(more) = row.bytes("body").expect("bytes") {
            body = more;
        }
        let state = row.text("state").expect("a column").unwrap_or_default();
        is_complete |= state == "done" || state.starts_with("next:");
    }
    is_complete.then_some(body)
}

/// What our client makes of the same reads.
async fn seen(case: &Case<'_>) -> End {
    let mut server = Peer::new();
    for row in &case.rows {
        if let Some(piece) = row.bytes("piece")? {
            server = server.sends(&piece);
        }
    }
    let (wire, _seen) = server.ends().in_memory();
    let request = Outgoing {
        method: "GET".to_owned(),
        endpoint: Endpoint::parse("localhost", 80)?,
        target: "/hello".to_owned(),
        fields: Fields::default(),
    };
    let answer = send(wire, &request, &HeadLimits::default()).await?;
    let body: BytesMut = answer.body.try_collect().await?;
    Ok(body.to_vec())
}

#[tokio::test]
async fn every_case_ends_as_the_table_says() {
    let table = table();
    let mut complete = 0;
    for case in table.cases() {
        let seen = seen(&case).await;
        match (expected(&case), seen) {
            (Some(body), Ok(seen)) => {
                assert_eq!(seen, body, "{}", case.name);
                complete += 1;
            }
            (None, Err(_)) => {}
            (expected, seen) => {
                panic!("{}: expected {expected:?}, seen {seen:?}", case.name);
            }
        }
    }
    // Both ends occur, or the table says less than it should.
    let refused = table.cases().len() - complete;
    assert!(complete >= 10 && refused >= 10, "{complete}, {refused}");
}
