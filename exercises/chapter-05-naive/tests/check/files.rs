//! Files and folders that the checks make.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lab::Steps;
use lab::folder::Folder;

/// A folder for the check.
pub fn folder(steps: &Steps) -> Folder {
    steps.succeeds("a temporary folder", Folder::new())
}

/// A file with a short content.
pub fn written(
    steps: &Steps,
    folder: &Folder,
    name: &str,
    content: &[u8],
) -> PathBuf {
    steps.succeeds("write the file", folder.file(name, content))
}

/// Names of which no character means anything.
pub fn odd_names(steps: &Steps, folder: &Folder) {
    let made = std::fs::create_dir(folder.path().join("~"));
    steps.succeeds("make a folder", made);
    let mut names = vec![
        "~/a.zip",
        "~.zip",
        "$HOME.zip",
        "a%20b.zip",
        "a=b.zip",
        "#.zip",
        "--odd.zip",
        "--listen",
        "{a,b}.zip",
    ];
    if cfg!(unix) {
        names.extend([
            "a\\b.zip",
            "\"a\".zip",
            "*.zip",
            "a:b",
            "file:a.zip",
            "a\nb",
            " ",
        ]);
    }
    for name in names {
        written(steps, folder, name, name.as_bytes());
        let words = ["--file".to_owned(), name.to_owned()];
        steps.step(format!("read --file {name:?}, then the file"));
        let config = naive::Config::from_args(&words);
        let config = steps.succeeds(format!("{name:?}"), config);
        let read = std::fs::read(&config.file);
        let read = steps.succeeds("read", read);
        steps.equal_bytes("the file", &read, name.as_bytes());
    }
}

/// Gives the file this length. What was never written takes no room
/// on a disk. `false` where there is no room for it.
pub fn stretched(steps: &Steps, file: &Path, length: u64) -> bool {
    let file = std::fs::File::options().write(true).open(file);
    let file = steps.succeeds("open the file", file);
    let made = file.set_len(length);
    if let Err(error) = &made {
        let size = lab::Size(length);
        steps.note(format!("not tried: a file of {size} ({error})"));
    }
    made.is_ok()
}

/// Makes a link, in place of what was there. `false` where links
/// need a permission that this user may lack.
pub fn linked(steps: &Steps, target: &Path, link: &Path) -> bool {
    #[cfg(unix)]
    {
        if link.is_symlink() {
            let gone = std::fs::remove_file(link);
            steps.succeeds("take the link away", gone);
        }
        let made = std::os::unix::fs::symlink(target, link);
        steps.succeeds("make a link", made);
    }
    let _ = (steps, target, link);
    cfg!(unix)
}

/// A file that says that it has bytes, can be opened, and cannot be
/// read. Linux has some: the speed of a network that is none.
pub fn unreadable() -> Option<PathBuf> {
    ["speed", "duplex", "name_assign_type"]
        .map(|name| Path::new("/sys/class/net/lo").join(name))
        .into_iter()
        .find(|file| {
            let facts = std::fs::metadata(file);
            let long = facts.is_ok_and(|f| f.is_file() && f.len() > 0);
            let opened = std::fs::File::open(file).is_ok();
            long && opened && std::fs::read(file).is_err()
        })
}

/// A socket with a name in the file system, and what keeps it.
/// `None` where there is none, or where the path is too long.
#[cfg(unix)]
pub fn socket(
    folder: &Folder,
    name: &str,
) -> Option<(PathBuf, std::os::unix::net::UnixListener)> {
    use std::os::fd::AsRawFd;
    // The path of a socket has at most about 100 bytes. On Linux,
    // there is a short way into each folder that is open.
    let open = std::fs::File::open(folder.path()).ok()?;
    let short = format!("/proc/self/fd/{}", open.as_raw_fd());
    let short = Path::new(&short);
    let way = if short.exists() { short } else { folder.path() };
    let listener =
        std::os::unix::net::UnixListener::bind(way.join(name)).ok()?;
    Some((folder.path().join(name), listener))
}

/// No such thing outside of Unix.
#[cfg(not(unix))]
pub fn socket(_: &Folder, _: &str) -> Option<(PathBuf, ())> {
    None
}

/// Linux refuses to read it to root too.
const WRITE_ONLY: &str = "/proc/sys/vm/compact_memory";

/// A file that this user may not read. `None` where there is no
/// such file: outside of Unix, and for most users called root.
pub fn forbidden(steps: &Steps, folder: &Folder) -> Option<PathBuf> {
    let file = written(steps, folder, "forbidden.zip", b"secret");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let nobody = std::fs::Permissions::from_mode(0o000);
        let set = std::fs::set_permissions(&file, nobody);
        steps.succeeds("take the permission away", set);
    }
    [file, WRITE_ONLY.into()].into_iter().find(|file| {
        let opened = std::fs::File::open(file);
        opened.is_err_and(|error| {
            error.kind() == ErrorKind::PermissionDenied
        })
    })
}

/// A process has one working directory, and `cargo test` runs all
/// checks in one process.
static TURN: Mutex<()> = Mutex::new(());

/// Another working directory. Dropped, the old one is back.
pub struct Directory {
    before: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

impl Directory {
    /// Goes there.
    pub fn enter(steps: &Steps, path: &Path) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::env::current_dir();
        let before = steps.succeeds("the directory", before);
        let directory = Self {
            before,
            _turn: turn,
        };
        directory.change(steps, path);
        directory
    }

    /// Goes elsewhere.
    pub fn change(&self, steps: &Steps, path: &Path) {
        let changed = std::env::set_current_dir(path);
        steps.succeeds("change the directory", changed);
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // The check that follows would say what is wrong.
        let _ = std::env::set_current_dir(&self.before);
    }
}
