//! A sink that writes a file.
//!
//! We provide this file: files that get their name last are a subject
//! of chapter 11.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use pipelines::Sink;
use tokio::task::spawn_blocking;

/// A file that gets its name only when it's complete. Until then it's
/// called `NAME.part`, and if it's dropped before that, it's removed.
pub(crate) struct Disk {
    /// The file. `None` while the blocking pool has it, and after the
    /// end.
    file: Option<File>,
    part: PathBuf,
    path: PathBuf,
}

impl Disk {
    /// Creates the file. A file that exists already isn't touched.
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

    /// Runs `work` with the file on the blocking pool, because disks
    /// block.
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
        // Windows can rename a file only after it was closed.
        self.file = None;
        fs::rename(&self.part, &self.path)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.file = None;
        // After the rename, there's no such file anymore.
        let _ = fs::remove_file(&self.part);
    }
}
