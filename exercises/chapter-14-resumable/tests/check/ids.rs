//! The last part of an upload's URL.

use std::collections::HashSet;

use axum::body::Body;
use axum::http::Request;
use lab::Steps;

use crate::site::{Site, built, delete, head, patch};

/// So many letters of an id must differ between uploads: 64 bits, if
/// they're hexadecimal digits.
const LETTERS: usize = 16;

pub async fn secret(steps: Steps) {
    let site = Site::start(&steps);
    steps.step("64 uploads");
    let mut ids = Vec::new();
    for nth in 0..64 {
        let url = site.create(&format!("{nth}.bin"), None).await;
        let id = url.rsplit('/').next().unwrap_or_default();
        ids.push(id.to_owned());
    }
    let different: HashSet<_> = ids.iter().collect();
    steps.equal("different ids", &different.len(), &ids.len());
    let longest = ids.iter().map(String::len).max().unwrap_or(0);
    let varies = |at: &usize| {
        let letters: HashSet<_> =
            ids.iter().map(|id| id.as_bytes().get(*at)).collect();
        letters.len() > 4
    };
    let random = (0..longest).filter(varies).count();
    let what = "letters of an id that nobody can foresee";
    steps.at_least(what, random, LETTERS);
    let mut sorted = ids.clone();
    sorted.sort();
    steps.holds("their order says nothing", sorted != ids);

    steps.step("what isn't an id");
    let outside = site.folder.path().join("outside");
    let left = std::fs::write(&outside, "stays");
    steps.succeeds("a file outside", left);
    let left = std::fs::write(site.path("there.bin"), "stays");
    steps.succeeds("a file that's there", left);
    let before = site.all_names();
    let mut strange: Vec<String> = [
        "..",
        ".",
        "%2e%2e",
        "..%2Foutside",
        "..%2F..%2Foutside",
        "there.bin",
        "%00",
        "%ff",
        "*",
        "%2E",
    ]
    .map(str::to_owned)
    .into();
    // Names in the folder aren't ids, although ids may be in them.
    strange.extend(
        before.iter().filter(|it| it.starts_with('.')).cloned(),
    );
    let id = &ids[0];
    strange.retain(|name| !ids.contains(name));
    strange.push(format!("{id}.note"));
    // Longer than a name of a file may be.
    strange.push("a".repeat(300));
    strange.push(format!("{id}%00"));
    strange.push(format!("..%2Ffiles%2F{id}"));
    strange.push(format!("{id}%2F..%2F{id}"));
    strange.push(format!("%2E%2F{id}"));
    for id in strange {
        let url = format!("/uploads/{id}");
        let body = Body::from("XXXX");
        for request in
            [head(&url), patch(&url, 0, true, body), delete(&url)]
        {
            let method = request.method().to_string();
            let answer = site.send(&method, request).await;
            let what = format!("status of {method} {url}");
            steps.one_of(what, &answer.status, &[400, 404]);
        }
    }
    steps.equal("the folder", &site.all_names(), &before);
    let stays = std::fs::read(outside);
    let stays = steps.succeeds("the file outside", stays);
    steps.equal_bytes("the file outside", &stays, b"stays");
    let stays = site.read("there.bin");
    steps.equal_bytes("the file that was there", &stays, b"stays");

    steps.step("a method that an upload doesn't have");
    let url = format!("http://h/uploads/{}", ids[0]);
    let request = built(Request::put(url), Body::from("XXXX"));
    let answer = site.send("PUT", request).await;
    steps.equal("status of PUT", &answer.status, &405);
}
