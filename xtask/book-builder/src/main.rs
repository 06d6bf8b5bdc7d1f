//! Builds, checks and serves the workbook; started by `cargo xtask book`.

use anyhow::{Result, bail};
use book_builder::cli::{self, Command, WrongUsage};
use book_builder::markdown::preprocess;
use book_builder::server::serve;
use book_builder::server::serve::PortTaken;
use book_builder::site::build;
use book_builder::site::build::Foreign;
use book_builder::site::links;
use course::{complain, say};
use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Exit codes, the same as the runner's.
const FAULTS: u8 = 1;
const USAGE: u8 = 2;
const MACHINE: u8 = 3;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            complain!("{error:#}");
            if error.is::<WrongUsage>() || error.is::<Foreign>() {
                ExitCode::from(USAGE)
            } else if error.is::<PortTaken>() {
                ExitCode::from(MACHINE)
            } else {
                ExitCode::from(FAULTS)
            }
        }
    }
}

fn run() -> Result<ExitCode> {
    match cli::parse(env::args_os().skip(1))? {
        Command::Serve { open, port, root } => {
            let root = workspace(root)?;
            tokio::runtime::Runtime::new()?.block_on(async {
                let listener = serve::listen(port).await?;
                serve::serve(&root, listener, open).await
            })?;
        }
        Command::Build { folder, root } => {
            build::publish(&workspace(root)?, &folder)?;
            say!("The book is in {}", folder.display());
        }
        Command::Links { folder } => {
            let broken = links::Site::read(&folder)?.broken();
            if !broken.is_empty() {
                let lines: Vec<String> =
                    broken.iter().map(ToString::to_string).collect();
                bail!("{}", lines.join("\n"));
            }
            say!("Every link holds.");
        }
        Command::Preprocess => {
            preprocess::filter(std::io::stdin().lock(), std::io::stdout().lock())?;
        }
        Command::Supports { renderer } => {
            if !preprocess::supports(&renderer) {
                return Ok(ExitCode::from(FAULTS));
            }
        }
        Command::Help => say!("{}", cli::USAGE),
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the workspace that was named, or the nearest one at or above the current
/// folder.
fn workspace(named: Option<PathBuf>) -> Result<PathBuf> {
    let holds_book = |folder: &Path| folder.join("book/book.toml").is_file();
    if let Some(root) = named {
        if !holds_book(&root) {
            bail!("{} doesn't contain book/book.toml", root.display());
        }
        return Ok(root);
    }
    let here = env::current_dir()?;
    match here.ancestors().find(|folder| holds_book(folder)) {
        Some(root) => Ok(root.to_path_buf()),
        None => bail!(
            "there is no book/book.toml in {} or above it; change into the workbook's \
             folder, or name it with `--root DIR`",
            here.display()
        ),
    }
}
