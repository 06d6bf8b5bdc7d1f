//! Checks of imports: an origin in memory, a DNS server on
//! loopback.

use std::net::Ipv4Addr;
use std::time::Duration;

use lab::folder::Folder;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab::{Size, Steps};
use lab_net::dns::{Loopback, Responder, Zone};
use messages::HeadLimits;
use names::{Resolver, RetrySchedule, UdpAndTcp};
use uploads::{ImportError, Importer, UploadError, save};

use crate::desk::Desk;
use crate::origin::{Origin, Then};
use crate::saving::{digest, hex, limits};
use crate::wait::{ended, quiet, until};
use crate::{NONE, PATIENCE};

const ZONE: &str = "\
example.org. 60 SOA ns.example.org. a.example.org. 1 2 3 4 60
files.example.org. 60 A 93.184.216.34
mixed.example.org. 60 A 93.184.216.34
mixed.example.org. 60 A 10.0.0.1
inside.example.org. 60 A 10.0.0.1
six.example.org. 60 A 93.184.216.34
six.example.org. 60 AAAA fd00::1
";

/// An importer, and what it needs.
struct Import {
    importer: Importer<Origin>,
    folder: Folder,
    dns: Loopback,
}

async fn from(steps: &Steps, origin: &Origin) -> Import {
    let zone: Zone = steps.succeeds("a zone", ZONE.parse());
    let address = (Ipv4Addr::LOCALHOST, 0).into();
    let dns = Loopback::start(Responder::new(zone), address).await;
    let dns = steps.succeeds("a DNS server", dns);
    let folder = steps.succeeds("a folder", Folder::new());
    let mut id = 0;
    let random = move || {
        id += 1;
        id
    };
    let server = dns.address();
    let importer = Importer {
        resolver: Resolver::new(
            Box::new(UdpAndTcp { server }),
            RetrySchedule::default(),
            Box::new(random),
        ),
        dial: origin.clone(),
        exceptions: Default::default(),
        patience: PATIENCE,
        head: HeadLimits::default(),
        limits: limits(MIB),
        folder: folder.path().to_owned(),
    };
    Import {
        importer,
        folder,
        dns,
    }
}

impl Import {
    fn names(&self, steps: &Steps) -> Vec<String> {
        steps.succeeds("look into the folder", self.folder.names())
    }

    /// The error of an import that must leave nothing.
    async fn refused(&self, steps: &Steps, url: &str) -> ImportError {
        let import = self.importer.import(url);
        let error = match ended(steps, "the import", import).await {
            Ok(_) => steps.fail(format!("{url} is refused"), "a file"),
            Err(error) => error,
        };
        let gone = until(|| self.names(steps).is_empty()).await;
        steps.equal("files", &self.names(steps), &NONE);
        steps.holds("all are gone", gone);
        error
    }
}

pub async fn saved(steps: Steps) {
    steps.step("import a file");
    let origin = Origin::of(300_000);
    let import = from(&steps, &origin).await;
    let url = "http://Files.example.org:8080/dir/a%20b.bin?x=1#y";
    let saved = import.importer.import(url);
    let saved = ended(&steps, "the import", saved).await;
    let saved = steps.succeeds("the import", saved);
    let bytes = Payload::new(300_000).bytes(0..300_000);
    let read = std::fs::read(import.folder.path().join("a b.bin"));
    let read = steps.succeeds("the file", read);
    steps.equal_bytes("the file", &read, &bytes);
    steps.equal("its digest", &hex(&saved.digest), &digest(&bytes));
    let head = origin.seen().heads.concat();
    let line = "GET /dir/a%20b.bin?x=1 HTTP/1.1\r\n";
    steps.holds("the target", head.starts_with(line));
    let host = "Host: files.example.org:8080\r\n";
    steps.holds("the host", head.contains(host));
    steps.step("import it again");
    let again = ended(&steps, "it", import.importer.import(url)).await;
    let taken = matches!(
        again,
        Err(ImportError::Upload(UploadError::Exists(_)))
    );
    steps.holds("the error Exists", taken);
    steps.step("import it again, and the other server breaks off");
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n";
    let origin = Origin::new(head, Then::Sends(10));
    let import = from(&steps, &origin).await;
    let path = import.folder.path().join("a b.bin");
    steps.succeeds("a file", std::fs::write(path, "mine"));
    let again = ended(&steps, "it", import.importer.import(url)).await;
    let taken = matches!(
        again,
        Err(ImportError::Upload(UploadError::Exists(_)))
    );
    steps.holds("the error Exists, before the body is read", taken);
}

