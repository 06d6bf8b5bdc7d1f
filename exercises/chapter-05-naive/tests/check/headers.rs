//! Checks of the headers that announce a file.

use std::path::Path;

use lab::Steps;

/// Paths, and the names that a browser may save them under.
const NAMES: [(&str, &str); 9] = [
    ("a.zip", "a.zip"),
    ("/srv/files/a.zip", "a.zip"),
    ("../a b (1).tar.gz", "a b (1).tar.gz"),
    ("say \"hi\".txt", "say _hi_.txt"),
    ("50%.csv", "50_.csv"),
    ("caf\u{e9}.txt", "caf_.txt"),
    ("\u{1f980}.bin", "_.bin"),
    ("a\nb\r.txt", "a_b_.txt"),
    ("a\u{7f}\u{0}b", "a__b"),
];

pub fn quoted(steps: Steps) {
    let backslash = ("a\\b", "a_b");
    // On Windows, a backslash is no part of a name.
    let unix = cfg!(unix).then_some(backslash);
    for (path, name) in NAMES.into_iter().chain(unix) {
        steps.step(format!("the headers of {path:?}, 5 bytes long"));
        let headers = naive::headers(Path::new(path), 5);
        let all = |name: &str| -> Vec<String> {
            let values = headers.get_all(name).iter();
            let text = |value: &axum::http::HeaderValue| {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            };
            values.map(text).collect()
        };
        let expected = format!("attachment; filename=\"{name}\"");
        let seen = all("Content-Disposition");
        steps.equal("Content-Disposition", &seen, &vec![expected]);
        let seen = all("Content-Length");
        steps.equal("Content-Length", &seen, &vec!["5".to_owned()]);
        let octets = "application/octet-stream".to_owned();
        let seen = all("Content-Type");
        steps.equal("Content-Type", &seen, &vec![octets]);
        steps.equal("headers", &headers.len(), &3);
    }
}
