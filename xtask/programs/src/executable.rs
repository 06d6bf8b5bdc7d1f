//! A program of the workspace, built when it is asked for.

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::root;

/// A program of the workspace.
#[derive(Debug, Clone)]
pub struct Executable {
    root: PathBuf,
    package: String,
    name: String,
    release: bool,
}

/// Why there is no program.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Cargo itself does not run.
    #[error("cannot run cargo: {0}")]
    Cargo(#[from] io::Error),
    /// Cargo said no; its own words are on standard error.
    #[error("{0} doesn't compile")]
    DoesNotCompile(String),
}

impl Executable {
    /// The program that is called like its package.
    pub fn of(package: &str) -> Executable {
        Executable {
            root: root().to_owned(),
            package: package.to_owned(),
            name: package.to_owned(),
            release: false,
        }
    }

    /// Of another copy of the workbook, in the target directory of that copy.
    pub fn inside(mut self, root: &Path) -> Executable {
        root.clone_into(&mut self.root);
        self
    }

    /// Another program of the package.
    pub fn named(mut self, name: &str) -> Executable {
        name.clone_into(&mut self.name);
        self
    }

    /// Built with optimizations, or not.
    pub fn release(mut self, release: bool) -> Executable {
        self.release = release;
        self
    }

    /// Builds it, and says where it is. Cargo's own words go to standard error.
    pub fn build(&self) -> Result<PathBuf, Error> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .current_dir(&self.root)
            .args(["build", "--quiet", "--package", &self.package])
            .args(["--bin", &self.name])
            .arg("--message-format=json-render-diagnostics")
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        if self.root != root() {
            // Nobody debugs a copy.
            command.env_remove("CARGO_TARGET_DIR");
            command.env("CARGO_PROFILE_DEV_DEBUG", "false");
        }
        if self.release {
            command.arg("--release");
        }
        let mut child = command.spawn()?;
        let output = child.stdout.take().expect("standard output is piped above");
        let mut path = None;
        for line in BufReader::new(output).lines() {
            let message: Value = serde_json::from_str(&line?).unwrap_or_default();
            if let Some(program) = message["executable"].as_str() {
                path = Some(PathBuf::from(program));
            }
        }
        let status = child.wait()?;
        path.filter(|_| status.success())
            .ok_or_else(|| Error::DoesNotCompile(self.package.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_is_not_there_is_named() {
        let error = Executable::of("chapter-99").build().unwrap_err();
        assert_eq!(error.to_string(), "chapter-99 does not compile");
    }
}
