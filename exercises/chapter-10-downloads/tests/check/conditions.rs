//! Checks of preconditions and of `If-Range`.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use downloads::{Decision, Representation, decide};
use lab::Steps;
use lab::payload::Payload;
use lab_net::Request;

use crate::fields::{
    expect_described, expect_nothing_read, expect_refused,
};
use crate::site::{Site, downloads, field, part, path};

const LENGTH: u64 = 1000;
/// More than a single chunk, so that a reader is ahead.
const LARGE: u64 = 1 << 20;
/// When the file changed: Sunday, 6 November 1994, 08:49:37 GMT.
const MODIFIED: u64 = 784_111_777;
const SAME: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";
/// Nobody's clock is there yet.
const FUTURE: &str = "Fri, 01 Jan 2100 00:00:00 GMT";

/// What is known about a file of 1000 bytes.
async fn representation(steps: &Steps) -> Representation {
    let bytes = Payload::new(LENGTH).bytes(0..LENGTH);
    facts_of(steps, &bytes).await
}

/// What is known about a file of these bytes.
async fn facts_of(steps: &Steps, bytes: &[u8]) -> Representation {
    let folder = steps.succeeds("a folder", lab::folder::Folder::new());
    let file = folder.file("a.bin", bytes);
    let file = steps.succeeds("a file", file);
    date(steps, &file, MODIFIED, 0);
    let downloads = downloads(steps, folder.path());
    let opened = downloads.storage.open(&path(steps, "/a.bin")).await;
    steps.succeeds("open the file", opened).representation
}

/// Sets the time of a file's last change.
pub fn date(
    steps: &Steps,
    file: &std::path::Path,
    seconds: u64,
    nanoseconds: u32,
) {
    use std::time::{Duration, UNIX_EPOCH};
    let when = UNIX_EPOCH + Duration::new(seconds, nanoseconds);
    let times = std::fs::FileTimes::new().set_modified(when);
    let file = std::fs::File::options().write(true).open(file);
    let set = file.and_then(|file| file.set_times(times));
    steps.succeeds("set the date of a file", set);
}

/// Fields in words: `{tag}` is that of the file.
fn decided(
    steps: &Steps,
    facts: &Representation,
    fields: &[(&str, &str)],
    expected: &Decision,
) {
    let tag = facts.tag.to_string();
    let mut headers = HeaderMap::new();
    let mut shown = Vec::new();
    for (name, value) in fields {
        let value = value.replace("{tag}", &tag);
        shown.push(format!("{name}: {value}"));
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::try_from(value);
        headers.append(
            steps.succeeds("a name", name),
            steps.succeeds("a value", value),
        );
    }
    steps.step(shown.join("; "));
    let decision = decide(&Method::GET, &headers, facts);
    steps.equal("the decision", &decision, expected);
    // The same questions, and no parts.
    let expected = match expected {
        Decision::Part(_) | Decision::Unsatisfiable => &Decision::Whole,
        other => other,
    };
    for method in [
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
        Method::OPTIONS,
    ] {
        let decision = decide(&method, &headers, facts);
        let what = format!("the decision for {method}");
        steps.equal(what, &decision, expected);
    }
}

const PART: (&str, &str) = ("Range", "bytes=0-9");

pub async fn before_the_range(steps: Steps) {
    use Decision::{
        NotModified, PreconditionFailed, Unsatisfiable, Whole,
    };
    let facts = representation(&steps).await;
    let ten = Decision::Part(0..10);
    let behind = ("Range", "bytes=1000-");
    for (fields, expected) in [
        (vec![], &Whole),
        (vec![PART], &ten),
        (vec![behind], &Unsatisfiable),
        (vec![("If-None-Match", "{tag}"), PART], &NotModified),
        (vec![("If-None-Match", "{tag}"), behind], &NotModified),
        (vec![("If-Modified-Since", SAME), PART], &NotModified),
        (vec![("If-Modified-Since", AFTER), PART], &NotModified),
        (vec![("If-Modified-Since", FUTURE), PART], &NotModified),
        (vec![("If-Unmodified-Since", FUTURE), PART], &ten),
        (vec![("If-Modified-Since", BEFORE), PART], &ten),
        (vec![("If-Match", "\"other\""), PART], &PreconditionFailed),
        (vec![("If-Match", "\"other\""), behind], &PreconditionFailed),
        (vec![("If-Match", "{tag}"), PART], &ten),
        (vec![("If-Unmodified-Since", BEFORE)], &PreconditionFailed),
        (vec![("If-Unmodified-Since", SAME), PART], &ten),
        (vec![("If-Unmodified-Since", AFTER), PART], &ten),
        (
            vec![("If-Unmodified-Since", BEFORE), PART],
            &PreconditionFailed,
        ),
        (
            vec![
                ("If-Unmodified-Since", SAME),
                ("If-Modified-Since", SAME),
            ],
            &NotModified,
        ),
        (
            vec![
                ("If-Modified-Since", SAME),
                ("If-Range", "{tag}"),
                PART,
            ],
            &NotModified,
        ),
        // A field that makes sense only once.
        (vec![PART, ("Range", "bytes=5-9")], &Whole),
        (
            vec![
                ("If-Match", "\"other\""),
                ("If-None-Match", "{tag}"),
                PART,
            ],
            &PreconditionFailed,
        ),
        (
            vec![
                ("If-Match", "{tag}"),
                ("If-None-Match", "{tag}"),
                PART,
            ],
            &NotModified,
        ),
        (
            vec![
                ("If-None-Match", "{tag}"),
                ("If-Range", "\"other\""),
                PART,
            ],
            &NotModified,
        ),
    ] {
        decided(&steps, &facts, &fields, expected);
    }
    epoch(&steps, facts).await;
    conditional_answers(&steps).await;
}

