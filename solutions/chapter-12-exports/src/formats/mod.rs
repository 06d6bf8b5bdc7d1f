//! Formats: how rows are written as bytes.

pub(crate) mod csv;
pub(crate) mod format;
pub(crate) mod json_array;
pub(crate) mod json_row;
pub(crate) mod ndjson;
pub(crate) mod row;
