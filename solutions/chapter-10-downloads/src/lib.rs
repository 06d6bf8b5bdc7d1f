//! Downloads: one file, many responses.
//!
//! The whole file or a part of it, or the news that it has not
//! changed; streamed by chapter 8's body, or compressed by
//! chapter 9's stage on its way. Chapter 13 serves [`router`].

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
/// Chapter 5's errors, under the name that fits here: why a
/// download is refused.
pub use naive::DownloadError;