/// Files out of an archive or an image are often as old as time.
async fn epoch(steps: &Steps, mut facts: Representation) {
    steps.step("a file of 1 January 1970");
    facts.modified = std::time::UNIX_EPOCH;
    let zero = "Thu, 01 Jan 1970 00:00:00 GMT";
    for (field, expected) in [
        (("If-Modified-Since", zero), Decision::NotModified),
        (("If-Modified-Since", SAME), Decision::NotModified),
        (("If-Unmodified-Since", zero), Decision::Whole),
    ] {
        decided(steps, &facts, &[field], &expected);
    }
}

/// The same questions, asked of the server.
async fn conditional_answers(steps: &Steps) {
    let site = Site::start(steps);
    site.file("a.bin", b"ten bytes!");
    let get = Request::get("/files/a.bin");
    let first = site.whole(&get).await;
    let tag = field(&first, "ETag").to_owned();
    for (name, value, status) in [
        ("If-None-Match", &*tag, 304),
        ("If-Match", "\"other\"", 412),
    ] {
        let asked =
            part("/files/a.bin", "bytes=0-4").header(name, value);
        let answer = site.whole(&asked).await;
        let head = Request::head("/files/a.bin").header(name, value);
        let head = site.whole(&head).await;
        if status == 412 {
            expect_refused(steps, &answer, 412);
            expect_refused(steps, &head, 412);
            continue;
        }
        for answer in [answer, head] {
            steps.equal("status", &answer.head.status, &status);
            steps.equal("bytes", &answer.body.len(), &0);
            expect_described(steps, &answer, &first);
            // That of the file, or none: 0 would be a lie.
            let told = answer.head.header("Content-Length");
            let allowed = [None, Some("10")];
            steps.one_of("Content-Length of 304", &told, &allowed);
        }
    }
    let folder = steps.succeeds("a folder", lab::folder::Folder::new());
    let made = Payload::new(LARGE).create(folder.path(), "a.bin");
    steps.succeeds("a file of 1 MiB", made);
    let site = Arc::new(downloads(steps, folder.path()));
    let opened = site.storage.open(&path(steps, "/a.bin")).await;
    let tag =
        steps.succeeds("open the file", opened).representation.tag;
    for (name, value, status) in [
        ("If-None-Match", &*tag.to_string(), 304),
        ("If-Match", "\"other\"", 412),
    ] {
        let fields = [(name, value)];
        expect_nothing_read(steps, &site, "GET", &fields, status).await;
    }
}

pub async fn lists_before_dates(steps: Steps) {
    use Decision::{NotModified, PreconditionFailed, Whole};
    let facts = representation(&steps).await;
    for (fields, expected) in [
        (vec![("If-None-Match", "\"a\", {tag}, \"b\"")], NotModified),
        (vec![("If-None-Match", "\"a,b\",{tag}")], NotModified),
        (vec![("If-None-Match", "W/{tag}")], NotModified),
        (vec![("If-None-Match", "*"), PART], NotModified),
        (vec![("If-Match", "*"), PART], Decision::Part(0..10)),
        (
            vec![
                ("If-None-Match", "\"a\""),
                ("If-None-Match", "{tag}"),
            ],
            NotModified,
        ),
        (vec![("If-None-Match", "\"a\", \"b\"")], Whole),
        (
            vec![
                ("If-None-Match", "\"other\""),
                ("If-Modified-Since", AFTER),
            ],
            Whole,
        ),
        (
            vec![
                ("If-None-Match", "{tag}"),
                ("If-Modified-Since", BEFORE),
            ],
            NotModified,
        ),
        (vec![("If-Match", "\"a\", {tag}")], Whole),
        (vec![("If-Match", "W/{tag}")], PreconditionFailed),
        (vec![("If-Match", "\"a\"")], PreconditionFailed),
        (
            vec![
                ("If-Match", "{tag}"),
                ("If-Unmodified-Since", BEFORE),
            ],
            Whole,
        ),
        (
            vec![
                ("If-Match", "\"other\""),
                ("If-Unmodified-Since", AFTER),
            ],
            PreconditionFailed,
        ),
        (vec![("If-Match", "\"a\""), ("If-Match", "{tag}")], Whole),
        // What cannot be read matches nothing, and is there.
        (vec![("If-Match", "\"a\", *")], PreconditionFailed),
        (vec![("If-None-Match", "\"a\", *")], Whole),
        (
            vec![
                ("If-None-Match", "soon"),
                ("If-Modified-Since", AFTER),
            ],
            Whole,
        ),
        (vec![("If-Match", "soon")], PreconditionFailed),
        (vec![("If-Modified-Since", "soon")], Whole),
        (vec![("If-Unmodified-Since", "soon")], Whole),
        (
            vec![(
                "If-Modified-Since",
                "Sunday, 06-Nov-94 08:49:37 GMT",
            )],
            NotModified,
        ),
        (
            vec![("If-Modified-Since", "Sun Nov  6 08:49:37 1994")],
            NotModified,
        ),
    ] {
        decided(&steps, &facts, &fields, &expected);
    }
}

