//! A record of the last update, in `.workbook/update.txt`, with what's needed to undo
//! it.

use std::path::PathBuf;

use xtask::chapter::workspace::Workspace;
use xtask::cli::error::Result;

use super::file;

/// One update, in progress or completed.
#[derive(Debug, Clone)]
pub struct Moved {
    /// The commit before the update.
    pub from: String,
    /// The commit after the update, even while it's in progress.
    pub to: String,
    /// The copy of the learner's files, if any had changed.
    pub copy: Option<String>,
    /// Whether it has completed.
    pub is_done: bool,
}

impl Moved {
    /// Returns the last update, if it wasn't undone.
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

    /// Writes the record.
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

    /// Removes the record, because there's nothing to undo anymore.
    pub fn forget(workspace: &Workspace) -> Result<()> {
        file::remove(&path(workspace))
    }
}

fn path(workspace: &Workspace) -> PathBuf {
    workspace.state().join("update.txt")
}
