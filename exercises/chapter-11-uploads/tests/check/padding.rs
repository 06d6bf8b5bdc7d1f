//! Checks of boundary lines with very much padding.

use bytes::BytesMut;
use lab::{Size, Steps};
use uploads::{BoundaryScanner, Scanned};

/// A body that breaks the rules has not ended well.
pub fn broken(steps: &Steps) {
    steps.step("a padded line that goes on with two dashes");
    let scanner = BoundaryScanner::new("b");
    let mut scanner = steps.succeeds("a scanner", scanner);
    let mut input = BytesMut::from("--b --\r\n");
    let refused = scanner.scan(&mut input).is_err();
    steps.holds("the error Boundary", refused);
    let finished = scanner.finished();
    steps.equal("finished after an error", &finished, &false);
}

/// The scanner waits for the end of such a line, however long it
/// is. The caller, `multipart.rs` here, decides what is too long.
pub fn long(steps: &Steps) {
    for length in [71, 256, 999, 1025, 65_537, 1 << 20] {
        let size = Size(length as u64);
        steps.step(format!("a boundary line with {size} of blanks"));
        let scanner = BoundaryScanner::new("b");
        let mut scanner = steps.succeeds("a scanner", scanner);
        let mut input = BytesMut::from("--b");
        input.extend_from_slice(&vec![b' '; length]);
        let scanned = scanner.scan(&mut input);
        let scanned = steps.succeeds("padding without an end", scanned);
        steps.equal("what it finds", &scanned, &Scanned::More);
        input.extend_from_slice(b"\t\r\n");
        let scanned = scanner.scan(&mut input);
        let scanned = steps.succeeds("padding and its end", scanned);
        steps.equal("what it finds", &scanned, &Scanned::Part);
        steps.equal("bytes that are left", &input.len(), &0);
    }
}
