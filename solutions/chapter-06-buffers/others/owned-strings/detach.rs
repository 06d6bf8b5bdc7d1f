//! A few bytes without the buffer that they came in.

use bytes::Bytes;

/// The same bytes in memory of their own: nothing else stays
/// alive because of them.
///
/// A slice of `Bytes` is a view. It keeps the whole buffer, also
/// when it shows ten bytes of it. So what is kept for longer than
/// its chunk, such as a name or a header, is detached. A slice
/// that is the only owner left keeps the whole buffer too.
pub fn detach(slice: &Bytes) -> Bytes {
    //? todo!("chapter 6: copy {} bytes", slice.len())
    // ANCHOR: cut-detach
    bytes::BytesMut::from(&slice[..]).freeze()
    // ANCHOR_END: cut-detach
}
