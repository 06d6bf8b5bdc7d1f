//! The router: which handler responds to a request.
//!
//! We provide this file: it only decides which of your functions to
//! call.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::post;
use connections::Tcp;
use futures_util::StreamExt;
use messages::percent_decode;
use pipelines::Source;

use crate::form::multipart::known_coding;
use crate::form::too_fine::coarse;
use crate::http::answer::{created, refusal};
use crate::http::linger::lingering;
use crate::saving::draft::free;
use crate::saving::staging::Staging;
use crate::{
    FileName, ImportError, Importer, Incoming, Multipart, Saved,
    TemporaryFile, UploadError, UploadLimits, save,
};

/// The longest URL of an import, in bytes.
const URL: usize = 8 * 1024;

/// What an upload server needs to know.
pub struct Uploads {
    /// Where uploads are saved.
    pub folder: PathBuf,
    /// How much each upload may send.
    pub limits: UploadLimits,
    /// Fetches files by URL, if imports are allowed.
    pub importer: Option<Importer<Tcp>>,
}

/// Serves `POST /files` and `POST /imports`.
///
/// `POST /files` accepts a form (`multipart/form-data`) with one or
/// more files. `POST /files?name=NAME` accepts a body that is the file
/// itself. Either all files of a form are saved, or none.
///
/// `POST /imports` accepts a URL as its body, and responds with 404 if
/// there's no importer.
pub fn router(uploads: Arc<Uploads>) -> Router {
    Router::new()
        .route("/files", post(upload))
        .route("/imports", post(import))
        .with_state(uploads)
}

async fn upload(
    State(uploads): State<Arc<Uploads>>,
    request: Request,
) -> Result<Response, UploadError> {
    let (head, body) = request.into_parts();
    // From here on, dropping the body reads the rest of it.
    let body = coarse(lingering(&head.headers, body));
    let limit = uploads.limits.total;
    if announced(&head.headers) > limit {
        return Err(UploadError::TooLarge { limit });
    }
    if let Some(name) = named(head.uri.query())? {
        let incoming = raw(name, body, &head.headers, limit)?;
        let folder = &uploads.folder;
        let saved = uploads.save_in(folder, incoming).await?;
        return Ok(created(&[saved]));
    }
    let kind = text(&head.headers, header::CONTENT_TYPE);
    let mut parts = Multipart::new(body, kind, &uploads.limits)?;
    let mut staging = None;
    while let Some(incoming) = parts.next().await? {
        let staging = match &mut staging {
            Some(staging) => staging,
            none => {
                none.insert(Staging::create(&uploads.folder).await?)
            }
        };
        let saved = uploads.save_in(staging.path(), incoming);
        let saved = saved.await?;
        staging.add(saved);
    }
    let Some(staging) = staging else {
        let text = "This form contains no file.".to_owned();
        return Ok(refusal(StatusCode::BAD_REQUEST, text));
    };
    Ok(created(&staging.publish().await?))
}

impl Uploads {
    /// Saves a file in `folder`, either to stay there or to wait for
    /// the other files of its form.
    async fn save_in(
        &self,
        folder: &std::path::Path,
        incoming: Incoming,
    ) -> Result<Saved, UploadError> {
        free(&self.folder, &incoming.name).await?;
        let draft = TemporaryFile::create(folder).await?;
        save(incoming, draft, &self.limits).await
    }
}

/// Returns the file whose bytes are the whole body.
fn raw(
    name: FileName,
    body: Source,
    headers: &HeaderMap,
    limit: u64,
) -> Result<Incoming, UploadError> {
    let coding = text(headers, header::CONTENT_ENCODING);
    let mut left = limit;
    let body = body.map(move |chunk| {
        let chunk = chunk?;
        let rest = left.checked_sub(chunk.len() as u64);
        left = rest.ok_or(UploadError::TooLarge { limit })?;
        Ok(chunk)
    });
    Ok(Incoming {
        name,
        source: body.boxed(),
        gzip: known_coding(coding)?,
    })
}

/// Returns the name in a query such as `name=a.txt`.
///
/// # Errors
///
/// [`UploadError::Name`] if it isn't a name for a file.
pub fn named(
    query: Option<&str>,
) -> Result<Option<FileName>, UploadError> {
    let mut pairs = query.unwrap_or_default().split('&');
    let Some(name) = pairs.find_map(|pair| pair.strip_prefix("name="))
    else {
        return Ok(None);
    };
    // In forms, a plus sign stands for a space.
    let decoded = percent_decode(&name.replace('+', " ")).ok();
    let decoded = decoded.and_then(|name| String::from_utf8(name).ok());
    let Some(decoded) = decoded else {
        return Err(UploadError::Name(name.to_owned()));
    };
    decoded.parse().map(Some)
}

/// Returns the length that the client announces, or 0 if it doesn't.
fn announced(headers: &HeaderMap) -> u64 {
    text(headers, header::CONTENT_LENGTH)
        .parse()
        .unwrap_or_default()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    let value = headers.get(name).map(|value| value.to_str());
    value.and_then(Result::ok).unwrap_or_default()
}

async fn import(
    State(uploads): State<Arc<Uploads>>,
    request: Request,
) -> Result<Response, ImportError> {
    let Some(importer) = &uploads.importer else {
        let text = "Imports are off.".to_owned();
        return Ok(refusal(StatusCode::NOT_FOUND, text));
    };
    let (head, body) = request.into_parts();
    let mut body = lingering(&head.headers, body);
    let mut url = Vec::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|cause| {
            let failed = pipelines::PipelineError::Source(cause);
            ImportError::Upload(failed.into())
        })?;
        url.extend_from_slice(&chunk);
        if url.len() > URL {
            return Err(ImportError::Url("it's too long".to_owned()));
        }
    }
    let url = String::from_utf8_lossy(&url);
    let saved = importer.import(url.trim()).await?;
    Ok(created(&[saved]))
}
