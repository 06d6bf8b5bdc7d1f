//! A transform beside the exercise: it makes text uppercase.
//!
//! ```text
//! cargo run -p chapter-9-solution --example uppercase
//! ```
//!
//! `uppercase.out` is what it printed.

use std::io;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use pipelines::{
    BoxError, Output, PipelineError, Sink, Stage, Transform, pipeline,
};
use watermark::Watermarks;

// ANCHOR: transform
/// Makes text uppercase, wherever its chunks are split.
#[derive(Default)]
struct Uppercase {
    /// The first bytes of a character whose last ones are missing.
    rest: Vec<u8>,
}

impl Transform for Uppercase {
    async fn transform(
        &mut self,
        input: Bytes,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        self.rest.extend_from_slice(&input);
        let whole = match std::str::from_utf8(&self.rest) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => {
                error.valid_up_to()
            }
            Err(error) => {
                return Err(PipelineError::Stage(error.into()));
            }
        };
        let rest = self.rest.split_off(whole);
        let text = std::mem::replace(&mut self.rest, rest);
        let text = String::from_utf8(text)
            .map_err(|error| PipelineError::Stage(error.into()))?;
        output.send(text.to_uppercase().into()).await
    }

    async fn finish(
        &mut self,
        _output: &mut Output,
    ) -> Result<(), PipelineError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        let error = "the text ends inside a character";
        Err(PipelineError::Stage(error.into()))
    }
}
// ANCHOR_END: transform

/// Prints each chunk.
struct Screen;

impl Sink for Screen {
    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        println!("  {}", String::from_utf8_lossy(&chunk));
        Ok(())
    }

    async fn finish(&mut self) -> io::Result<()> {
        println!("  finished");
        Ok(())
    }
}

// ANCHOR: main
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let text = "grüße".as_bytes();
    println!("all of it:");
    run(vec![Ok(&text[..3]), Ok(&text[3..])]).await;
    println!("cut inside a character:");
    run(vec![Ok(&text[..3])]).await;
    println!("a source that fails:");
    run(vec![Ok(&text[..4]), Err("the disk broke")]).await;
}

/// Sends these chunks through the stage, and prints the error.
async fn run(chunks: Vec<Result<&'static [u8], &'static str>>) {
    let chunks = chunks.into_iter().map(|chunk| {
        chunk.map(Bytes::from_static).map_err(BoxError::from)
    });
    let source = stream::iter(chunks).boxed();
    let stages = vec![Stage::new(Uppercase::default())];
    let marks = Watermarks { low: 8, high: 16 };
    let ended = pipeline(source, stages, Screen, marks).await;
    if let Err(error) = ended {
        println!("  {error}");
    }
}
// ANCHOR_END: main
