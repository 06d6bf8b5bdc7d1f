//! The learner's prediction: read from `prediction.toml`, and the
//! first one kept.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use lab::Steps;
use lab::panics;
use lab::report::{Kind, Panic, Place};

/// The one file outside `src` that is the learner's.
const FILE: &str = "prediction.toml";
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

/// Why there is no prediction, with the line that says so.
#[derive(Debug, PartialEq)]
enum Missing {
    /// A number is still to be written.
    Unfilled { line: usize, name: &'static str },
    /// What is written is no number.
    Nonsense { line: usize, what: String },
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
    let now = match parse(&text) {
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

fn parse(text: &str) -> Result<Guess, Missing> {
    let mut guess = [None, None];
    let mut lines = [text.lines().count().max(1); 2];
    for (line, content) in (1..).zip(text.lines()) {
        // A line that still waits for its number is a comment.
        let waiting = content.trim_start_matches(['#', ' ']);
        let (content, _) =
            content.split_once('#').unwrap_or((content, ""));
        let nonsense = |what| Missing::Nonsense { line, what };
        for (at, name) in NAMES.iter().enumerate() {
            let rest = waiting.strip_prefix(name);
            if rest
                .is_some_and(|rest| rest.trim_start().starts_with('='))
            {
                lines[at] = line;
            }
        }
        if content.trim().is_empty() {
            continue;
        }
        let (name, value) =
            content.split_once('=').ok_or_else(|| {
                nonsense(format!("`{}` has no `=`", content.trim()))
            })?;
        let (name, value) = (name.trim(), value.trim());
        let Some(at) = NAMES.iter().position(|known| *known == name)
        else {
            return Err(nonsense(format!(
                "`{name}` means nothing here"
            )));
        };
        if guess[at].is_some() {
            return Err(nonsense(format!(
                "`{name}` stands here twice"
            )));
        }
        if value.is_empty() {
            continue;
        }
        // TOML takes underscores between digits.
        let digits = value.replace('_', "");
        let number = digits.parse().map_err(|_| {
            let why = "is no whole number that a computer has in MiB";
            nonsense(format!("`{value}` {why}"))
        })?;
        guess[at] = Some(number);
    }
    let number = |at: usize| {
        guess[at].ok_or(Missing::Unfilled {
            line: lines[at],
            name: NAMES[at],
        })
    };
    Ok([number(0)?, number(1)?])
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
fn a_prediction_is_two_numbers_between_comments() {
    let text = "# why\none_client = 40 # MiB\r\n\neight_clients=0\n";
    assert_eq!(parse(text), Ok([40, 0]));
}

#[test]
fn a_number_that_is_still_to_be_written_is_told_with_its_line() {
    let unfilled = |line, at: usize| {
        Err(Missing::Unfilled {
            line,
            name: NAMES[at],
        })
    };
    let text = "# why\n# one_client =\n# eight_clients =\n";
    assert_eq!(parse(text), unfilled(2, 0));
    let text = "one_client = 40\neight_clients =\n";
    assert_eq!(parse(text), unfilled(2, 1));
    assert_eq!(parse(""), unfilled(1, 0));
}

#[test]
fn nonsense_in_a_prediction_is_told_with_its_line() {
    for text in [
        "\none_client = lots\n",
        "\none_client = 40 MiB\n",
        "\none_client = -1\n",
        "\none_client\n",
        "\nclients = 3\n",
        "one_client = 1\none_client = 2\n",
    ] {
        match parse(text) {
            Err(Missing::Nonsense { line, .. }) => assert_eq!(line, 2),
            other => panic!("{text:?}: {other:?}"),
        }
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
