//! Pipelines: stages that change bytes on their way, and end
//! together.
//!
//! [`pipeline`] puts a bounded queue between a source, any number
//! of stages and a sink. Whatever fails, all of them end, and the
//! caller hears why. Chapter 10 compresses downloads with
//! [`Gzip`]; chapter 11 hashes uploads with [`Sha256`], and sends
//! the rows of a database through stages.

mod error;
mod file_source;
mod gzip;
mod joined;
mod json;
mod output;
mod pipeline;
mod progress;
mod records;
mod sha256;
mod sink;
mod stage;
mod transform;

pub use error::PipelineError;
pub use file_source::{Source, file_source};
pub use gzip::Gzip;
pub use joined::joined;
pub use json::json_string;
pub use output::Output;
pub use pipeline::pipeline;
pub use progress::Progress;
pub use records::Records;
pub use sha256::{Digest, Sha256};
pub use sink::Sink;
pub use stage::{Stage, run_stage};
pub use transform::Transform;
/// An error of whatever kind, from whoever fails.
pub use watermark::BoxError;
