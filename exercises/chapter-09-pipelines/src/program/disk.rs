//! A sink that makes a file.
//!
//! Given: a file that has its name last is the subject of chapter 11.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use pipelines::Sink;
use tokio::task::spawn_blocking;

/// A file that has its name only when it is whole. Until then it
/// is called `NAME.part`; dropped unfinished, it is removed.
pub(crate) struct Disk {
    /// `None` while the pool has it, and after the end.
    file: Option<File>,
    part: PathBuf,
    path: PathBuf,
}

impl Disk {
    /// Creates it. A file that is there already is not touched.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let shown = path.display();
        if path.exists() {
            let what =
                format!("{shown} exists: choose another with --out");
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                what,
            ));
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let file = File::create_new(&part).map_err(|error| {
            let part = part.display();
            let what = match error.kind() {
                io::ErrorKind::AlreadyExists => format!(
                    "{part} exists: remove it, if nothing writes it"
                ),
                _ => format!("cannot make {part} ({error})"),
            };
            io::Error::new(error.kind(), what)
        })?;
        Ok(Self {
            file: Some(file),
            part,
            path: path.to_owned(),
        })
    }

    /// Does this with the file on the blocking pool: disks wait.
    async fn on_the_pool(
        &mut self,
        work: impl FnOnce(&mut File) -> io::Result<()> + Send + 'static,
    ) -> io::Result<()> {
        let gone = || io::Error::other("the file is closed");
        let mut file = self.file.take().ok_or_else(gone)?;
        let working = spawn_blocking(move || {
            let worked = work(&mut file);
            (file, worked)
        });
        let (file, worked) = working.await?;
        self.file = Some(file);
        worked
    }
}

impl Sink for Disk {
    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        self.on_the_pool(move |file| file.write_all(&chunk)).await
    }

    async fn finish(&mut self) -> io::Result<()> {
        self.on_the_pool(|file| file.sync_all()).await?;
        // Closed before it is renamed: Windows wants it so.
        self.file = None;
        fs::rename(&self.part, &self.path)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.file = None;
        // After a good end there is none.
        let _ = fs::remove_file(&self.part);
    }
}
