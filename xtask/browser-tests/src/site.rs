//! The built book, and the three ways in which a reader comes to it.

use anyhow::{Context, Result};
use axum::Router;
use book_builder::server::served_pages::{self, Pages};
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tower_http::services::ServeDir;

/// A frame that mdBook shows in the sidebar where scripts are off; nobody opens it.
const FRAME: &str = "toc.html";

/// What a web server answers for an address that the book does not have.
const MISSING: &str = "404.html";

/// The whole book on one page, and the first page under a second name.
const COPIES: [&str; 2] = ["print.html", "index.html"];

/// A book that was built for the tests; folder and servers go when it is dropped.
pub struct Site {
    folder: TempDir,
    pages: Pages,
    served: u16,
    hosted: u16,
    /// Both servers run on it.
    _runtime: Runtime,
}

impl Site {
    /// Builds the book of this workspace, and serves it on loopback.
    ///
    /// # Errors
    ///
    /// The book does not build.
    pub fn build() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = tempfile::tempdir()?;
        book_builder::site::build::render(&root, folder.path()).context("the book")?;

        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let pages = Pages::new(folder.path().to_path_buf());
        let served = serve(&runtime, |port| served_pages::router(pages.clone(), port))?;
        let files = ServeDir::new(folder.path());
        let hosted = serve(&runtime, |_| Router::new().fallback_service(files))?;
        Ok(Site {
            folder,
            pages,
            served,
            hosted,
            _runtime: runtime,
        })
    }

    /// Every page that a reader can open, relative to the folder, in order of names.
    pub fn pages(&self) -> Vec<String> {
        let mut pages = self.html();
        pages.retain(|page| self.redirect(page).is_none());
        pages
    }

    /// The old addresses of pages, each with the page to which it leads.
    pub fn redirects(&self) -> Vec<(String, String)> {
        let all = self.html().into_iter();
        all.filter_map(|page| Some((self.redirect(&page)?, page)))
            .map(|(target, page)| (page, target))
            .collect()
    }

    fn redirect(&self, page: &str) -> Option<String> {
        let source = fs::read_to_string(self.folder.path().join(page)).ok()?;
        let (_, after) =
            source.split_once("http-equiv=\"refresh\" content=\"0; URL=")?;
        Some(after.split('"').next()?.to_owned())
    }

    fn html(&self) -> Vec<String> {
        let mut pages: Vec<String> = files(self.folder.path())
            .into_iter()
            .filter_map(|path| {
                let path = path.strip_prefix(self.folder.path()).ok()?;
                Some(path.to_string_lossy().replace('\\', "/"))
            })
            .filter(|page| page.ends_with(".html") && page != FRAME)
            .collect();
        pages.sort();
        pages
    }

    /// All pages but those that only repeat others. Their content looks the same there,
    /// and checking the whole book on one page takes as long as checking all the others.
    pub fn originals(&self) -> Vec<String> {
        let mut pages = self.pages();
        pages.retain(|page| !COPIES.contains(&page.as_str()));
        pages
    }

    /// The pages whose source contains a text, such as `<sim-`. Pages that
    /// repeat others are none of them.
    pub fn pages_with(&self, text: &str) -> Vec<String> {
        let mut pages = self.originals();
        pages.retain(|page| {
            let source = fs::read_to_string(self.folder.path().join(page));
            source.is_ok_and(|source| source.contains(text))
        });
        pages
    }

    /// The pages that can be read without a web server.
    pub fn pages_on_disk(&self) -> Vec<String> {
        let mut pages = self.pages();
        pages.retain(|page| page != MISSING);
        pages
    }

    /// The address of a page on the workbook's own server, as `cargo xtask book` runs it.
    pub fn served(&self, page: &str) -> String {
        format!("http://127.0.0.1:{}/{page}", self.served)
    }

    /// The address of a page on a web server that knows nothing of the workbook.
    pub fn hosted(&self, page: &str) -> String {
        format!("http://127.0.0.1:{}/{page}", self.hosted)
    }

    /// The address of a page in the folder itself, as on a USB stick.
    pub fn on_disk(&self, page: &str) -> String {
        let folder = self.folder.path().to_string_lossy().replace('\\', "/");
        // A path of Windows begins with a drive's letter.
        format!("file:///{}/{page}", folder.trim_start_matches('/'))
    }

    /// The folder of the built book.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the workbook's own server shows, to put a newer build there.
    pub fn shown(&self) -> &Pages {
        &self.pages
    }
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => files(&path),
            path => vec![path],
        })
        .collect()
}

/// Serves on a free port of loopback, which is told to the router and returned.
fn serve(runtime: &Runtime, router: impl FnOnce(u16) -> Router) -> Result<u16> {
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let port = listener.local_addr()?.port();
    let router = router(port);
    // It ends with the runtime.
    runtime.spawn(async move { axum::serve(listener, router).await });
    Ok(port)
}
