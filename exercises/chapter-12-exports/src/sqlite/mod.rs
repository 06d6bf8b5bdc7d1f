//! SQLite: the source of the rows.

pub(crate) mod connect;
pub(crate) mod database;
pub(crate) mod table_cursor;
