//! Serves the book on loopback, with its live parts, and rebuilds it when a source is
//! saved.
//!
//! Each build has a folder of its own in `target/book/PORT`, and the pages are served
//! from the newest build that succeeded, so a reader never sees an incomplete book.

use crate::live::live_run::{self, Runs};
use crate::live::xtask_process::Runner;
use crate::live::{self, Live};
use crate::server::builds::{BuildFolders, SiteBuild};
use crate::server::open_browser;
use crate::server::served_pages::{News, Pages};
use crate::server::token::Token;
use crate::server::watch::Watch;
use anyhow::{Context, Result, anyhow};
use course::{complain, say};
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpListener;

/// How long open downloads may continue after Ctrl-C.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long a run and everything in it may take to exit when the server stops.
const ENDING: Duration = Duration::from_secs(6);

/// The port is taken. It has a type of its own, because the reader can choose another
/// port.
#[derive(Debug)]
pub struct PortTaken(u16);

impl std::fmt::Display for PortTaken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "port {0} is already in use: if the book is already open, it is at \
             http://127.0.0.1:{0}/\nOtherwise type `cargo xtask book --port 0`, and the \
             system chooses a free port.",
            self.0
        )
    }
}

impl std::error::Error for PortTaken {}

/// Listens on loopback; port 0 lets the system choose.
///
/// # Errors
///
/// [`PortTaken`], or any other error of the operating system.
pub async fn listen(port: u16) -> Result<TcpListener> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            Err(PortTaken(port).into())
        }
        Err(error) => Err(error).with_context(|| format!("can't use port {port}")),
    }
}

/// Builds and serves the book of the workspace `root` until Ctrl-C.
///
/// # Errors
///
/// Returns an error if the first build or the listener fails. If a later build fails,
/// its errors are printed, and the last good pages stay.
pub async fn serve(root: &Path, listener: TcpListener, open: bool) -> Result<()> {
    // The operating system reports saved files by their real paths.
    let root = root
        .canonicalize()
        .with_context(|| format!("cannot find {}", root.display()))?;
    let root = plain(root);
    let address = listener.local_addr()?;
    let shelf = BuildFolders::new(&root, address.port())?;
    // Started before the first build, so that no save between the two is missed.
    let watch = Watch::start(&root);
    let first = shelf.build().inspect_err(|_| shelf.clear())?;
    report(&first);

    let token = Token::new()
        .map_err(|error| anyhow!("the system can't supply random numbers: {error}"))?;
    let pages = Pages::new(first.folder.clone()).with_token(token, &root);
    let runs = Runs::new(live_run::DEADLINE);
    let live = Live::new(pages.clone(), &root, Runner::of(&root), runs.clone());
    let router = live::router(live, address.port());
    let url = format!("http://{address}/");
    say!("The book is at {url}  (Ctrl-C stops it)");
    if open && open_browser::open(&url).is_err() {
        complain!("No browser could be started, so open {url} yourself.");
    }
    std::thread::spawn({
        let (shelf, pages) = (shelf.clone(), pages.clone());
        move || rebuild(watch, &shelf, &pages, first)
    });

    let served = axum::serve(listener, router)
        .with_graceful_shutdown(interrupted(pages.clone()))
        .into_future();
    let farewell = async {
        pages.closed().await;
        tokio::time::sleep(FAREWELL).await;
    };
    let result = tokio::select! {
        result = served => result.context("the server stopped"),
        () = farewell => Ok(()),
    };
    // The run exits anyway when its standard input closes. Waiting for it keeps its
    // output from appearing after the shell's prompt.
    let _ = tokio::time::timeout(ENDING, runs.ended()).await;
    shelf.clear();
    result
}

/// Real paths on Windows begin with a prefix that few programs understand, and many
/// editors don't.
fn plain(path: PathBuf) -> PathBuf {
    let text = path.to_string_lossy();
    match text.strip_prefix(r"\\?\").filter(|_| cfg!(windows)) {
        Some(rest) if rest.as_bytes().get(1) == Some(&b':') => PathBuf::from(rest),
        _ => path,
    }
}

async fn interrupted(pages: Pages) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            },
            Err(_) => {
                let _ = tokio::signal::ctrl_c().await;
            }
        }
    }
    #[cfg(not(unix))]
    let _ = tokio::signal::ctrl_c().await;
    pages.close();
}

/// Rebuilds the book after each save, and tells the open pages, forever.
fn rebuild(
    mut watch: Watch,
    shelf: &BuildFolders,
    pages: &Pages,
    mut current: SiteBuild,
) {
    // A request that began before a build still reads from the previous folder.
    let mut previous: Option<PathBuf> = None;
    loop {
        let saved = watch.saved(&current.built.inputs);
        for chapter in saved.chapters {
            pages.tell(News::Saved(chapter));
        }
        if saved.record {
            pages.tell(News::Progress);
        }
        if saved.sources.is_empty() {
            continue;
        }
        match shelf.build() {
            Ok(shelved) => {
                report(&shelved);
                pages.replace(shelved.folder.clone());
                let last = std::mem::replace(&mut current, shelved);
                if let Some(old) = previous.replace(last.folder) {
                    let _ = std::fs::remove_dir_all(old);
                }
                say!("Built again.");
            }
            Err(error) => {
                complain!("{error:#}\nThe last good pages stay until this is fixed.");
            }
        }
    }
}

/// Here, broken links are only warnings: the reader can continue, and the author sees
/// them in the terminal. With `--build`, they're errors.
fn report(shelved: &SiteBuild) {
    for loose_end in &shelved.built.loose_ends {
        complain!("{loose_end}");
    }
}
