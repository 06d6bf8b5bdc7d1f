//! The transfer server.

fn main() {}
