//! Where a machine keeps Chromium, or a browser made from it.

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;

const NAMES: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
];

const MAC_PLACES: &[&str] = &[
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

const WINDOWS_FOLDERS: &[&str] = &["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"];

const WINDOWS_PLACES: &[&str] = &[
    "Chromium/Application/chrome.exe",
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
];

/// The browser of this machine: what `CHROMIUM` names, else the first that is on the
/// search path or at one of its usual places.
pub fn find() -> Option<PathBuf> {
    // A name that leads nowhere is a mistake to hear of, not one to work around.
    if let Some(named) = env::var_os("CHROMIUM") {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    on_path(&env::var_os("PATH")?).or_else(at_usual_place)
}

/// What is missing on a machine where nothing is found, and what to type.
pub fn advice() -> String {
    let found = match env::var("CHROMIUM") {
        Ok(named) => format!("CHROMIUM names {named}, which isn't a file"),
        Err(_) => "no Chromium was found".to_string(),
    };
    format!(
        "{found}: type `apt-get install chromium` or `brew install --cask chromium`, \
         or set CHROMIUM=path to Chrome, Chromium or Edge"
    )
}

fn on_path(path: &OsStr) -> Option<PathBuf> {
    NAMES.iter().find_map(|name| {
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        env::split_paths(path)
            .map(|folder| folder.join(&file))
            .find(|program| program.is_file())
    })
}

fn at_usual_place() -> Option<PathBuf> {
    let on_mac = MAC_PLACES.iter().map(PathBuf::from);
    let on_windows =
        WINDOWS_FOLDERS
            .iter()
            .filter_map(env::var_os)
            .flat_map(|folder| {
                let folder = PathBuf::from(folder);
                WINDOWS_PLACES.iter().map(move |place| folder.join(place))
            });
    on_mac.chain(on_windows).find(|program| program.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_folder_of_the_path_that_has_it_is_taken() {
        let folders = tempfile::tempdir().expect("a temporary folder");
        let (empty, full) = (folders.path().join("empty"), folders.path().join("full"));
        for folder in [&empty, &full] {
            std::fs::create_dir(folder).expect("a folder");
        }
        let path = env::join_paths([&empty, &full]).expect("a search path");
        assert_eq!(on_path(&path), None);

        let program = full.join(format!("chromium{}", env::consts::EXE_SUFFIX));
        std::fs::write(&program, "").expect("a file");
        assert_eq!(on_path(&path), Some(program));
    }
}
