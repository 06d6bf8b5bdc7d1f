//! Copies a few bytes out of the buffer that they came in.

use bytes::Bytes;

/// Copies `slice` into memory of its own, so that it keeps nothing else
/// alive.
///
/// A slice of `Bytes` is a view. It keeps its whole buffer alive, even
/// if it shows only ten bytes of it and even if it's the only owner
/// left. So detach whatever you keep for longer than its chunk, such as
/// a name or a header.
pub fn detach(slice: &Bytes) -> Bytes {
    //? todo!("chapter 6: copy {} bytes", slice.len())
    // ANCHOR: cut-detach
    Bytes::copy_from_slice(slice)
    // ANCHOR_END: cut-detach
}
