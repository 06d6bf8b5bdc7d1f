//! Messages: where one ends and the next begins.
//!
//! This crate speaks HTTP/1.1 on both sides of a connection (RFC 9110,
//! RFC 9112). It reads heads, knows the four ways to tell how long a
//! body is, and turns the target of a request into a path. Chapter 10
//! uses it for paths, and chapter 11 to read the parts of an upload and
//! to fetch from other servers.

mod chunked;
mod connection;
mod error;
mod head;
mod length;
mod small_site;
mod target;
mod wire;
mod write;

pub use chunked::{ChunkedDecoder, chunk_size};
pub use connection::client::{Outgoing, Response, send};
pub use connection::site::{Site, serve_site};
pub use error::MessageError;
pub use head::{Head, HeadLimits, parse_fields, parse_head};
pub use length::{BodyLength, Kind, body_length};
pub use small_site::folder::folder_site;
pub use target::{percent_decode, resource_path};
pub use wire::fields::Fields;
pub use wire::line::line_of;
pub use wire::parameter::parameter;
pub use wire::path::ResourcePath;
pub use wire::reply::{Reply, ReplyBody};
pub use wire::request::RequestLine;
pub use write::{encode_chunk, write_reply};