pub async fn changed_file(steps: Steps) {
    let facts = representation(&steps).await;
    let ten = Decision::Part(0..10);
    for (value, expected) in [
        ("{tag}", &ten),
        (SAME, &ten),
        ("W/{tag}", &Decision::Whole),
        ("\"other\"", &Decision::Whole),
        ("\"other\", {tag}", &Decision::Whole),
        ("*", &Decision::Whole),
        ("soon", &Decision::Whole),
        (BEFORE, &Decision::Whole),
        (AFTER, &Decision::Whole),
    ] {
        let fields = [("If-Range", value), PART];
        decided(&steps, &facts, &fields, expected);
    }
    let both = [("If-Match", "{tag}"), ("If-Range", "\"other\""), PART];
    decided(&steps, &facts, &both, &Decision::Whole);
    for range in ["bytes=5-", "bytes=-5", "bytes=0-1,5-6", "bytes=-0"] {
        let fields = [("If-Range", "\"other\""), ("Range", range)];
        decided(&steps, &facts, &fields, &Decision::Whole);
    }
    let twice = [("If-Range", "{tag}"), ("If-Range", "\"b\""), PART];
    decided(&steps, &facts, &twice, &Decision::Whole);
    let fields = [("If-Range", "\"other\""), ("Range", "bytes=1000-")];
    decided(&steps, &facts, &fields, &Decision::Whole);
    let fields = [("If-Range", "{tag}"), ("Range", "bytes=1000-")];
    decided(&steps, &facts, &fields, &Decision::Unsatisfiable);

    an_empty_file(&steps).await;
    without_parts(&steps).await;
}

/// What is compressed on its way has no parts, and none that are
/// not there.
async fn without_parts(steps: &Steps) {
    let mut facts = representation(steps).await;
    facts.ranges = false;
    for range in ["bytes=0-9", "bytes=1000-", "bytes=-0"] {
        steps.step("a representation without ranges");
        let fields = [("Range", range)];
        decided(steps, &facts, &fields, &Decision::Whole);
    }
}

/// An empty file has no part.
async fn an_empty_file(steps: &Steps) {
    let facts = facts_of(steps, b"").await;
    for (range, expected) in [
        ("bytes=-5", Decision::Unsatisfiable),
        ("bytes=0-", Decision::Unsatisfiable),
        ("bytes=0-9", Decision::Unsatisfiable),
        ("bytes=5-2", Decision::Whole),
    ] {
        let fields = [("Range", range)];
        decided(steps, &facts, &fields, &expected);
    }
    decided(steps, &facts, &[], &Decision::Whole);
}

/// The same, asked of the server.
pub async fn changed_meanwhile(steps: &Steps) {
    let site = Site::start(steps);
    let file = site.file("a.bin", b"the first version");
    date(steps, &file, MODIFIED, 0);
    let first = site.whole(&Request::get("/files/a.bin")).await;
    let tag = field(&first, "ETag").to_owned();
    let modified = field(&first, "Last-Modified").to_owned();
    steps.equal("Last-Modified", &&*modified, &SAME);
    for condition in [&tag, &modified] {
        let asked = part("/files/a.bin", "bytes=4-")
            .header("If-Range", condition);
        let rest = site.whole(&asked).await;
        steps.equal("status before", &rest.head.status, &206);
        steps.equal_bytes("the rest", &rest.body, b"first version");
    }
    steps.step("the file changes while the client is away");
    site.file("a.bin", b"another version!!");
    for condition in [&tag, &modified] {
        let asked = part("/files/a.bin", "bytes=4-")
            .header("If-Range", condition);
        let rest = site.whole(&asked).await;
        steps.equal("status after", &rest.head.status, &200);
        steps.equal_bytes("body", &rest.body, b"another version!!");
    }
}
