//! Names: which address is behind a name, and for how long?
//!
//! A stub resolver: it writes a question, sends it to a server
//! that does the searching, and reads the answer (RFC 1034,
//! 1035). Later chapters ask it before they connect (3, 4) and
//! before they fetch for somebody else (11).

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
