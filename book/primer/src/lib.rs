//! The programs in `examples` are the ones that the primer's pages show and run. Their
//! output stands beside them, in `*.out`, and a test compares it.
