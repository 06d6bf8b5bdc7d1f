//! A draft of the checks: it writes down what is done to it, and
//! can wait and fail.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use lab::drops::{DropCounter, Guard};
use lab::work::CallCounter;
use pipelines::Sink;
use tokio::sync::watch;
use uploads::{Draft, FileName};

/// One thing that is done to a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Write,
    Finish,
    Flush,
    Sync,
    Rename,
}

/// What was done to a desk, without its writes.
#[derive(Debug, Clone, Default)]
pub struct Diary {
    deeds: Arc<Mutex<Vec<Deed>>>,
}

impl Diary {
    pub fn deeds(&self) -> MutexGuard<'_, Vec<Deed>> {
        self.deeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where each chunk that was written lies in memory, and how long
/// it is. Clones list together.
#[derive(Debug, Clone, Default)]
pub struct Chunks {
    all: Arc<Mutex<Vec<(usize, usize)>>>,
}

impl Chunks {
    pub fn add(&self, chunk: &[u8]) {
        let place = (chunk.as_ptr() as usize, chunk.len());
        let all = self.all.lock();
        all.unwrap_or_else(PoisonError::into_inner).push(place);
    }

    pub fn all(&self) -> Vec<(usize, usize)> {
        let all = self.all.lock();
        all.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Keeps what it gets in memory until it is flushed, and then in
/// a file. Dropped before its rename, it takes the file away.
pub struct Desk {
    path: PathBuf,
    renamed: bool,
    held: Vec<u8>,
    keeps: bool,
    swap: Option<Vec<u8>>,
    fault: Option<(Deed, ErrorKind)>,
    /// How many writes may begin; without it, none waits.
    allowed: Option<watch::Receiver<usize>>,
    writes: usize,
    pub diary: Diary,
    /// Bytes that were written to it.
    pub written: CallCounter,
    pub chunks: Chunks,
    _guard: Option<Guard>,
}

/// Lets a desk write more. Dropped, the desk waits forever.
pub struct Allow {
    sender: watch::Sender<usize>,
}

impl Allow {
    pub fn all(&self) {
        self.sender.send_modify(|allowed| *allowed = usize::MAX);
    }

    pub fn one_more(&self) {
        self.sender.send_modify(|allowed| *allowed += 1);
    }
}

impl Desk {
    /// A draft in this folder.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let path = folder.join(".draft");
        fs::File::create_new(&path)?;
        Ok(Self {
            path,
            renamed: false,
            held: Vec::new(),
            keeps: true,
            swap: None,
            fault: None,
            allowed: None,
            writes: 0,
            diary: Diary::default(),
            written: CallCounter::new(),
            chunks: Chunks::default(),
            _guard: None,
        })
    }

    /// Throws all bytes away.
    pub fn forgetting(mut self) -> Self {
        self.keeps = false;
        self
    }

    /// Puts these bytes into the file when it gets its name.
    pub fn swapping(mut self, bytes: &[u8]) -> Self {
        self.swap = Some(bytes.to_vec());
        self
    }

    /// Fails there: at the first write, or at this deed.
    pub fn failing(mut self, at: Deed, kind: ErrorKind) -> Self {
        self.fault = Some((at, kind));
        self
    }

    /// Waits in its first write, until more are allowed.
    pub fn stalling(mut self) -> (Self, Allow) {
        let (sender, receiver) = watch::channel(0);
        self.allowed = Some(receiver);
        (self, Allow { sender })
    }

    pub fn guarded_by(mut self, drops: &DropCounter) -> Self {
        self._guard = Some(drops.guard());
        self
    }

    /// Each deed waits once, so that it can be canceled there.
    async fn does(&mut self, deed: Deed) -> io::Result<()> {
        tokio::task::yield_now().await;
        if deed != Deed::Write {
            self.diary.deeds().push(deed);
        }
        match self.fault {
            Some((at, kind)) if at == deed => {
                Err(io::Error::new(kind, "a fault of the check"))
            }
            _ => Ok(()),
        }
    }
}

impl Sink for Desk {
    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        if let Some(allowed) = &mut self.allowed {
            let writes = self.writes;
            let more = allowed.wait_for(|most| *most > writes);
            if more.await.is_err() {
                std::future::pending::<()>().await;
            }
        }
        self.writes += 1;
        self.does(Deed::Write).await?;
        self.written.add(chunk.len() as u64);
        self.chunks.add(&chunk);
        if self.keeps {
            self.held.extend_from_slice(&chunk);
        }
        Ok(())
    }

    async fn finish(&mut self) -> io::Result<()> {
        self.does(Deed::Finish).await
    }
}

impl Draft for Desk {
    async fn flush(&mut self) -> io::Result<()> {
        self.does(Deed::Flush).await?;
        use std::io::Write;
        let mut file =
            fs::OpenOptions::new().append(true).open(&self.path)?;
        file.write_all(&std::mem::take(&mut self.held))
    }

    async fn sync(&mut self) -> io::Result<()> {
        self.does(Deed::Sync).await
    }

    async fn rename(&mut self, name: &FileName) -> io::Result<PathBuf> {
        self.does(Deed::Rename).await?;
        let to = self.path.with_file_name(name.to_string());
        if to.exists() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        if let Some(bytes) = self.swap.take() {
            fs::write(&self.path, bytes)?;
        }
        fs::rename(&self.path, &to)?;
        self.renamed = true;
        self.path.clone_from(&to);
        Ok(to)
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if !self.renamed {
            let _ = fs::remove_file(&self.path);
        }
    }
}
