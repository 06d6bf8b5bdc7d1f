//! The download server against the words of the RFCs: each request of
//! `conformance/requests.tsv` gets one of the answers that its section allows.
//!
//! Chapter 10's router is served through chapter 8's `serve_http` and chapter 3's
//! `serve`, on a real port and with either body.
//!
//! ```text
//! CONFORMANCE_SERVER=127.0.0.1:8080 CONFORMANCE_ROOT=/srv/files \
//!     cargo test -p oracle --test conformance
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

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use connections::{ServeLimits, Trigger};
use downloads::{BodyKind, Downloads, Storage};
use lab::folder::Folder;

use conformance::files::Files;
use conformance::table;

/// Fewer rows than this, and the table was not read.
const LEAST: usize = 80;

/// All rows against a server. Gives what was wrong.
async fn ask(server: SocketAddr, files: &Files) -> Vec<String> {
    let rows = table::read().expect("the table can be read");
    assert!(rows.len() >= LEAST, "{} rows", rows.len());
    let values = files.values(server).await;
    let mut wrong = Vec::new();
    for row in rows {
        if let Err(what) = row.ask(server, &values).await {
            wrong.push(format!("{} ({}): {what}", row.name, row.section));
        }
    }
    wrong
}

/// Serves the folder with chapter 10's router, until the trigger is dropped.
fn serve(files: &Files, body: BodyKind) -> (SocketAddr, Trigger) {
    let downloads = Downloads {
        storage: Storage::new(files.root()).expect("the folder can be opened"),
        single: None,
        body,
        high_water_mark: 64 * 1024,
        gzip: true,
    };
    let router = downloads::router(Arc::new(downloads));
    let listener = connections::bind((Ipv4Addr::LOCALHOST, 0).into());
    let listener = listener.expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let (trigger, shutdown) = connections::shutdown();
    let limits = ServeLimits {
        connections: 100,
        pause: Duration::from_millis(100),
    };
    tokio::spawn(connections::serve(
        listener,
        limits,
        shutdown,
        move |connection| {
            Box::pin(backpressure::serve_http(connection, router.clone()))
        },
    ));
    (address, trigger)
}

async fn no_row_goes_wrong(body: BodyKind) {
    let folder = Folder::new().expect("a folder can be made");
    let files = Files::at(&folder.path().join("files"));
    let files = files.expect("the files can be made");
    let (server, _trigger) = serve(&files, body);
    none_is_wrong(&ask(server, &files).await);
}

fn none_is_wrong(wrong: &[String]) {
    let (rows, count) = (wrong.join("\n"), wrong.len());
    assert!(wrong.is_empty(), "{rows}\n{count} rows went wrong");
}

#[tokio::test]
async fn the_queued_body_answers_as_the_rfcs_say() {
    no_row_goes_wrong(BodyKind::Queued).await;
}

#[tokio::test]
async fn the_direct_body_answers_as_the_rfcs_say() {
    no_row_goes_wrong(BodyKind::Direct).await;
}

#[tokio::test]
async fn a_server_of_yours_answers_as_the_rfcs_say() {
    let Ok(server) = std::env::var("CONFORMANCE_SERVER") else {
        return;
    };
    let server = server.parse().expect("CONFORMANCE_SERVER is an address");
    let root = std::env::var_os("CONFORMANCE_ROOT").map(PathBuf::from);
    let files = Files::at(&root.expect("CONFORMANCE_ROOT is a folder"));
    let files = files.expect("the files can be made");
    none_is_wrong(&ask(server, &files).await);
}
