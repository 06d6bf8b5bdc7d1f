//! Builds, checks and serves the workbook.
//!
//! The folders, in the order in which a page passes through them:
//!
//! 1. [`markdown`] takes each page from mdBook and expands what our pages are written
//!    with; its `blocks` are what becomes of a directive or a fenced block;
//! 2. [`site`] lets mdBook render the pages into a folder, reads them back, and follows
//!    every link;
//! 3. [`server`] shows the built book on loopback, watches its sources, and builds it
//!    again;
//! 4. [`live`] grades and plots from a page, one run of the runner at a time.
//!
//! Everything that is wrong with a page is an [`error`] with file and line.

pub mod cli;
pub mod error;
pub mod live;
pub mod markdown;
pub mod server;
pub mod site;
