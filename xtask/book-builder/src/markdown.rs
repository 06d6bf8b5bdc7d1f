//! Expands pages before mdBook renders them.

pub mod blocks;
pub mod expand_page;
pub mod fence;
pub mod front_matter;
pub mod located_toml;
pub mod preprocess;
pub mod section;
