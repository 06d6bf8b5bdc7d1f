//! A limit on how finely a body is divided.

use futures_util::StreamExt;
use pipelines::Source;

use crate::UploadError;

/// So many chunks are free: a slow program may write line by line.
const FREE: u64 = 16 * 1024;
/// After them, a chunk has at least so many bytes on average.
const LEAST: u64 = 8;

/// The same chunks, as long as they are worth their cost: each one
/// costs processor time, however short it is. A MiB in chunks of
/// one byte is a million of them, and takes twenty times as long
/// as a MiB in one; a few such clients would keep the whole server
/// busy. No program sends so by accident.
///
/// # Errors
///
/// [`UploadError::TooFine`], and nothing after it.
pub(crate) fn coarse(source: Source) -> Source {
    let (mut chunks, mut bytes) = (0_u64, 0_u64);
    let counted = move |chunk: Result<bytes::Bytes, _>| {
        let chunk = chunk?;
        chunks += 1;
        bytes += chunk.len() as u64;
        match chunks > FREE + bytes / LEAST {
            true => Err(UploadError::TooFine.into()),
            false => Ok(chunk),
        }
    };
    source.map(counted).boxed()
}
