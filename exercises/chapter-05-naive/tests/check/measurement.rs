//! The measurement: the server's peak of resident memory while one
//! client, and then eight, are in the middle of a download.

use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use lab::payload::Payload;
use lab::process::resident;
use lab::size::MIB;
use lab::{Size, Steps};
use lab_net::client::{Error, Hold};
use lab_net::fleet::fleet;
use lab_net::resident::Sampler;
use lab_net::{Client, Download, Pace, Request};
use tokio::time::timeout;

use crate::files::folder;
use crate::prediction::{self, Guess, Prediction};
use crate::program::{PATIENCE, Running, by_hand};

/// The length of the file.
const FILE: u64 = 32 * MIB;
/// How often memory is looked at where the kernel keeps no
/// high-water mark.
const TICK: Duration = Duration::from_millis(10);

/// The body of the check.
pub async fn measure(steps: Steps) {
    let prediction = prediction::read(&steps);
    let folder = folder(&steps);
    let payload = Payload::new(FILE);
    steps.step("make a file of 32 MiB");
    let made = payload.create(folder.path(), "largefile.zip");
    let file = steps.succeeds("make the file", made);
    let mut peaks = [0; 2];
    for (peak, clients) in peaks.iter_mut().zip([1, 8]) {
        *peak = peak_with(&steps, &file, payload, clients).await;
    }
    steps.note(compared(&prediction, peaks));
    // A second copy for a moment is allowed: whether eight of them
    // meet is luck. Wide room beside it: resident memory is noisy.
    let most = 8 * FILE / MIB * 5 / 2;
    steps.at_most("MiB at the peak with 8 clients", peaks[1], most);
}

/// The peak in MiB while so many clients download at once.
async fn peak_with(
    steps: &Steps,
    file: &Path,
    payload: Payload,
    clients: usize,
) -> u64 {
    let server = Running::start(steps, file);
    let sampler = Sampler::start(server.pid(), TICK);
    let sampler = steps.succeeds("watch the server", sampler);
    steps.step(format!("{clients} at once download 32 MiB"));
    steps.repeat_with(by_hand(&Request::get("/download")));
    round(steps, &server, payload, clients).await;
    let peak = sampler.stop().peak().div_ceil(MIB);
    if clients == 1 {
        steps.step("4 more download it, one after another");
        let sampler = Sampler::start(server.pid(), TICK);
        let sampler = steps.succeeds("watch the server", sampler);
        for _ in 0..4 {
            round(steps, &server, payload, 1).await;
        }
        // Five files would be 160: what was sent must be free again.
        let later = sampler.stop().peak().div_ceil(MIB);
        steps.at_most("MiB at the peak, one at a time", later, 112);
    }
    peak
}

/// So many clients at once, and every byte of theirs.
async fn round(
    steps: &Steps,
    server: &Running,
    payload: Payload,
    clients: usize,
) {
    let (downloads, held) = together(server, payload, clients).await;
    if let Some(held) = held {
        // A quarter of it: the system may have swapped some out.
        let least = Size(clients as u64 * FILE / 4);
        let what =
            format!("held for {clients} that have begun to read");
        steps.at_least(what, Size(held), least);
    }
    for download in downloads {
        let download = steps.succeeds("an answer", download);
        steps.equal("status", &download.status(), &200);
        let bytes = steps.succeeds("the body", download.verdict());
        steps.equal("bytes", &bytes, &FILE);
    }
}

/// Every client stops after its head, until all have come so far.
/// So every answer is there at the same time, on any machine; and
/// what is resident then, where the kernel tells.
async fn together(
    server: &Running,
    payload: Payload,
    clients: usize,
) -> (Vec<Result<Download, Error>>, Option<u64>) {
    let hold = Hold::new();
    let client = Client::new(server.address())
        .verify(payload.verifier())
        .pace(Pace::Stalled(hold.clone()));
    let mut downloads = pin!(fleet(clients, |_| {
        let client = client.clone();
        async move { client.download(&Request::get("/download")).await }
    }));
    let reached = tokio::select! {
        early = &mut downloads => return (early, None),
        // A server that answers one after another goes on too.
        reached = timeout(PATIENCE, hold.reached(clients)) => reached,
    };
    let held = reached.ok().and_then(|()| resident(server.pid()));
    hold.release();
    (downloads.await, held)
}

fn compared(prediction: &Prediction, peaks: Guess) -> String {
    let Prediction { now, first } = prediction;
    let off = |at: usize| now[at].abs_diff(peaks[at]);
    let earlier = if first == now {
        String::new()
    } else {
        format!("; your first guess: {} and {} MiB", first[0], first[1])
    };
    format!(
        "peak {} MiB with 1 client (you said {}, {} off), {} MiB with \
         8 (you said {}, {} off){earlier}",
        peaks[0],
        now[0],
        off(0),
        peaks[1],
        now[1],
        off(1),
    )
}
