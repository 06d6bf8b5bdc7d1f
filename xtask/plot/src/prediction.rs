//! The learner's prediction, if it's about the run that is plotted.

use std::fs;
use std::path::Path;

use course::chapter::{Chapter, Tree};
use course::complain;
use lab::prediction::{self, FILE, Missing};
use lab::size::MIB;

use crate::curve::Prediction;
use crate::options::Options;

/// The chapter whose server the prediction is about.
const CHAPTER: u32 = 5;
/// The run that it's about: a file of this many bytes, and this many clients.
const SIZE: u64 = 32 * MIB;
const LOADS: [(&str, usize); 2] = [("one_client", 1), ("eight_clients", 8)];

/// Returns the prediction for this run. If it's about another run or can't be read, a
/// message goes to standard error, because that's no reason not to measure.
pub(crate) fn of(
    root: &Path,
    chapters: &[Chapter],
    options: &Options,
) -> Option<Prediction> {
    let chapter = chapters
        .iter()
        .find(|chapter| chapter.number() == CHAPTER)?;
    let path = chapter.path(root, Tree::Exercises).join(FILE);
    let text = fs::read_to_string(path).ok()?;
    match prediction::parse(&text, LOADS.map(|(name, _)| name)) {
        Ok(peaks) => about(peaks, options),
        // There's no prediction yet.
        Err(Missing::Unfilled { .. }) => None,
        Err(nonsense) => {
            complain!("plot: your prediction is not drawn: {nonsense}");
            None
        }
    }
}

fn about(peaks: [u64; LOADS.len()], options: &Options) -> Option<Prediction> {
    let load = LOADS
        .iter()
        .position(|(_, count)| *count == options.clients);
    let Some(load) = load.filter(|_| options.size() == SIZE) else {
        complain!(
            "plot: your prediction is about a file of 32 MiB and 1 or 8 clients. \
             To see it drawn: cargo xtask plot chapter-5 --size 32MiB"
        );
        return None;
    };
    Some(Prediction {
        label: format!("your prediction for chapter-{CHAPTER}"),
        peak: peaks[load],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Request;

    fn drawn(line: &str, text: &str) -> Option<u64> {
        let root = lab::folder::Folder::new().expect("a temporary folder");
        let folder = root.path().join("exercises").join("chapter-05-naive");
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(FILE), text).expect("a file");
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let Ok(Request::Plot(options)) = Options::parse(&words) else {
            panic!("{line} is right");
        };
        let chapter = Chapter::from_folder("chapter-05-naive").expect("its name");
        of(root.path(), &[chapter], &options).map(|prediction| prediction.peak)
    }

    #[test]
    fn a_prediction_is_drawn_where_it_is_about_this_run() {
        let text = "one_client = 40\neight_clients = 300\n";
        assert_eq!(drawn("--size 32MiB", text), Some(40));
        assert_eq!(drawn("--size 32MiB --clients 8", text), Some(300));
        assert_eq!(drawn("--size 32MiB --clients 2", text), None);
        assert_eq!(drawn("--size 64MiB", text), None);
    }

    #[test]
    fn without_numbers_nothing_is_drawn() {
        assert_eq!(drawn("--size 32MiB", "# one_client =\n"), None);
        assert_eq!(drawn("--size 32MiB", "one_client = much\n"), None);
    }
}
