//! What a request says about its upload, and whether it fits.

use axum::http::{HeaderMap, header};
use uploads::UploadError;

use crate::ResumableError;
use crate::store::Upload;

/// The header fields that count. A field that is missing, malformed,
/// or there twice is `None`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// `Upload-Offset`: where the content begins.
    pub(crate) offset: Option<u64>,
    /// `Upload-Complete`: whether the content ends the upload.
    pub(crate) complete: Option<bool>,
    /// `Upload-Length`: the length of the whole file.
    pub(crate) length: Option<u64>,
    /// `Content-Length`: the length of this content.
    pub(crate) content: Option<u64>,
}

impl Fields {
    /// Reads the fields of a request.
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        todo!("chapter 14: the fields of {headers:?}")
    }

    /// Returns the length of the whole file, if the request says it or
    /// it was `known` before. Content that begins at `offset` and ends
    /// the upload says it with its own length.
    ///
    /// # Errors
    ///
    /// [`ResumableError::Length`] if two of them differ.
    pub(crate) fn whole(
        &self,
        offset: u64,
        known: Option<u64>,
    ) -> Result<Option<u64>, ResumableError> {
        todo!("chapter 14: the length after {offset} bytes")
    }

    /// Returns the upload with the length that it has now, if this
    /// request may append to it.
    ///
    /// # Errors
    ///
    /// A field is missing, the offset is another one, the lengths
    /// contradict each other, or there's too much of it.
    pub(crate) fn admitted(
        &self,
        upload: Upload,
        limit: u64,
    ) -> Result<Upload, ResumableError> {
        todo!("chapter 14: does {self:?} fit {upload:?}?")
    }
}

/// Fails if an upload that ends at `end` is longer than its client
/// said, or longer than `limit`.
pub(crate) fn within(
    upload: &Upload,
    end: u64,
    limit: u64,
) -> Result<(), ResumableError> {
    todo!("chapter 14: may {upload:?} end at {end}?")
}

/// Returns the value of a field that's there once, without parameters.
fn item<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    todo!("chapter 14: the field {name}")
}

/// Reads a non-negative integer of at most 15 digits
/// (RFC 9651, section 3.3.1).
fn integer(text: &str) -> Option<u64> {
    todo!("chapter 14: an integer in {text}")
}
