//! The project's English, wherever it stands: pages, tables of checks, doc comments,
//! messages. [`text::all`] collects it, and the tests read it.

pub mod spelling;
pub mod terms;
pub mod text;
