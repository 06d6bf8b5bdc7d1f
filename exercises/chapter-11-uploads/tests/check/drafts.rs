//! Checks of the draft: a file that has no name yet.

use std::fs;
use std::path::Path;

use bytes::Bytes;
use lab::Steps;
use lab::folder::Folder;
use pipelines::Sink;
use uploads::{Draft, FileName, TemporaryFile};

use crate::NONE;
use crate::wait::until;

fn names(steps: &Steps, folder: &Path) -> Vec<String> {
    let list = || {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            names.push(name.to_string_lossy().into_owned());
        }
        names.sort();
        Ok::<_, std::io::Error>(names)
    };
    steps.succeeds("look into the folder", list())
}

async fn draft(steps: &Steps, folder: &Path) -> TemporaryFile {
    let draft = TemporaryFile::create(folder).await;
    let mut draft = steps.succeeds("a draft", draft);
    let written = draft.write(Bytes::from_static(b"hello")).await;
    steps.succeeds("write", written);
    steps.succeeds("flush", draft.flush().await);
    draft
}

fn name(steps: &Steps, text: &str) -> FileName {
    steps.succeeds("a name", text.parse())
}

/// A draft is hidden until it gets its name, and then it stays.
pub async fn named(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let folder = folder.path();
    steps.step("two drafts in one folder");
    let mut first = draft(&steps, folder).await;
    let second = draft(&steps, folder).await;
    let seen = names(&steps, folder);
    steps.equal("files", &seen.len(), &2);
    for name in &seen {
        let hidden = name.starts_with(".upload-");
        steps.holds(format!("{name} is a draft's name"), hidden);
        steps.equal("its length", &name.len(), &24);
    }
    drop(second);
    let gone = until(|| names(&steps, folder).len() == 1).await;
    steps.holds("the draft that was dropped is gone", gone);
    steps.step("give the first one its name");
    let name = name(&steps, "a.txt");
    let path = steps.succeeds("rename", first.rename(&name).await);
    let expected = folder.join("a.txt");
    steps.equal("the path it returns", &path, &expected);
    steps.equal("its own path", &first.path(), &&*expected);
    // Elsewhere the first name may stay for as long as the file is open.
    if cfg!(unix) {
        steps.equal("files", &names(&steps, folder)[..], &["a.txt"]);
    }
    steps.step("drop it: what has its name stays");
    drop(first);
    until(|| names(&steps, folder).len() == 1).await;
    steps.equal("files", &names(&steps, folder)[..], &["a.txt"]);
    let read = steps.succeeds("read it", fs::read(&expected));
    steps.equal_bytes("its bytes", &read, b"hello");
    steps.step("another draft asks for the same name");
    let mut other = draft(&steps, folder).await;
    let renamed = other.rename(&name).await.map_err(|it| it.kind());
    let taken = Err(std::io::ErrorKind::AlreadyExists);
    steps.equal("rename", &renamed, &taken);
    drop(other);
    let gone = until(|| names(&steps, folder) == ["a.txt"]).await;
    steps.holds("the other draft is gone, and a.txt is not", gone);
}

/// A draft removes the file that it made, and no other one.
pub async fn dropped(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let folder = folder.path();
    steps.step("drop a draft that has no name yet");
    drop(draft(&steps, folder).await);
    let gone = until(|| names(&steps, folder) == NONE).await;
    steps.holds("its file is gone", gone);
    steps
        .step("somebody moves the file, and puts another in its place");
    let draft = draft(&steps, folder).await;
    let path = draft.path().to_owned();
    let moved = fs::rename(&path, folder.join("moved"));
    steps.succeeds("move it", moved);
    let other = fs::write(&path, b"somebody's");
    steps.succeeds("write another file", other);
    drop(draft);
    let kept = fs::read(&path);
    let kept = steps.succeeds("the other file is still there", kept);
    steps.equal_bytes("its bytes", &kept, b"somebody's");
    steps.holds("the moved one too", folder.join("moved").exists());
}
