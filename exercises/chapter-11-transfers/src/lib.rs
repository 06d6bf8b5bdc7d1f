//! To be written by sync.
