//! The finished server as a program. What is proven here, only a whole process shows:
//! that nothing is left of clients that misbehave, that it ends as it promised, and
//! that it works behind a proxy.

mod bytes;
mod exchange;
mod form;
mod names;
mod numbers;
mod origin;
mod process;
mod server;

pub use bytes::{chunked, gzip, random};
pub use exchange::{Exchange, exchange};
pub use form::Form;
pub use names::names;
pub use numbers::Numbers;
pub use origin::Origin;
pub use process::{descriptors, hang_up, interrupt, terminate, threads};
pub use server::{Finished, HUGE, LARGE, SMALL, database, program};
