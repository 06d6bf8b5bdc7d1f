//! What can go wrong with an upload or an import.
//!
//! Given: lists of errors, and the status of each.

use std::io;
use std::net::IpAddr;

use addresses::Scope;
use axum::http::StatusCode;
use connections::ConnectionError;
use messages::MessageError;
use names::NameError;
use pipelines::PipelineError;

use crate::FileName;

/// Why an upload was refused, or came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// A multipart body without a good boundary, or with a line
    /// that begins with it and goes on with something else.
    #[error("the boundary is missing or malformed")]
    Boundary,
    /// The body ended before its last boundary.
    #[error("the upload ended before its last boundary")]
    Incomplete,
    /// The head of a part is malformed or too long.
    #[error("the head of a part is malformed or too long")]
    PartHead,
    /// More parts than allowed.
    #[error("the upload has too many parts")]
    TooManyParts,
    /// A content coding that this server does not know. Saved as
    /// it is, the file would not be what its name says.
    #[error("unknown content coding `{}`", .0.escape_debug())]
    Coding(String),
    /// A body in chunks, or gzip in members, of a few bytes: each
    /// costs as much as a long one.
    #[error("the body is divided too finely")]
    TooFine,
    /// More bytes than allowed.
    #[error("more than {limit} bytes")]
    TooLarge {
        /// The most that is allowed, in bytes.
        limit: u64,
    },
    /// A name that is none, or leads elsewhere.
    #[error("`{}` is not a name for a file", .0.escape_debug())]
    Name(String),
    /// There is such a file already.
    #[error("there is a file `{}` already", .0.escape_debug())]
    Exists(String),
    /// The body, or a stage on its way, failed.
    #[error(transparent)]
    Pipeline(PipelineError),
    /// The system reported an error, such as a full disk.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What a stage or a part failed with comes back as it was; the
/// error of a sink is one of the system.
impl From<PipelineError> for UploadError {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::Source(cause) => match cause.downcast() {
                Ok(own) => *own,
                Err(cause) => {
                    Self::Pipeline(PipelineError::Source(cause))
                }
            },
            PipelineError::Stage(cause) => match cause.downcast() {
                Ok(own) => *own,
                Err(cause) => {
                    Self::Pipeline(PipelineError::Stage(cause))
                }
            },
            PipelineError::Sink(error) => Self::Io(error),
            PipelineError::Stopped => Self::Pipeline(error),
        }
    }
}

impl UploadError {
    /// What a rename failed with: [`UploadError::Exists`] when
    /// the name is taken.
    pub fn of_rename(error: io::Error, name: &FileName) -> Self {
        match error.kind() {
            io::ErrorKind::AlreadyExists => {
                Self::Exists(name.to_string())
            }
            _ => Self::Io(error),
        }
    }

    /// The status that a server answers with: 413 (too large),
    /// 409 (the name is taken), 415 (an unknown coding), 507 (the
    /// disk is full), 500 for other errors of the system, and 400
    /// for what is the client's doing.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Exists(_) => StatusCode::CONFLICT,
            Self::Coding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Io(error) => match error.kind() {
                io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded => {
                    StatusCode::INSUFFICIENT_STORAGE
                }
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            },
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A URL that names no file of an HTTP server.
    #[error("refused URL: {0}")]
    Url(String),
    /// The host has no address.
    #[error("the host was not found: {0}")]
    Name(#[from] NameError),
    /// One of the host's addresses is not for everybody: whoever
    /// asks from outside must not reach it through this server.
    #[error("{address} is not public: its scope is {scope:?}")]
    Scope {
        /// The address.
        address: IpAddr,
        /// Its scope.
        scope: Scope,
    },
    /// No address answered.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The other server broke the rules, or was too slow.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The other server answered with another status than 200.
    #[error("the other server answered with status {0}")]
    Status(u16),
    /// What came could not be saved.
    #[error(transparent)]
    Upload(#[from] UploadError),
}
