//! The served book: serves its pages on loopback, and rebuilds them.

pub mod builds;
pub mod open_browser;
pub mod request_policy;
pub mod serve;
pub mod served_pages;
pub mod token;
pub mod watch;
