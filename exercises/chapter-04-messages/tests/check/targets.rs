//! From a target to a file: `resource_path`.

use std::path::PathBuf;

use lab::Steps;
use lab::folder::Folder;
use messages::{folder_site, resource_path};

use crate::serving::get;

/// Targets that must not lead to any file.
const HOSTILE: [&str; 50] = [
    "/../secret.txt",
    "/a/../../secret.txt",
    "/..",
    "/.",
    "/./index.html",
    "/a/../index.html",
    "/a/.",
    "/%2e%2e/secret.txt",
    "/%2E%2e/secret.txt",
    "/.%2e/secret.txt",
    "/..%2fsecret.txt",
    "/..%2Fsecret.txt",
    "/%2e%2e%2fsecret.txt",
    "/a%2f..%2f..%2fsecret.txt",
    "/%2fetc/passwd",
    "/%2Fetc%2Fpasswd",
    "/..\\secret.txt",
    "/..%5csecret.txt",
    "/a%5C..%5C..%5Csecret.txt",
    "/index.html%00",
    "/index.html%00.png",
    "/.env",
    "/%2eenv",
    "/a/.git/config",
    "/a/%2egit/config",
    "/a/%2e%2e%5C..%5csecret.txt",
    "/%00",
    "http://a/../secret.txt",
    "HTTPS://a/%2e./secret.txt",
    // Whatever begins with a dot, up or not.
    "/...",
    "/....",
    "/a/...",
    "/.../index.html",
    "/%2e..",
    "/..%2e",
    "/%2E",
    "/..a",
    "/%2egitconfig",
    "/a/%2Ehtpasswd.old",
    "/%2e%67it/config",
    "/%2e.a-long-name.txt",
    // Nobody cuts a path here, and nobody leaves these out.
    "/a\\b.txt",
    "/index.html\\",
    "/\\index.html",
    "/\\",
    "/a%5Cb.txt",
    "/%5c",
    "/a%2Fb.txt",
    "/%2F",
    "/a%00b",
];
/// Names that mean something else on Windows.
#[cfg(windows)]
const ODD_NAMES: [&str; 6] = [
    "/C:/Windows/win.ini",
    "/C:",
    "/a.txt:stream",
    "/nul",
    "/con.txt",
    "/index.html%20",
];
const SECRET: &str = "the secret outside";

pub fn forms(steps: Steps) {
    for (target, path) in [
        ("/index.html", "index.html"),
        ("/index.html?x=1", "index.html"),
        ("/index.html?", "index.html"),
        ("/index.html?a=/../b&c=%", "index.html"),
        ("/a.html?b?c", "a.html"),
        ("/a/b/c.txt", "a/b/c.txt"),
        ("/A/B.TXT", "A/B.TXT"),
        ("/a..b/c.", "a..b/c."),
        ("/a..", "a.."),
        ("/a.../b..", "a.../b.."),
        ("/a#b", "a#b"),
        // Empty segments are left out.
        ("//", ""),
        ("//host/x", "host/x"),
        ("///secret.txt", "secret.txt"),
        ("/a//b", "a/b"),
        ("/a.txt/", "a.txt"),
        ("/a;b=c&d.txt", "a;b=c&d.txt"),
        ("/", ""),
        ("/?a=b", ""),
        ("/%69ndex.html", "index.html"),
        ("/two%20words.txt", "two words.txt"),
        ("/%20../b", " ../b"),
        ("/gr%C3%B6%C3%9Fe.txt", "gr\u{f6}\u{df}e.txt"),
        ("http://example.org/a.html", "a.html"),
        ("http://example.org:80/a/b.html?x", "a/b.html"),
        ("HTTP://EXAMPLE.ORG/a.html", "a.html"),
        ("https://example.org/a.html", "a.html"),
        ("Http://example.org/a.html", "a.html"),
        ("hTTpS://example.org/a.html", "a.html"),
        ("http://example.org/a?b=http://c/d", "a"),
        ("http://example.org/a://b", "a:/b"),
        ("http://example.org", ""),
        ("http://example.org/", ""),
        ("http://example.org?a/b", ""),
        ("/http://example.org/a", "http:/example.org/a"),
        // Decoded, a question mark is a letter.
        ("/index.html%3Fx", "index.html?x"),
        ("/index.html%3fx?y", "index.html?x"),
        ("/%3F", "?"),
        ("/a%3F/b", "a?/b"),
        ("http://example.org/a%3Fb", "a?b"),
        ("/a%23b", "a#b"),
        ("/a%3A%3B%26", "a:;&"),
        ("http://example.org/%68ttp:", "http:"),
    ] {
        let odd = path.contains([':', '?'])
            || path.split('/').any(|name| name.ends_with('.'));
        if cfg!(windows) && odd {
            continue;
        }
        is(&steps, target, path);
    }
    // Longer than a name on a disk, a path, 16 bits.
    for length in [255, 256, 300, 4096, 4097, 65_535, 70_000] {
        let name = "x".repeat(length);
        is(&steps, &format!("/{name}"), &name);
    }
    let deep = "x/".repeat(300);
    is(&steps, &format!("/{deep}y"), &format!("{deep}y"));
    is(&steps, &format!("/a?{}", "b".repeat(70_000)), "a");
    for target in [
        "",
        "*",
        "index.html",
        "ftp://a/b",
        "?a",
        "://a/b",
        "httpx://a/b",
        "a/http://b/c",
        // Only what stands there as it is divides a target.
        "http%3A//a/b",
        "http:%2F%2Fa/b",
        "%2Findex.html",
    ] {
        steps.step(format!("resource_path({target:?})"));
        let what = format!("the target {target:?}");
        let error = steps.refuses(what, resource_path(target));
        steps.variant("the error", &error, &["Target"]);
    }
}