/// Each address that the name has must be public, and no other
/// one is reached.
pub async fn public_only(steps: Steps) {
    let origin = Origin::of(10);
    let import = from(&steps, &origin).await;
    for url in [
        "http://127.0.0.1/x",
        "http://127.0.0.1:3000/x",
        "http://0.0.0.0/x",
        "http://10.1.2.3/x",
        "http://192.168.0.1/x",
        "http://169.254.169.254/latest",
        "http://100.64.0.1/x",
        "http://[::1]/x",
        "http://[fd00::1]/x",
        "http://[fe80::1]/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://[64:ff9b::7f00:1]/x",
        "http://[2002:7f00:1::]/x",
        "http://[2001::1]/x",
        "http://[2001:20::1]/x",
        "http://[3fff::1]/x",
        "http://192.88.99.1/x",
        "http://localhost/x",
        "http://mixed.example.org/x",
        "http://inside.example.org/x",
        "http://six.example.org/x",
    ] {
        steps.step(format!("import {url}"));
        let error = import.refused(&steps, url).await;
        let scope = matches!(error, ImportError::Scope { .. });
        steps.holds(format!("a scope: {error}"), scope);
        let dialled = origin.seen().dialled.len();
        steps.equal("addresses that were dialed", &dialled, &0);
    }
    steps.step("import from a public address");
    let before = import.dns.seen().len();
    let url = "http://files.example.org/x";
    let saved = import.importer.import(url).await;
    steps.succeeds("the import", saved);
    let dialled = origin.seen().dialled.clone();
    let dialled: Vec<String> =
        dialled.iter().map(ToString::to_string).collect();
    steps.equal("dialled", &dialled, &["93.184.216.34:80"]);
    let asked = import.dns.seen().len() - before;
    steps.equal("questions, one for each family", &asked, &2);

    steps.step("import from an exception");
    let origin = Origin::of(10);
    let mut import = from(&steps, &origin).await;
    let list = "10.0.0.0/8".parse();
    import.importer.exceptions = steps.succeeds("a list", list);
    let url = "http://inside.example.org/x";
    let saved = import.importer.import(url).await;
    steps.succeeds("the import", saved);
    let url = "http://192.168.0.1/y";
    let error = import.importer.import(url).await;
    let scope = matches!(error, Err(ImportError::Scope { .. }));
    steps.holds("no other address is one", scope);
}

pub async fn urls(steps: &Steps) {
    let origin = Origin::of(10);
    let import = from(steps, &origin).await;
    for url in [
        "",
        "x",
        "files.example.org/x",
        "https://files.example.org/x",
        "ftp://files.example.org/x",
        "file:///etc/passwd",
        "http:/files.example.org/x",
        "http://files.example.org",
        "http://files.example.org/",
        "http://files.example.org/x/",
        "http://files.example.org/..",
        "http://files.example.org/%2e%2e%2fx",
        "http://files.example.org/.x",
        "http://files.example.org/x y",
        "http://files.example.org/x\r\nHost: y",
        "http://user@files.example.org/x",
        "http://93.184.216.34\\@files.example.org/x",
        "http:///x",
        "http://files.example.org:99999/x",
        "http://127.1/x",
        "http://ä.example.org/x",
    ] {
        let error = import.refused(steps, url).await;
        let told =
            matches!(error, ImportError::Url(_) | ImportError::Name(_));
        steps.holds(format!("{url:?}: {error}"), told);
    }
    let dialled = origin.seen().dialled.len();
    steps.equal("addresses that were dialed", &dialled, &0);
}

