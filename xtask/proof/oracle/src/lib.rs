//! Oracles: each file in `tests/` compares a chapter with a known library.
