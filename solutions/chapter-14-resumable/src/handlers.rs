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
    //? todo!("chapter 14: {} {}", request.method(), request.uri())
    // ANCHOR: cut-create
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
    // ANCHOR_END: cut-create
}

/// Says how many bytes are there.
async fn offset(
    State(uploads): State<Arc<Uploads>>,
    Path(id): Path<String>,
) -> Answered {
    //? todo!("chapter 14: how much of {id} is there?")
    // ANCHOR: cut-offset
    let id = UploadId::parse(&id).ok_or(ResumableError::NotFound)?;
    let _turn = uploads.turns.take(&id).await;
    let upload = uploads.find(&id).await?;
    let fields = state(&upload, uploads.settings.limit);
    Ok(fields.into_response())
    // ANCHOR_END: cut-offset
}

/// Appends.
async fn more(
    State(uploads): State<Arc<Uploads>>,
    Path(id): Path<String>,
    request: Request,
) -> Answered {
    //? todo!("chapter 14: {} {}", request.method(), request.uri())
    // ANCHOR: cut-more
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
    // ANCHOR_END: cut-more
}

/// Gives an upload up.
async fn remove(
    State(uploads): State<Arc<Uploads>>,
    Path(id): Path<String>,
) -> Answered {
    //? todo!("chapter 14: give {id} up")
    // ANCHOR: cut-remove
    let id = UploadId::parse(&id).ok_or(ResumableError::NotFound)?;
    let turn = uploads.turns.take(&id).await;
    uploads.find(&id).await?;
    let removed = uploads.on_disk(move |store| {
        let _until_it_is_gone = turn;
        store.remove(&id)
    });
    removed.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
    // ANCHOR_END: cut-remove
}

/// Returns whether the content is `application/partial-upload`,
/// whatever the case, and whatever parameters follow.
fn is_partial(headers: &HeaderMap) -> bool {
    //? todo!("chapter 14: the media type in {headers:?}")
    // ANCHOR: cut-is_partial
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next();
    kind.is_some_and(|kind| {
        let kind = kind.trim();
        kind.eq_ignore_ascii_case("application/partial-upload")
    })
    // ANCHOR_END: cut-is_partial
}
