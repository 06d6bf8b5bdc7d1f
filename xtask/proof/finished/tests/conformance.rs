//! The finished server against the words of the RFCs: each request of
//! `conformance/requests.tsv` gets one of the answers that its section allows, with
//! either body.
//!
//! ```text
//! CONFORMANCE_SERVER=127.0.0.1:8080 CONFORMANCE_ROOT=/srv/files \
//!     cargo test -p finished --test conformance
//! ```
//!
//! asks a server of yours, which has the files of that folder under `/files/`. The
//! folder is made if it is not there.

mod conformance {
    pub mod allowed;
    pub mod files;
    pub mod request;
    pub mod seen;
    pub mod table;
}

use std::net::SocketAddr;
use std::path::PathBuf;

use finished::Finished;
use lab::folder::Folder;

use conformance::{files, table};

/// Fewer rows than this, and the table was not read.
const LEAST: usize = 80;

/// All rows against a server. Gives what was wrong.
async fn ask(server: SocketAddr) -> Vec<String> {
    let rows = table::read().expect("the table can be read");
    assert!(rows.len() >= LEAST, "{} rows", rows.len());
    let values = files::values(server).await;
    let mut wrong = Vec::new();
    for row in rows {
        if let Err(what) = row.ask(server, &values).await {
            wrong.push(format!("{} ({}): {what}", row.name, row.section));
        }
    }
    wrong
}

async fn no_row_goes_wrong(body: &str) {
    let folder = Folder::new().expect("a folder can be made");
    files::make(&folder.path().join("files")).expect("the files can be made");
    let server = Finished::beside(folder, &["--body", body]);
    let server = server.expect("the finished server listens");
    none_is_wrong(&ask(server.address()).await);
}

fn none_is_wrong(wrong: &[String]) {
    let (rows, count) = (wrong.join("\n"), wrong.len());
    assert!(wrong.is_empty(), "{rows}\n{count} rows went wrong");
}

#[tokio::test]
async fn the_queued_body_answers_as_the_rfcs_say() {
    no_row_goes_wrong("queued").await;
}

#[tokio::test]
async fn the_direct_body_answers_as_the_rfcs_say() {
    no_row_goes_wrong("direct").await;
}

#[tokio::test]
async fn a_server_of_yours_answers_as_the_rfcs_say() {
    let Ok(server) = std::env::var("CONFORMANCE_SERVER") else {
        return;
    };
    let server = server.parse().expect("CONFORMANCE_SERVER is an address");
    let root = std::env::var_os("CONFORMANCE_ROOT").map(PathBuf::from);
    let root = root.expect("CONFORMANCE_ROOT is a folder");
    files::make(&root).expect("the files can be made");
    none_is_wrong(&ask(server).await);
}
