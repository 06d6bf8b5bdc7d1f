//! Connections: bytes between two programs, and how they end.
//!
//! A connection is two streams of bytes, one in each direction. It has
//! no messages, only bytes. This crate finds lines in it, holds a
//! conversation of one request and one response, and serves many such
//! conversations at once. Chapters 4, 8, and 13 accept their clients
//! with [`serve`], and chapters 4 and 11 connect to other servers with
//! [`connect`].

mod connect;
mod conversation;
mod error;
mod limits;
mod line;
mod program;
mod request;
mod serve;
mod shutdown;
mod sockets;

pub use connect::connect;
pub use conversation::{ResponseFn, converse};
pub use error::{BoxError, ConnectionError};
pub use limits::{ConversationLimits, ServeLimits};
pub use line::LineReader;
pub use program::{listen_error, until_ctrl_c};
pub use request::name_in;
pub use serve::{Connection, OpenConnections, serve};
pub use shutdown::{Shutdown, Trigger, finish, shutdown};
pub use sockets::dial::{Dial, Tcp};
pub use sockets::listener::{Listener, bind};
pub use sockets::transport::Transport;
