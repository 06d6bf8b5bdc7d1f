//! A sink that prints.
//!
//! Given: it prints, and that is all.

use std::io::{self, Write};

use bytes::Bytes;
use pipelines::Sink;
use tokio::task::spawn_blocking;

/// The standard output. A pager that stops reading stops the
/// pipeline, and one that leaves ends it.
pub(crate) struct Printed;

impl Sink for Printed {
    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        spawn_blocking(move || io::stdout().write_all(&chunk)).await?
    }

    async fn finish(&mut self) -> io::Result<()> {
        spawn_blocking(|| io::stdout().flush()).await?
    }
}
