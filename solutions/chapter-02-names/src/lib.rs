//! Names: which address does a name have, and for how long?
//!
//! This crate is a stub resolver: it writes a question, sends it to a
//! server that does the searching, and reads the answer (RFC 1034,
//! 1035). Later chapters use it before they connect to a host (3, 4)
//! and before they fetch a URL for a client (11).

mod answer;
mod asking;
mod attempt;
mod compression;
mod error;
mod format;
mod query;
mod record;

pub use answer::{Answer, find_answer};
pub use asking::exchange::{RetrySchedule, exchange};
pub use asking::random::random_id;
pub use asking::resolver::Resolver;
pub use asking::transport::{ByteStream, Datagram, Servers, UdpAndTcp};
pub use compression::read_name;
pub use error::NameError;
pub use format::message::{
    Fixed, Message, Question, Record, RecordData, RecordType, bytes_at,
};
pub use format::name::Name;
pub use query::{encode_name, encode_query};
pub use record::{read_record, read_records};
