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
        //? todo!("chapter 14: the fields of {headers:?}")
        // ANCHOR: cut-read
        let number = |name| item(headers, name).and_then(integer);
        let complete = match item(headers, "upload-complete") {
            Some("?1") => Some(true),
            Some("?0") => Some(false),
            _ => None,
        };
        Self {
            offset: number("upload-offset"),
            complete,
            length: number("upload-length"),
            content: number(header::CONTENT_LENGTH.as_str()),
        }
        // ANCHOR_END: cut-read
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
        //? todo!("chapter 14: the length after {offset} bytes")
        // ANCHOR: cut-whole
        let last = self.content.filter(|_| self.complete == Some(true));
        let last = last.map(|content| offset.saturating_add(content));
        let all = [known, self.length, last];
        let mut said = all.into_iter().flatten();
        let length = said.next();
        if said.any(|other| Some(other) != length) {
            return Err(ResumableError::Length);
        }
        Ok(length)
        // ANCHOR_END: cut-whole
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
        //? todo!("chapter 14: does {self:?} fit {upload:?}?")
        // ANCHOR: cut-admitted
        let missing = ResumableError::Field;
        let offset = self.offset.ok_or(missing("Upload-Offset"))?;
        self.complete.ok_or(missing("Upload-Complete"))?;
        if upload.complete {
            return Err(ResumableError::Complete);
        }
        if offset != upload.offset {
            let offset = upload.offset;
            return Err(ResumableError::Offset { offset });
        }
        let length = self.whole(offset, upload.length)?;
        let upload = Upload { length, ..upload };
        let content = self.content.unwrap_or_default();
        within(&upload, offset.saturating_add(content), limit)?;
        Ok(upload)
        // ANCHOR_END: cut-admitted
    }
}

/// Fails if an upload that ends at `end` is longer than its client
/// said, or longer than `limit`.
pub(crate) fn within(
    upload: &Upload,
    end: u64,
    limit: u64,
) -> Result<(), ResumableError> {
    //? todo!("chapter 14: may {upload:?} end at {end}?")
    // ANCHOR: cut-within
    let length = upload.length.unwrap_or(end);
    if length.max(end) > limit {
        return Err(UploadError::TooLarge { limit }.into());
    }
    if end > length {
        return Err(ResumableError::Length);
    }
    Ok(())
    // ANCHOR_END: cut-within
}

/// Returns the value of a field that's there once, without parameters.
fn item<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    //? todo!("chapter 14: the field {name}")
    // ANCHOR: cut-item
    let mut values = headers.get_all(name).into_iter();
    let value = values.next()?.to_str().ok()?;
    let only = values.next().is_none();
    let value = value.trim_matches(' ');
    let value = value.split(';').next().unwrap_or_default();
    only.then_some(value)
    // ANCHOR_END: cut-item
}

/// Reads a non-negative integer of at most 15 digits
/// (RFC 9651, section 3.3.1).
fn integer(text: &str) -> Option<u64> {
    //? todo!("chapter 14: an integer in {text}")
    // ANCHOR: cut-integer
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = digits && text.len() <= 15;
    fits.then(|| text.parse().ok()).flatten()
    // ANCHOR_END: cut-integer
}
