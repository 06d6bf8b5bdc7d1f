//! SQLite: where the rows come from.

pub(crate) mod connect;
pub(crate) mod database;
pub(crate) mod table_cursor;
