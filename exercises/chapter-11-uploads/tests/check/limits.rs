//! Checks of uploads that are too long.

use lab::size::{KIB, MIB};
use lab::{Size, Steps};

use crate::saving::{self, gzip};
use crate::site::{Form, Site, chunk, raw};
use crate::wait::until;

/// Rows 198 and 199: a body without a length.
async fn over(steps: &Steps, form: bool, length: u64, expected: u16) {
    let site = Site::start(steps);
    let whole = Form::file("a.bin", b"?").body();
    let cut = whole.iter().position(|byte| *byte == b'?');
    let (start, end) = whole.split_at(cut.unwrap_or(0));
    let request = if form {
        Form::default().request()
    } else {
        raw("a.bin")
    };
    let head = request.header("Transfer-Encoding", "chunked");
    let mut send = head.bytes(site.address);
    if form {
        send.extend_from_slice(&chunk(start));
    }
    let block = vec![7; 64 * 1024];
    let mut left = length;
    while left > 0 {
        let data = &block[..left.min(64 * KIB) as usize];
        send.extend_from_slice(&chunk(data));
        left -= data.len() as u64;
    }
    if form {
        send.extend_from_slice(&chunk(&end[1..]));
    }
    send.extend_from_slice(b"0\r\n\r\n");
    let mut connection = site.connect().await;
    let sent = connection.sender.send(&send).await;
    steps.succeeds("send all of it", sent);
    let answer = site.answer(&mut connection).await;
    let what = format!("status of {}", Size(length));
    steps.equal(what, &answer.head.status, &expected);
    let files = usize::from(expected == 201);
    let left = until(|| site.names().len() == files).await;
    steps.equal("files", &site.names().len(), &files);
    steps.holds("no other file is left", left);
}

pub async fn no_length(steps: Steps) {
    steps.step("save files around the limit");
    saving::exact_limit(&steps).await;
    steps.step("forms in chunks, around the limit of 1 MiB");
    over(&steps, true, MIB, 201).await;
    over(&steps, true, MIB + 1, 413).await;
    over(&steps, true, 3 * MIB, 413).await;
    steps.step("a form in chunks above the limit of all, 8 MiB");
    over(&steps, true, 9 * MIB, 413).await;
    steps.step("a field that isn't a file, above the limit of all");
    let site = Site::start(&steps);
    let field = "Content-Disposition: form-data; name=\"x\"\r\n";
    let form = Form::default().part(field, &vec![b'x'; 9 << 20]);
    let mut send = form
        .request()
        .header("Transfer-Encoding", "chunked")
        .bytes(site.address);
    send.extend_from_slice(&chunk(&form.body()));
    send.extend_from_slice(b"0\r\n\r\n");
    let mut connection = site.connect().await;
    let sent = connection.sender.send(&send).await;
    steps.succeeds("send all of it", sent);
    let answer = site.answer(&mut connection).await;
    steps.equal("status", &answer.head.status, &413);
}

pub async fn raw_limit(steps: Steps) {
    steps.step("bare bodies in chunks, around the limit of 1 MiB");
    over(&steps, false, MIB, 201).await;
    over(&steps, false, MIB + 1, 413).await;
    over(&steps, false, 3 * MIB, 413).await;
    steps.step("a bare body that is gzip, above the limit behind it");
    let site = Site::start(&steps);
    let request = raw("a.bin").header("Content-Encoding", "gzip");
    let answer = site.send(request, &gzip(&vec![0; 2 << 20])).await;
    steps.equal("status", &answer.head.status, &413);
    let request = raw("b.bin").header("Content-Encoding", "gzip");
    let answer = site.send(request, &gzip(b"small")).await;
    steps.equal("status", &answer.head.status, &201);
    steps.equal_bytes("the file", &site.read("b.bin"), b"small");
    let request = raw("c.bin").header("Content-Encoding", "br");
    let answer = site.send(request, b"?").await;
    steps.equal(
        "status of an unknown coding",
        &answer.head.status,
        &415,
    );
}
