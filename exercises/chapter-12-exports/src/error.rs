//! The export error: why there are no rows.
//!
//! We provide this file: it's a list of errors, and the status of each.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Why an export can't begin or can't continue.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Every connection to the database was in use for as long as an
    /// export waits for one: status 503.
    #[error("Every connection to the database is in use.")]
    Busy,
    /// The table doesn't exist: status 404. Holds the name.
    #[error("There is no such table.")]
    NoTable(String),
    /// The database can't be opened or queried: status 500. Holds its
    /// error message.
    #[error("The database can't be queried: {0}")]
    Query(String),
    /// A row can't be read or sent. Holds the reason.
    #[error("A row can't be read: {0}")]
    Row(String),
}

/// When to try again, in seconds. An export takes seconds to minutes,
/// and nobody knows how long the others will still take.
const RETRY_AFTER: &str = "5";

impl IntoResponse for ExportError {
    /// Makes a response with the status and a sentence. The database's
    /// message is reported and not sent, because it isn't the client's
    /// business.
    fn into_response(self) -> Response {
        match self {
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                [(header::RETRY_AFTER, RETRY_AFTER)],
                format!("{self}\n"),
            )
                .into_response(),
            Self::NoTable(_) => {
                (StatusCode::NOT_FOUND, format!("{self}\n"))
                    .into_response()
            }
            Self::Query(_) | Self::Row(_) => {
                naive::report(format_args!("export: {self}"));
                let said = "The table could not be read.\n";
                (StatusCode::INTERNAL_SERVER_ERROR, said)
                    .into_response()
            }
        }
    }
}
