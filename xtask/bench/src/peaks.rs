//! Memory at the peak: beside slow clients, and for files of other sizes.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use course::complain;
use lab::payload::Payload;
use lab::process;
use lab_net::client::{Client, Error as ClientError};
use lab_net::fleet::fleet;
use lab_net::request::Request;
use tokio::runtime::Runtime;
use tokio::time::error::Elapsed;

use crate::client;
use crate::contender::Contender;
use crate::error::Error;
use crate::figures::Measure;
use crate::measure::{made, peak};

/// What a slow client takes in a second, in bytes.
const SLOW: u64 = 128 * 1024;
/// The most that it takes at once.
const BITE: usize = 4 * 1024;
/// How long slow clients take it, before all of them leave.
const CROWD: Duration = Duration::from_secs(8);
/// When the kernel's memory is looked at: all are slow by then.
const LOOK: Duration = Duration::from_secs(7);
/// How long each of them waits for its head.
const ANSWER: Duration = Duration::from_secs(5);

/// The peak of every server while so many slow clients are there, and what the kernel
/// holds for each client then. A server that refuses a client, or gives it no answer in
/// time, gets no figure: who turns clients away would look small.
pub(crate) fn crowd(
    runtime: &Runtime,
    contenders: &[Contender],
    file: &Path,
    clients: usize,
    many: bool,
) -> Result<[Measure; 2], Error> {
    let keys = if !many {
        ["peak_slow", "kernel_slow"]
    } else {
        ["peak_many_slow", "kernel_many_slow"]
    };
    let title = format!("peak memory, {clients} slow clients");
    let mut peaks = Measure::new(keys[0], title, "MiB", "nginx");
    let title = format!("send queue in the kernel, for each of {clients}");
    let mut queued = Measure::new(keys[1], title, "KiB", "nginx");
    for contender in contenders {
        complain!("{clients} slow clients: {}", contender.what);
        let server = contender.start(file)?;
        let address = server.address();
        let client = Client::new(address);
        let crowd = fleet(clients, |_| {
            let client = client.clone();
            async move { tokio::time::timeout(CROWD, slow(&client)).await }
        });
        let look = async {
            tokio::time::sleep(LOOK).await;
            process::send_queues(address.port())
        };
        let (ended, queues) = runtime.block_on(async { tokio::join!(crowd, look) });
        if let Some(why) = ended.into_iter().find_map(flaw) {
            // The others' figures are right all the same.
            complain!("{} is left out: {why}", contender.what);
            continue;
        }
        peaks.add(contender.name, peak(&server));
        let each = queues.map(|bytes| bytes as f64 / 1024.0 / clients as f64);
        queued.add(contender.name, each);
    }
    Ok([peaks, queued])
}

/// What went wrong for a slow client, if it did not read to the last moment.
fn flaw(ended: Result<Result<u16, ClientError>, Elapsed>) -> Option<String> {
    match ended {
        Ok(Err(error)) => Some(error.to_string()),
        Ok(Ok(status)) => Some(format!("a slow client finished with status {status}")),
        Err(_) => None,
    }
}

/// Reads a download slowly. It comes back before its end only with what went wrong.
async fn slow(client: &Client) -> Result<u16, ClientError> {
    let mut connection = client.connect().await?;
    let request = Request::get("/download").header("Connection", "close");
    let host = SocketAddr::from(([127, 0, 0, 1], 80));
    connection.sender.send(&request.bytes(host)).await?;
    let head = tokio::time::timeout(ANSWER, connection.receiver.final_head());
    let Ok(head) = head.await else {
        let (patience, bytes) = (ANSWER, 0);
        return Err(ClientError::Silent { patience, bytes });
    };
    let head = head?;
    if head.status != 200 {
        return Ok(head.status);
    }
    let mut body = connection.receiver.body(&head, "GET")?;
    while let Some(piece) = body.next(BITE).await? {
        let pause = piece.len() as f64 / SLOW as f64;
        tokio::time::sleep(Duration::from_secs_f64(pause)).await;
    }
    Ok(head.status)
}

/// The peak of every server that sends one file of this size, once.
pub(crate) fn size(
    contenders: &[Contender],
    folder: &Path,
    size: u64,
) -> Result<Measure, Error> {
    let mebibytes = size >> 20;
    let key = format!("peak_{mebibytes}_mib");
    let title = format!("peak memory, a file of {}", lab::Size(size));
    let mut measure = Measure::new(key, title, "MiB", "nginx");
    let file = Payload::stamped(size).create(folder, &format!("{mebibytes}.bin"));
    let file = made(file, folder)?;
    for contender in contenders {
        complain!("a file of {mebibytes} MiB: {}", contender.what);
        let server = contender.start(&file)?;
        client::together(server.address(), 1, 1, size).map_err(|error| {
            Error::NoDownload {
                server: contender.what.clone(),
                why: error.to_string(),
            }
        })?;
        measure.add(contender.name, peak(&server));
    }
    let gone = std::fs::remove_file(&file);
    gone.map_err(|error| Error::File {
        doing: "remove",
        path: file,
        error,
    })?;
    Ok(measure)
}