/// Whatever the other server does, no half of a file is left.
pub async fn broken(steps: Steps) {
    steps.step("URLs that are none");
    urls(&steps).await;
    let url = "http://files.example.org/x";
    for status in [204, 206, 301, 302, 304, 307, 401, 404, 500] {
        steps.step(format!("the other server answers {status}"));
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\
             Location: http://127.0.0.1/y\r\n"
        );
        let origin = Origin::new(&head, Then::Sends(0));
        let import = from(&steps, &origin).await;
        let error = import.refused(&steps, url).await;
        let told = match error {
            ImportError::Status(told) => told,
            error => steps.fail("a status", error),
        };
        steps.equal("its status", &told, &status);
        let dialled = origin.seen().dialled.len();
        steps.equal("connections", &dialled, &1);
    }
    for (what, fields, then) in [
        ("a body that is cut", "Content-Length: 9", Then::Sends(8)),
        ("no end that shows", "X: y", Then::Sends(8)),
        (
            "a chunk that is cut",
            "Transfer-Encoding: chunked",
            Then::Sends(8),
        ),
        (
            "a length above the limit",
            "Content-Length: 1048577",
            Then::Sends(0),
        ),
        (
            "an unknown coding",
            "Content-Encoding: br\r\nContent-Length: 8",
            Then::Sends(8),
        ),
    ] {
        steps.step(format!("the other server sends {what}"));
        let head = format!("HTTP/1.1 200 OK\r\n{fields}\r\n");
        let origin = Origin::new(&head, then);
        let import = from(&steps, &origin).await;
        let error = import.refused(&steps, url).await;
        steps.note(format!("{what}: {error}"));
    }
    steps.step("the other server stalls");
    for (head, then) in [
        ("HTTP/1.1 200", Then::Stalls(0)),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n",
            Then::Stalls(80_000),
        ),
    ] {
        let origin = Origin::new(head, then);
        let mut import = from(&steps, &origin).await;
        import.importer.patience = Duration::from_millis(50);
        let error = import.refused(&steps, url).await;
        steps.holds(
            format!("it tells of the time: {error}"),
            error.to_string().contains("timed out"),
        );
    }
}

/// A slow disk here slows the origin there.
pub async fn slow_disk(steps: Steps) {
    steps.step("import 16 MiB into a draft that takes nothing");
    let origin = Origin::of(16 * MIB);
    let mut import = from(&steps, &origin).await;
    import.importer.limits = limits(16 * MIB);
    let folder = steps.succeeds("a folder", Folder::new());
    let draft = Desk::new(folder.path());
    let draft = steps.succeeds("a draft", draft);
    let (draft, allow) = draft.forgetting().stalling();
    let written = draft.written.clone();
    let url = "http://files.example.org/x";
    let incoming = import.importer.fetch(url).await;
    let incoming = steps.succeeds("the head", incoming);
    let limits = import.importer.limits.clone();
    let saving =
        tokio::spawn(
            async move { save(incoming, draft, &limits).await },
        );
    quiet(|| origin.sent.bytes()).await;
    let sent = Size(origin.sent.bytes());
    steps.at_most("bytes that left the origin", sent, Size(768 * KIB));
    steps.note(format!("{sent} of 16 MiB left the origin"));
    steps.step("the draft goes on");
    allow.all();
    let saved = ended(&steps, "save", saving).await;
    let saved = steps.succeeds("the task", saved);
    steps.succeeds("save", saved);
    steps.equal("bytes written", &written.bytes(), &(16 * MIB));
    steps.equal("bytes sent", &origin.sent.bytes(), &(16 * MIB));
}
