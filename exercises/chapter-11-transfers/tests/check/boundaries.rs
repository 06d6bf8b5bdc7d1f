//! Checks of the boundary scanner.

use lab::Steps;
use transfers::BoundaryScanner;

pub fn any_cut(steps: Steps) {
    steps.step("a boundary");
    let scanner = BoundaryScanner::new("B");
    steps.succeeds("a scanner", scanner);
}