pub fn decoded_once(steps: Steps) {
    for (target, path) in [
        ("/%2541", "%41"),
        ("/%25", "%"),
        ("/%252e%252e/x", "%2e%2e/x"),
        ("/a%252fb", "a%2fb"),
        ("/a+b", "a+b"),
        ("/a%2Bb", "a+b"),
        ("/a%20b", "a b"),
        ("/%61%62", "ab"),
    ] {
        is(&steps, target, path);
    }
    // On Unix a name is any bytes.
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        steps.step("resource_path(\"/a%ff\")");
        let seen = resource_path("/a%ff");
        let seen = steps.succeeds("a byte that is no text", seen);
        let seen = seen.as_path().as_os_str().as_bytes();
        steps.equal_bytes("the path", seen, b"a\xff");

        for byte in 0..=255_u8 {
            for target in
                [format!("/%{byte:02x}"), format!("/a%{byte:02X}")]
            {
                every_byte(&steps, &target, byte);
            }
        }
    }
    for target in ["/%", "/a%2", "/%zz", "/%+1", "/%%41", "/%4g"] {
        steps.step(format!("resource_path({target:?})"));
        let what = format!("a broken escape in {target:?}");
        let error = steps.refuses(what, resource_path(target));
        steps.variant("the error", &error, &["Target"]);
    }
    crate::models::targets(&steps);
}

/// What each byte means that an escape stands for: before all
/// others of a name, and after one.
#[cfg(unix)]
fn every_byte(steps: &Steps, target: &str, byte: u8) {
    use std::os::unix::ffi::OsStrExt;
    steps.step(format!("resource_path({target:?})"));
    let mut name = if target.starts_with("/a") {
        vec![b'a']
    } else {
        vec![]
    };
    name.push(byte);
    let seen = resource_path(target);
    if name == b"." || b"/\\\0".contains(&byte) {
        let what = format!("the target {target:?}");
        let error = steps.refuses(what, seen);
        steps.variant("the error", &error, &["Target"]);
        return;
    }
    let seen = steps.succeeds(format!("the target {target:?}"), seen);
    let seen = seen.as_path().as_os_str().as_bytes();
    steps.equal_bytes("the path", seen, &name);
}

pub async fn no_way_out(steps: Steps) {
    for target in HOSTILE {
        steps.step(format!("resource_path({target:?})"));
        let what = format!("the target {target:?}");
        let error = steps.refuses(what, resource_path(target));
        steps.variant("the error", &error, &["Target"]);
    }
    #[cfg(windows)]
    for target in ODD_NAMES {
        steps.step(format!("resource_path({target:?})"));
        let what = format!("the target {target:?}");
        let error = steps.refuses(what, resource_path(target));
        steps.variant("the error", &error, &["Target"]);
    }
    is(&steps, "//etc/passwd", "etc/passwd");

    let folder = steps.succeeds("a temporary folder", Folder::new());
    let root = folder.path().join("site");
    for (name, text) in [
        ("secret.txt", SECRET),
        ("site-secret.txt", SECRET),
        ("site/.env", SECRET),
        ("site/index.html", "a page"),
        ("site/a/b.txt", "a text"),
    ] {
        let path = folder.path().join(name);
        let parent = path.parent().unwrap_or(&path);
        let made = std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&path, text));
        steps.succeeds("write a file", made);
    }
    let more = ["/..-secret.txt", "/../site-secret.txt", "/%c0%ae./a"];
    for target in HOSTILE.into_iter().chain(more) {
        let site = folder_site(root.clone());
        let (head, body) = get(&steps, site, target).await;
        let what = format!("{target:?} gives nothing away");
        steps.holds(what, !body.contains(SECRET));
        let refused = [400, 403, 404];
        steps.one_of("status", &head.status, &refused);
    }
    let site = folder_site(root);
    let (head, body) = get(&steps, site, "/a/b.txt").await;
    steps.equal("status", &head.status, &200);
    steps.equal("the text", body.as_str(), "a text");
}

fn is(steps: &Steps, target: &str, path: &str) {
    let shown: String = target.chars().take(120).collect();
    steps.step(format!("resource_path({shown:?})"));
    let what = format!("the target {shown:?}");
    let seen = steps.succeeds(what, resource_path(target));
    // A `Path` is equal to another with one slash more.
    let path: PathBuf = path.split('/').collect();
    let seen = seen.as_path().as_os_str();
    steps.equal("the path", &seen, &path.as_os_str());
}
