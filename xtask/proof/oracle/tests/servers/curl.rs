//! curl, as people use it.

use std::process::{Command, Output};
use std::sync::Arc;

use bytes::Bytes;
use connections::BoxError;
use futures_util::{StreamExt, stream};
use messages::{Fields, Reply, ReplyBody, RequestLine, Site};
use tokio::task::spawn_blocking;

use crate::site::{Server, installed, squares};

/// Of curl: "Transferred a partial file", or "Failure in receiving".
const CUT: [Option<i32>; 2] = [Some(18), Some(56)];

pub async fn reads_our_site() {
    if !installed("curl", "--version") {
        return;
    }
    let server = Server::small_site();
    let url = format!("http://{}", server.address);
    let all = [
        format!("{url}/squares.csv"),
        format!("{url}/squares.csv"),
        "--http1.1".to_owned(),
    ];
    let got = curl(&all).await;
    assert!(got.stdout == squares().repeat(2).into_bytes());
    let old = curl(&[format!("{url}/squares.csv"), "--http1.0".to_owned()]).await;
    assert!(old.stdout == squares().into_bytes());
    let escaped = [
        "--path-as-is".to_owned(),
        format!("{url}/../checks.toml"),
        "-w".to_owned(),
        "%{http_code}".to_owned(),
    ];
    let escaped = String::from_utf8_lossy(&curl(&escaped).await.stdout).into_owned();
    assert!(escaped.ends_with("404"), "{escaped}");
    // A body above 1 MiB, for which curl waits to be asked.
    let folder = lab::folder::Folder::new().expect("a temporary folder");
    let file = folder.file("upload", &vec![b'x'; 2 << 20]).expect("a file");
    let upload = [
        "-T".to_owned(),
        file.display().to_string(),
        format!("{url}/upload"),
    ];
    let refused = curl(&upload).await;
    assert!(refused.stdout.starts_with(b"Only GET"), "{refused:?}");

    for length in [None, Some("50")] {
        let server = Server::start(failing(length));
        let cut = curl(&[format!("http://{}/", server.address)]).await;
        assert!(CUT.contains(&cut.status.code()), "{cut:?}");
        assert_eq!(cut.stdout, b"hello");
    }
}

async fn curl(words: &[String]) -> Output {
    let words = words.to_vec();
    let output = spawn_blocking(move || {
        Command::new("curl")
            .args(["-s", "--noproxy", "*", "--max-time", "60"])
            .args(words)
            .output()
    });
    output.await.expect("no panic").expect("curl starts")
}

/// A site whose source fails after five bytes.
fn failing(length: Option<&'static str>) -> Arc<Site> {
    Arc::new(move |_: &RequestLine, _: &Fields| {
        let mut fields = Fields::default();
        if let Some(length) = length {
            let pushed = fields.push("Content-Length", length);
            pushed.expect("a plain value");
        }
        let pieces = [
            Ok(Bytes::from_static(b"hello")),
            Err(BoxError::from("the disk is gone")),
        ];
        Reply {
            status: 200,
            fields,
            body: ReplyBody::Chunks(stream::iter(pieces).boxed()),
        }
    })
}
