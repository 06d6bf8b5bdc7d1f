//! A sink that prints.
//!
//! We provide this file, which only prints.

use std::io::{self, Write};

use bytes::Bytes;
use pipelines::Sink;
use tokio::task::spawn_blocking;

/// Standard output. If a pager stops reading, the pipeline waits, and
/// if the pager exits, the pipeline fails.
pub(crate) struct Printed;

impl Sink for Printed {
    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        spawn_blocking(move || io::stdout().write_all(&chunk)).await?
    }

    async fn finish(&mut self) -> io::Result<()> {
        spawn_blocking(|| io::stdout().flush()).await?
    }
}
