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
    let (request, body) = request.into_parts();
    let body = lingering(&request.headers, body);
    let name = named(request.uri.query())?;
    let name = name.ok_or(ResumableError::Field("?name="))?;
    let mut fields = Fields::read(&request.headers);
    fields.offset = Some(0);
    let length = fields.whole(0, None)?;
    let new = name.clone();
    let id = uploads.on_disk(move |store| store.create(new, length));
    let taken = |error| UploadError::of_rename(error, &name);
    let id = id.await.map_err(taken)?;
    let location = format!("/uploads/{id}");
    let added = append(uploads.clone(), id.clone(), fields, body);
    match added.await {
        Ok(upload) => {
            let fields = state(&upload, uploads.settings.limit);
            let location = [(header::LOCATION, location)];
            Ok((StatusCode::CREATED, location, fields).into_response())
        }
        Err(error) => {
            uploads.on_disk(move |store| store.remove(&id)).await?;
            Err(error)
        }
    }
}

/// Says how many bytes are there.
async fn offset(
    State(uploads): State<Arc<Uploads>>,
    Path(id): Path<String>,
) -> Answered {
    let id = UploadId::parse(&id).ok_or(ResumableError::NotFound)?;
    // The length of the file is never ahead of the file.
    let upload = uploads.find(&id).await?;
    let fields = state(&upload, uploads.settings.limit);
    Ok(fields.into_response())
}

/// Appends.
async fn more(
    State(uploads): State<Arc<Uploads>>,
    Path(id): Path<String>,
    request: Request,
) -> Answered {
    let (request, body) = request.into_parts();
    let body = lingering(&request.headers, body);
    let id = UploadId::parse(&id).ok_or(ResumableError::NotFound)?;
    if !is_partial(&request.headers) {
        return Err(ResumableError::MediaType);
    }
    let fields = Fields::read(&request.headers);
    let upload = append(uploads.clone(), id, fields, body).await?;
    let fields = state(&upload, uploads.settings.limit);
    Ok((StatusCode::NO_CONTENT, fields).into_response())
}

/// Gives an upload up.
async fn remove(
    State(uploads): State<Arc<Uploads>>,
    Path(id): Path<String>,
) -> Answered {
    let id = UploadId::parse(&id).ok_or(ResumableError::NotFound)?;
    let turn = uploads.turns.take(&id).await?;
    uploads.find(&id).await?;
    let removed = uploads.on_disk(move |store| {
        let _until_it_is_gone = turn;
        store.remove(&id)
    });
    removed.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Whether the content is a part of a file.
fn is_partial(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next();
    kind.is_some_and(|kind| {
        let kind = kind.trim();
        kind.eq_ignore_ascii_case("application/partial-upload")
    })
}
