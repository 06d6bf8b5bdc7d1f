//! Small files and fast clients prove no streaming (row 147): the checks of chapter 8
//! must find what passes such a test.

use anyhow::{Context, Result, ensure};
use proof::{runner, wrong};

/// Passes every test with a small file: nobody has to wait.
const PASSES_SMALL: [(u32, &str); 2] = [
    (130, "a_stalled_client_stops_the_reader"),
    (133, "a_stalled_client_stops_the_reader"),
];

/// That the checks reject them is proven with all wrong programs. Here it is proven that
/// they are among them, and rejected by a client that stalls.
#[test]
fn the_checks_reject_unbounded_and_ignored_answers() -> Result<()> {
    let all = wrong::read_all(&runner::root().join("solutions"))?;
    for (row, check) in PASSES_SMALL {
        let check = wrong::Rejects::Check(check.to_owned());
        let found = all.iter().find(|wrong| {
            wrong.folder.starts_with("chapter-08-")
                && wrong.row == row
                && wrong.check == check
        });
        let wrong = found.with_context(|| format!("row {row}"))?;
        ensure!(!wrong.name.is_empty(), "row {row} has no name");
    }
    Ok(())
}
