//! What can go wrong with an upload or an import.
//!
//! We provide this file, because the checks expect exactly these
//! errors.

use std::io;
use std::net::IpAddr;

use addresses::Scope;
use axum::http::StatusCode;
use connections::ConnectionError;
use messages::MessageError;
use names::NameError;
use pipelines::PipelineError;

use crate::FileName;

/// Why an upload was refused, or why it failed.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The boundary of a multipart body is missing or malformed, or a
    /// line that begins with it continues with something else.
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
    /// A content coding that this server doesn't know. If the file were
    /// saved undecoded, it wouldn't be what its name says.
    #[error("unknown content coding `{}`", .0.escape_debug())]
    Coding(String),
    /// A body that arrives in chunks of a few bytes each, or gzip whose
    /// members hold only a few bytes. Each of these costs as much as a
    /// long one.
    #[error("the body comes in chunks that are too short")]
    TooFine,
    /// More bytes than allowed.
    #[error("more than {limit} bytes")]
    TooLarge {
        /// The maximum size, in bytes.
        limit: u64,
    },
    /// A name that isn't allowed, or that leads out of the folder.
    #[error("`{}` is not a name for a file", .0.escape_debug())]
    Name(String),
    /// A file with this name exists already.
    #[error("a file named `{}` exists already", .0.escape_debug())]
    Exists(String),
    /// The body failed, or a stage that its bytes passed through.
    #[error(transparent)]
    Pipeline(PipelineError),
    /// The operating system reported an error, such as a full disk.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Unwraps the error with which a source or a stage failed. An error of
/// a sink is one of the operating system.
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
    /// Returns the error for a rename that failed:
    /// [`UploadError::Exists`] if the name is taken.
    pub fn of_rename(error: io::Error, name: &FileName) -> Self {
        match error.kind() {
            io::ErrorKind::AlreadyExists => {
                Self::Exists(name.to_string())
            }
            _ => Self::Io(error),
        }
    }

    /// Returns the status of the response: 413 (too large), 409 (the
    /// name is taken), 415 (an unknown coding), 507 (the disk is full),
    /// 500 for other errors of the operating system, and 400 for every
    /// other mistake of the client.
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
    /// A URL that can't be the URL of a file on an HTTP server.
    #[error("refused URL: {0}")]
    Url(String),
    /// The host has no address.
    #[error("the host was not found: {0}")]
    Name(#[from] NameError),
    /// One of the host's addresses isn't public. Somebody outside must
    /// not reach it through this server.
    #[error("{address} is not public: its scope is {scope:?}")]
    Scope {
        /// The address that isn't public.
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
    /// The status of the other server's response wasn't 200.
    #[error("the other server responded with status {0}")]
    Status(u16),
    /// The file couldn't be saved.
    #[error(transparent)]
    Upload(#[from] UploadError),
}
