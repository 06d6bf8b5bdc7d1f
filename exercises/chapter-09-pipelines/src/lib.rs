//! Pipelines: stages that change bytes as they pass, and that end
//! together.
//!
//! [`pipeline`] puts a bounded queue between a source, any number of
//! stages and a sink. If any of them fails, all of them end, and the
//! caller gets the error. Chapter 10 compresses downloads with
//! [`Gzip`]; chapter 11 hashes uploads with [`Sha256`], and sends the
//! rows of a database through stages.

mod error;
mod file_source;
mod joined;
mod pipeline;
mod progress;
mod sink;
mod stages;

pub use error::PipelineError;
pub use file_source::{Source, file_source};
pub use joined::joined;
pub use pipeline::pipeline;
pub use progress::Progress;
pub use sink::Sink;
pub use stages::gzip::Gzip;
pub use stages::json::json_string;
pub use stages::output::Output;
pub use stages::records::Records;
pub use stages::sha256::{Digest, Sha256};
pub use stages::stage::{Stage, run_stage};
pub use stages::transform::Transform;
/// An error of any type, from any part of a pipeline.
pub use watermark::BoxError;
