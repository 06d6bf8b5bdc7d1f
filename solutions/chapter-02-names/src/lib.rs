//! Names: which address is behind a name, and for how long?
//!
//! A stub resolver: it writes a question, sends it to a server
//! that does the searching, and reads the answer (RFC 1034,
//! 1035). Later chapters ask it before they connect (3, 4) and
//! before they fetch for somebody else (11).

mod answer;
mod attempt;
mod cache;
mod compression;
mod error;
mod exchange;
mod message;
mod name;
mod query;
mod random;
mod record;
mod resolver;
mod transport;

pub use answer::{Answer, find_answer};
pub use compression::read_name;
pub use error::NameError;
pub use exchange::{RetrySchedule, exchange};
pub use message::{
    Fixed, Message, Question, Record, RecordData, RecordType, bytes_at,
};
pub use name::Name;
pub use query::{encode_name, encode_query};
pub use random::random_id;
pub use record::{read_record, read_records};
pub use resolver::Resolver;
pub use transport::{ByteStream, Datagram, Servers, UdpAndTcp};
