//! Readers and writers that fail like real ones: with an error after a number of bytes,
//! short reads and writes, and interrupted calls.

use std::io::{self, ErrorKind, Read, Write};

/// The faults of a reader or a writer, and how far it got.
#[derive(Clone, Debug)]
pub struct Faults {
    /// The error, and how many bytes pass before it.
    error: Option<(u64, ErrorKind)>,
    /// The maximum number of bytes that one call transfers.
    short: usize,
    /// How many more calls are interrupted.
    interruptions: usize,
    /// Whether the last call was interrupted. The next one isn't, so that each
    /// successful call has to be repeated once.
    interrupted: bool,
    passed: u64,
    calls: u64,
}

/// A reader with faults.
#[derive(Debug)]
pub struct Reader<R> {
    inner: R,
    faults: Faults,
}

/// A writer with faults.
#[derive(Debug)]
pub struct Writer<W> {
    inner: W,
    faults: Faults,
}

impl Faults {
    /// Returns a description without faults.
    pub fn none() -> Faults {
        Faults {
            error: None,
            short: usize::MAX,
            interruptions: 0,
            interrupted: false,
            passed: 0,
            calls: 0,
        }
    }

    /// Every call fails with `kind` once `bytes` bytes have passed.
    pub fn error_after(mut self, bytes: u64, kind: ErrorKind) -> Faults {
        self.error = Some((bytes, kind));
        self
    }

    /// One call transfers at most `length` bytes, and at least one.
    pub fn short(mut self, length: usize) -> Faults {
        self.short = length.max(1);
        self
    }

    /// Every other call is interrupted, `times` times in all: a blocking call fails
    /// with `Interrupted`, an asynchronous one is `Pending` and wakes at once.
    pub fn interrupted(mut self, times: usize) -> Faults {
        self.interruptions = times;
        self
    }

    /// Returns how many bytes have passed.
    pub fn passed(&self) -> u64 {
        self.passed
    }

    /// Returns how many calls there were, including failed ones.
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// Begins a call, and returns whether it's interrupted.
    pub fn interrupts(&mut self) -> bool {
        self.calls += 1;
        self.interrupted = self.interruptions > 0 && !self.interrupted;
        self.interruptions -= usize::from(self.interrupted);
        self.interrupted
    }

    /// Returns how many of `wanted` bytes the call may transfer, or its error.
    pub fn allow(&mut self, wanted: usize) -> io::Result<usize> {
        let Some((after, kind)) = self.error else {
            return Ok(wanted.min(self.short));
        };
        let left = after.saturating_sub(self.passed);
        if left == 0 {
            return Err(io::Error::new(kind, "a fault of the check"));
        }
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        Ok(wanted.min(self.short).min(left))
    }

    /// Counts the bytes that the call has transferred.
    pub fn moved(&mut self, length: usize) {
        self.passed += length as u64;
    }

    fn begin(&mut self, wanted: usize) -> io::Result<usize> {
        if self.interrupts() {
            return Err(ErrorKind::Interrupted.into());
        }
        self.allow(wanted)
    }
}

impl<R> Reader<R> {
    /// Wraps `inner`.
    pub fn new(inner: R, faults: Faults) -> Reader<R> {
        Reader { inner, faults }
    }

    /// Returns how far it got.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }
}

impl<R: Read> Read for Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let allowed = self.faults.begin(buffer.len())?;
        let length = self.inner.read(&mut buffer[..allowed])?;
        self.faults.moved(length);
        Ok(length)
    }
}

impl<W> Writer<W> {
    /// Wraps `inner`.
    pub fn new(inner: W, faults: Faults) -> Writer<W> {
        Writer { inner, faults }
    }

    /// Returns how far it got.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Returns the wrapped writer.
    pub fn into_inner(self) -> W {
        self.inner
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let allowed = self.faults.begin(bytes.len())?;
        let length = self.inner.write(&bytes[..allowed])?;
        self.faults.moved(length);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_comes_after_exactly_so_many_bytes() {
        let faults = Faults::none().error_after(4, ErrorKind::ConnectionReset);
        let mut reader = Reader::new(&b"abcdef"[..], faults);
        let mut read = Vec::new();
        let error = reader.read_to_end(&mut read).expect_err("a fault");
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        assert_eq!(
            (read.as_slice(), reader.faults().passed()),
            (&b"abcd"[..], 4)
        );
        assert!(reader.read(&mut [0; 8]).is_err(), "it stays broken");
    }

    #[test]
    fn a_loop_that_takes_a_short_write_for_a_whole_one_is_found() {
        let mut writer = Writer::new(Vec::new(), Faults::none().short(3));
        let written = writer.write(b"abcdef").expect("no error");
        assert_eq!(written, 3);
        writer.write_all(b"defgh").expect("no error");
        assert_eq!(writer.into_inner(), b"abcdefgh");
    }

    #[test]
    fn a_single_read_sees_only_so_many_bytes() {
        let mut reader = Reader::new(&b"abcdef"[..], Faults::none().short(2));
        let mut buffer = [0; 6];
        assert_eq!(reader.read(&mut buffer).expect("no error"), 2);
        reader.read_exact(&mut buffer[2..]).expect("no error");
        assert_eq!(&buffer, b"abcdef");
        assert_eq!(reader.faults().calls(), 3);
    }

    #[test]
    fn a_reader_that_gives_up_when_interrupted_is_found() {
        let faults = Faults::none().short(2).interrupted(3);
        let mut reader = Reader::new(&b"abcdef"[..], faults);
        let error = reader.read(&mut [0; 6]).expect_err("a fault");
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        let mut read = Vec::new();
        reader.read_to_end(&mut read).expect("it repeats the call");
        assert_eq!(read, b"abcdef");
    }

    #[test]
    fn a_writer_can_be_full() {
        let faults = Faults::none().error_after(3, ErrorKind::StorageFull);
        let mut writer = Writer::new(Vec::new(), faults);
        let error = writer.write_all(b"abcdef").expect_err("a fault");
        assert_eq!(error.kind(), ErrorKind::StorageFull);
        assert_eq!(writer.into_inner(), b"abc");
    }
}
