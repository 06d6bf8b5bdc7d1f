//! Downloads: one file, many responses.
//!
//! A client gets the whole file, a part of it, or a response that says
//! it hasn't changed. Chapter 8's body streams the bytes, and chapter
//! 9's stage can compress them on their way. Chapter 13 serves
//! [`router`].

mod bodies;
mod conditional;
mod downloads;
mod files;
mod http;

pub use bodies::direct::direct;
pub use conditional::conditions::{Conditions, IfRange};
pub use conditional::decide::decide;
pub use conditional::decision::{Decision, content_range};
pub use conditional::range::{Ranges, parse_range};
pub use conditional::validators::{EntityTag, Representation};
pub use downloads::{BodyKind, Downloads};
pub use files::disposition::content_disposition;
pub use files::negotiation::Coding;
pub use files::storage::{Opened, Storage};
pub use http::handler::download;
pub use http::request::{enforce_http11, no_body};
pub use http::router::router;
/// Chapter 5's errors, which say why a download is refused.
pub use naive::DownloadError;
