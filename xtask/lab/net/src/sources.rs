//! What a server reads from, and who reads from it: sources that count, block or break,
//! pipes in memory, and a fleet of clients.

pub mod fault;
pub mod fleet;
pub mod gate;
pub mod heartbeat;
pub mod pipe;
pub mod source;
