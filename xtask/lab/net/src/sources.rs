//! Sources for a server to read from, and clients that read from it: sources that
//! count, block, or fail, pipes in memory, and a fleet of clients.

pub mod fault;
pub mod fleet;
pub mod gate;
pub mod heartbeat;
pub mod pipe;
pub mod source;
