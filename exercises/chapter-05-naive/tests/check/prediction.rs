//! The learner's prediction: read from `prediction.toml`, and the
//! first one kept.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use lab::Steps;
use lab::panics;
use lab::prediction::{FILE, Missing, parse};
use lab::report::{Kind, Panic, Place};

/// Where first guesses are kept, from the workbook's root.
const KEPT: &str = ".workbook/predictions.txt";
/// The two numbers, by their names in the file.
const NAMES: [&str; 2] = ["one_client", "eight_clients"];

/// What somebody believes: MiB at the peak, for one client and
/// for eight.
pub type Guess = [u64; 2];

/// The prediction as it is now, and the first one.
pub struct Prediction {
    pub now: Guess,
    pub first: Guess,
}

/// Reads the prediction; without one the check ends here, before
/// it measures anything.
pub fn read(steps: &Steps) -> Prediction {
    steps.step(format!("read {FILE}"));
    let folder = chapter();
    let path = folder.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => steps.fail(
            format!("{FILE}; git restore brings it back"),
            format!("{}: {error}", path.display()),
        ),
    };
    let now = match parse(&text, NAMES) {
        Ok(guess) => guess,
        Err(Missing::Unfilled { line, name }) => {
            let message = format!(
                "not yet implemented: {FILE} has no number for \
                 `{name}`: predict first, then measure"
            );
            // As a `todo!` on that line, so that the runner says
            // "not started" and where to write.
            panics::tell(Panic {
                kind: Kind::Todo,
                place: Place::Check,
                file: path.display().to_string(),
                line: u32::try_from(line).unwrap_or(u32::MAX),
                message,
            });
            steps.fail(format!("a number for `{name}`"), "none yet");
        }
        Err(Missing::Nonsense { line, what }) => {
            steps.fail(
                "a whole number of MiB, as in `one_client = 5`",
                format!("{FILE}, line {line}: {what}"),
            );
        }
    };
    let first = keep_first(&folder, now).unwrap_or(now);
    Prediction { now, first }
}

/// The folder of the chapter whose code is checked.
fn chapter() -> PathBuf {
    // Cargo and the runner both set it when a check runs.
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from("."), PathBuf::from)
}

/// Keeps the learner's first guess beside the workbook's other
/// records, and gives it. `None` where there is nowhere to write:
/// a prediction is never a reason to fail.
fn keep_first(chapter: &Path, now: Guess) -> Option<Guess> {
    let tree = chapter.parent()?.file_name();
    if tree != Some(OsStr::new("exercises")) {
        return None;
    }
    let root = chapter
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").is_file())?;
    let path = root.join(KEPT);
    let kept = fs::read_to_string(&path).unwrap_or_default();
    if let Some(first) = kept.lines().find_map(remembered) {
        return Some(first);
    }
    let [one, eight] = now;
    let line =
        format!("chapter-5 one_client {one} eight_clients {eight}\n");
    fs::create_dir_all(path.parent()?).ok()?;
    fs::write(&path, kept + &line).ok()?;
    Some(now)
}

fn remembered(line: &str) -> Option<Guess> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["chapter-5", "one_client", one, "eight_clients", eight] => {
            Some([one.parse().ok()?, eight.parse().ok()?])
        }
        _ => None,
    }
}

#[test]
fn the_first_guess_stays_the_first() {
    let root = lab::folder::Folder::new().expect("a folder");
    let chapter = root.path().join("exercises").join("chapter-05");
    fs::create_dir_all(&chapter).expect("a folder");
    assert_eq!(keep_first(&chapter, [1, 2]), None, "no workbook");
    root.file("Cargo.lock", b"").expect("a file");
    assert_eq!(keep_first(&chapter, [1, 2]), Some([1, 2]));
    assert_eq!(keep_first(&chapter, [3, 4]), Some([1, 2]));
    let reference = root.path().join("solutions").join("chapter-05");
    assert_eq!(keep_first(&reference, [3, 4]), None);
}
