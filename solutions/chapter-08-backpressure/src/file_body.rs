//! The file body: a part of a file, read as the client takes it.

use std::io;
use std::ops::Range;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::{BoxError, Frames, PIECE};

/// A body whose length is known and whose bytes are read when
/// there is room for them.
pub struct FileBody {
    /// `None` after the end, and after an error.
    pub(crate) frames: Option<Frames>,
    /// Bytes still to come.
    pub(crate) left: u64,
}

impl FileBody {
    /// A body of `length` bytes that come from `frames`.
    pub fn new(frames: Frames, length: u64) -> Self {
        let frames = Some(frames);
        Self {
            frames,
            left: length,
        }
    }

    /// The bytes of `source` in `range`, in pieces of at most
    /// [`PIECE`] bytes.
    ///
    /// At most `high_water_mark` bytes are read ahead, but always
    /// room for one piece. A client that takes nothing stops the
    /// reader; when the body is dropped, the reader ends and the
    /// source is dropped. A source that is shorter than `range`
    /// ends with [`io::ErrorKind::UnexpectedEof`], never as if it
    /// were complete. Reads block, so they happen on the blocking
    /// pool; it must be called inside a runtime.
    pub fn queued<R: io::Read + io::Seek + Send + 'static>(
        source: R,
        range: Range<u64>,
        high_water_mark: usize,
    ) -> Self {
        //? drop(source);
        //? todo!("chapter 8: queue {range:?}, at most {high_water_mark}")
        // ANCHOR: cut-queued
        let length = range.end.saturating_sub(range.start);
        let places = (high_water_mark / PIECE).max(1);
        let (queue, pieces) = mpsc::channel(places);
        let feeder =
            crate::feeder::Feeder::spawn(Box::pin(async move {
                if let Err(error) = fill(source, range, &queue).await {
                    // A client that has left needs no error.
                    let _ = queue.send(Err(error)).await;
                }
            }));
        Self::new(crate::frames::frames(pieces, feeder), length)
        // ANCHOR_END: cut-queued
    }
}

/// Fills the queue until the range is read or the client leaves.
/// It waits for room first and reads then: so what is read has a
/// place.
async fn fill<R: io::Read + io::Seek + Send + 'static>(
    source: R,
    range: Range<u64>,
    queue: &mpsc::Sender<Result<Bytes, BoxError>>,
) -> Result<(), BoxError> {
    //? drop(source);
    //? todo!("chapter 8: fill {queue:?} with {range:?}")
    // ANCHOR: cut-fill
    let mut source = source;
    let mut at = range.start;
    while at < range.end {
        let Ok(place) = queue.reserve().await else {
            return Ok(());
        };
        let read = tokio::task::spawn_blocking(move || {
            let piece = read_piece(&mut source, at..range.end);
            (source, piece)
        });
        let (back, piece) = read.await?;
        source = back;
        let piece = piece?;
        at += piece.len() as u64;
        place.send(Ok(piece));
    }
    Ok(())
    // ANCHOR_END: cut-fill
}

/// Reads one piece at the start of `range`; the range is not
/// empty.
fn read_piece<R: io::Read + io::Seek>(
    source: &mut R,
    range: Range<u64>,
) -> io::Result<Bytes> {
    let left = range.end - range.start;
    let left = usize::try_from(left).unwrap_or(usize::MAX);
    let mut piece = vec![0; left.min(PIECE)];
    source.seek(io::SeekFrom::Start(range.start))?;
    loop {
        match source.read(&mut piece) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(length) => {
                piece.truncate(length);
                return Ok(piece.into());
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
