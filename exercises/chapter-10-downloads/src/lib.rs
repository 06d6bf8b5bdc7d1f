//! Downloads: one file, many answers.
//!
//! The whole file or a part of it, or the news that it has not
//! changed; streamed by chapter 8's body, or compressed by
//! chapter 9's stage on its way. Chapter 13 serves [`router`].

mod coded;
mod conditions;
mod date;
mod decide;
mod decision;
mod direct;
mod disposition;
mod downloads;
mod folder;
mod handler;
mod host;
mod media_type;
mod multipart_ranges;
mod negotiation;
mod range;
mod request;
mod router;
mod storage;
mod validators;

pub use conditions::{Conditions, IfRange};
pub use decide::decide;
pub use decision::{Decision, content_range};
pub use direct::direct;
pub use disposition::content_disposition;
pub use downloads::{BodyKind, Downloads};
pub use handler::download;
/// Chapter 5's errors, under the name that fits here: why a
/// download is refused.
pub use naive::DownloadError;
pub use negotiation::Coding;
pub use range::{Ranges, parse_range};
pub use request::{judged, no_body};
pub use router::router;
pub use storage::{Opened, Storage};
pub use validators::{EntityTag, Representation};
