//! The requests, one function for each.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{head, post};
use uploads::{UploadError, lingering, named};

use crate::append::append;
use crate::error::state;
use crate::fields::Fields;
use crate::store::UploadId;
use crate::{ResumableError, Uploads};

type Answered = Result<Response, ResumableError>;

/// Serves `POST /uploads?name=NAME`, and `HEAD`, `PATCH` and `DELETE`
/// of each upload's own URL.
pub fn router(uploads: Arc<Uploads>) -> Router {
    let one = head(offset).patch(more).delete(remove);
    Router::new()
        .route("/uploads", post(create))
        .route("/uploads/{id}", one)
        .with_state(uploads)
}

/// Creates an upload, with whatever the request brings along. If that
/// fails, the upload is gone, because its client doesn't know its URL.
async fn create(
    State(uploads): State<Arc<Uploads>>,
    request: Request,
) -> Answered {
    todo!("chapter 14: {} {}", request.method(), request.uri())
}

/// Says how many bytes are there.
async fn offset(
    State(uploads): State<Arc<Uploads>>,
    Path(id): Path<String>,
) -> Answered {
    todo!("chapter 14: how much of {id} is there?")
}

/// Appends.
async fn more(
    State(uploads): State<Arc<Uploads>>,
    Path(id): Path<String>,
    request: Request,
) -> Answered {
    todo!("chapter 14: {} {}", request.method(), request.uri())
}

/// Gives an upload up.
async fn remove(
    State(uploads): State<Arc<Uploads>>,
    Path(id): Path<String>,
) -> Answered {
    todo!("chapter 14: give {id} up")
}

/// Returns whether the content is `application/partial-upload`,
/// whatever the case, and whatever parameters follow.
fn is_partial(headers: &HeaderMap) -> bool {
    todo!("chapter 14: the media type in {headers:?}")
}
