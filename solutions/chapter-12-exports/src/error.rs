//! The export error: why rows do not come.
//!
//! Given: a list of errors, and the status of each.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Why an export does not begin, or does not go on.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Every connection to the database was taken, for as long as
    /// one may wait: status 503.
    #[error("Every connection to the database is taken.")]
    Busy,
    /// There is no such table: status 404. Holds the name.
    #[error("There is no such table.")]
    NoTable(String),
    /// The database cannot be opened or asked: status 500. Holds
    /// what it said.
    #[error("The database cannot be asked: {0}")]
    Query(String),
    /// A row cannot be read or sent. Holds what was wrong.
    #[error("A row cannot be read: {0}")]
    Row(String),
}

/// When to come again, in seconds. An export takes seconds to
/// minutes, and nobody knows how long the others still take.
const RETRY_AFTER: &str = "5";

impl IntoResponse for ExportError {
    /// Answers with the status and a sentence. What the database
    /// said is reported: it is no business of the client.
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
