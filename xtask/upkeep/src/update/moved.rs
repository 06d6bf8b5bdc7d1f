//! What the last update did, in `.workbook/update.txt`: enough to take it back.

use std::path::PathBuf;

use xtask::chapter::workspace::Workspace;
use xtask::cli::error::Result;

use super::file;

/// One update, under way or done.
#[derive(Debug, Clone)]
pub struct Moved {
    /// The commit of before.
    pub from: String,
    /// The commit of after, also while it is under way.
    pub to: String,
    /// The copy of the learner's files, if any had changed.
    pub copy: Option<String>,
    /// Did it come to its end?
    pub is_done: bool,
}

impl Moved {
    /// The last update, if it was not taken back.
    pub fn read(workspace: &Workspace) -> Result<Option<Self>> {
        let Some(bytes) = file::read(&path(workspace))? else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(&bytes);
        let value = |key: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(" = "));
            lines
                .find(|(name, _)| *name == key)
                .map(|(_, value)| value.to_owned())
        };
        Ok(value("from").zip(value("to")).map(|(from, to)| Self {
            from,
            to,
            copy: value("copy"),
            is_done: value("done").as_deref() == Some("yes"),
        }))
    }

    /// Writes it down.
    pub fn write(&self, workspace: &Workspace) -> Result<()> {
        let mut text = format!("from = {}\nto = {}\n", self.from, self.to);
        if let Some(copy) = &self.copy {
            text += &format!("copy = {copy}\n");
        }
        text += if self.is_done {
            "done = yes\n"
        } else {
            "done = no\n"
        };
        file::write(&path(workspace), text.as_bytes())
    }

    /// There is nothing to take back any more.
    pub fn forget(workspace: &Workspace) -> Result<()> {
        file::remove(&path(workspace))
    }
}

fn path(workspace: &Workspace) -> PathBuf {
    workspace.state().join("update.txt")
}
