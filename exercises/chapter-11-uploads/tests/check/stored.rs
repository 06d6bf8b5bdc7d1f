//! Checks of names and types that clients send.

use lab::Steps;
use uploads::FileName;

use crate::NONE;
use crate::saving::gzip;
use crate::site::{Form, Site, raw};
use crate::wait::until;

/// Names that are none, or lead elsewhere.
const REFUSED: [&str; 34] = [
    "",
    ".",
    "..",
    "../x",
    "../../x",
    "a/b",
    "/etc/passwd",
    "a/",
    "..\\x",
    "C:\\x",
    "C:x",
    "\\\\server\\share",
    "a\0b",
    "a\nb",
    "a\r\nb",
    "\u{7f}",
    "a\u{85}b",
    ".hidden",
    ".upload-0",
    "..%2fx",
    "a.",
    "a ",
    "nul",
    "NUL.txt",
    "con .x",
    "com1.txt",
    "LPT9",
    "a:b",
    "a\"b",
    "a<b",
    "a|b",
    "a?b",
    "a*b",
    " ",
];

/// Names that are as good as any.
const ALLOWED: [&str; 9] = [
    "a",
    "a.b.c",
    "a b",
    "-rf",
    "100%.txt",
    "a%2fb",
    "naïve.txt",
    "Ω€😀",
    "console.log",
];

pub async fn names(steps: Steps) {
    steps.step("names by themselves");
    for name in REFUSED {
        let parsed = name.parse::<FileName>();
        steps.holds(format!("{name:?} is refused"), parsed.is_err());
    }
    for name in ALLOWED {
        let parsed = name.parse::<FileName>();
        let parsed = steps.succeeds(format!("{name:?}"), parsed);
        steps.equal("the name", &parsed.to_string().as_str(), &name);
    }
    for (length, good) in [(255, true), (256, false)] {
        let parsed = "x".repeat(length).parse::<FileName>();
        let what = format!("a name of {length} bytes is allowed");
        steps.equal(what, &parsed.is_ok(), &good);
    }

    steps.step("names in uploads");
    let site = Site::start(&steps);
    let outside = site.folder.names();
    let outside = steps.succeeds("the folder around", outside);
    for name in REFUSED {
        let sent = name.replace('\\', "\\\\").replace('"', "%22");
        let answer = site.form(&Form::file(&sent, b"x")).await;
        let what = format!("status of a form with {name:?}");
        steps.equal(what, &answer.head.status, &400);
        let answer = site.send(raw(&encoded(name)), b"x").await;
        let what = format!("status of a body with {name:?}");
        steps.equal(what, &answer.head.status, &400);
    }
    let empty = until(|| site.names().is_empty()).await;
    steps.equal("files", &site.names(), &NONE);
    steps.holds("all are gone", empty);
    for name in ALLOWED {
        let answer = site.form(&Form::file(name, b"form")).await;
        let what = format!("status of a form with {name:?}");
        steps.equal(what, &answer.head.status, &201);
        let read = site.read(name);
        steps.equal_bytes("the file", &read, b"form");
        let gone = std::fs::remove_file(site.path(name));
        steps.succeeds("take it away", gone);
        let answer = site.send(raw(&encoded(name)), b"bare").await;
        let what = format!("status of a body with {name:?}");
        steps.equal(what, &answer.head.status, &201);
        let read = site.read(name);
        steps.equal_bytes("the file", &read, b"bare");
    }
    let after = site.folder.names();
    let after = steps.succeeds("the folder around", after);
    steps.equal("the folder around", &after, &outside);
}

/// Every byte as `%` and two digits.
fn encoded(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

/// Row 209: what a client calls it changes nothing.
pub async fn types(steps: Steps) {
    let site = Site::start(&steps);
    let gzipped = gzip(b"packed by its owner");
    let files: [(&str, &str, &[u8]); 5] = [
        ("a.gz", "application/gzip", &gzipped),
        ("b.gz", "application/gzip", b"no gzip at all"),
        ("c.png", "text/html", b"<script>1</script>"),
        ("d", "image/png; charset=utf-8", b"text"),
        ("e.txt", "multipart/mixed; boundary=0123456789", b"--x"),
    ];
    for (name, kind, bytes) in files {
        steps.step(format!("upload {name} as {kind}"));
        let fields = format!(
            "Content-Type: {kind}\r\nContent-Disposition: form-data; \
             name=f; filename={name}\r\n"
        );
        let form = Form::default().part(&fields, bytes);
        let answer = site.form(&form).await;
        steps.equal("status", &answer.head.status, &201);
        steps.equal_bytes("the file", &site.read(name), bytes);
        let told = answer.head.header("Content-Type");
        let told = told.unwrap_or_default();
        steps.equal(
            "type of the answer",
            &told,
            &"application/x-ndjson",
        );
        let sniff = answer.head.header("X-Content-Type-Options");
        steps.equal("sniffing", &sniff, &Some("nosniff"));
        let gone = std::fs::remove_file(site.path(name));
        steps.succeeds("take it away", gone);
        let request = raw(name).header("Content-Type", kind);
        let answer = site.send(request, bytes).await;
        steps.equal("status", &answer.head.status, &201);
        steps.equal_bytes("the file", &site.read(name), bytes);
    }
    let mut expected: Vec<&str> =
        files.iter().map(|(name, ..)| *name).collect();
    expected.sort_unstable();
    steps.equal("names", &site.names(), &expected);

    steps.step("a part that is compressed on its way");
    let fields = "content-encoding: gzip\r\ncontent-disposition: \
                  form-data; name=f; filename=g.txt\r\n";
    let form = Form::default().part(fields, &gzipped);
    let answer = site.form(&form).await;
    steps.equal("status", &answer.head.status, &201);
    let read = site.read("g.txt");
    steps.equal_bytes("the file", &read, b"packed by its owner");
}
