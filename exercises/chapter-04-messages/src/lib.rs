//! Messages: where one ends and the next begins.
//!
//! HTTP/1.1 on both sides of a connection (RFC 9110, RFC 9112):
//! heads, the four ways to know how long a body is, and the way
//! from a target to a file. Chapter 10 asks this crate for paths;
//! chapter 11 reads the parts of an upload with it, and fetches
//! from other servers.

mod body;
mod chunked;
mod client;
mod error;
mod fields;
mod folder;
mod framing;
mod head;
mod length;
mod line;
mod parameter;
mod path;
mod reader;
mod reply;
mod request;
mod site;
mod squares;
mod target;
mod write;

pub use chunked::{ChunkedDecoder, chunk_size};
pub use client::{Outgoing, Response, send};
pub use error::MessageError;
pub use fields::Fields;
pub use folder::folder_site;
pub use head::{Head, HeadLimits, parse_fields, parse_head};
pub use length::{BodyLength, Kind, body_length};
pub use line::line_of;
pub use parameter::parameter;
pub use path::ResourcePath;
pub use reply::{Reply, ReplyBody};
pub use request::RequestLine;
pub use site::{Site, serve_site};
pub use target::{percent_decode, resource_path};
pub use write::{encode_chunk, write_reply};
