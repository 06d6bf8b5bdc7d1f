//! Builds, checks and serves the workbook.
//!
//! The folders, in the order in which a page passes through them:
//!
//! 1. [`markdown`] takes each page from mdBook and expands our own directives and
//!    fenced blocks, each with a module in its `blocks`;
//! 2. [`site`] lets mdBook render the pages into a folder, and then checks every link
//!    in them;
//! 3. [`server`] serves the built book on loopback, watches its sources, and rebuilds
//!    it;
//! 4. [`live`] grades and plots when a page asks for it, one run of the runner at a
//!    time.
//!
//! Every mistake in a page is an [`error`] with its file and line.

pub mod cli;
pub mod error;
pub mod live;
pub mod markdown;
pub mod server;
pub mod site;
