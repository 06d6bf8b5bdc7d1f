//! Builds, checks and serves the workbook.
//!
//! The parts, in the order a page passes through them:
//!
//! 1. [`preprocess`] takes the book from mdBook and hands each page to [`page`];
//! 2. [`page`] reads the [`front_matter`] and expands what our pages are written
//!    with: the [`frame`] with the [`map`], [`snippet`] (code from tested crates),
//!    [`beside`], [`section`], [`quiz`], [`hints`], [`notes`], [`measured`],
//!    [`exercise_box`], [`live_plot`];
//! 3. [`build`] lets mdBook render the pages into a folder;
//! 4. [`links`] reads the rendered pages back and follows every link;
//! 5. [`serve`] shows the [`pages`] on loopback, behind a [`guard`]; a [`watch`]
//!    notices a saved source, and the next build goes on the [`shelf`];
//! 6. [`live`] grades and plots from a page: a [`run`] of the [`runner`] at a time, for
//!    whoever knows the [`token`].
//!
//! Everything that is wrong with a page is a [`fault`] with file and line.

pub mod arguments;
pub mod beside;
pub mod browser;
pub mod build;
pub mod catalogue;
pub mod chapters;
pub mod exercise_box;
pub mod fault;
pub mod fence;
pub mod frame;
pub mod front_matter;
pub mod guard;
pub mod hints;
pub mod html;
pub mod links;
pub mod live;
pub mod live_plot;
pub mod map;
pub mod measured;
pub mod measurement;
pub mod notes;
pub mod page;
pub mod pages;
pub mod preprocess;
pub mod quiz;
pub mod run;
pub mod runner;
pub mod section;
pub mod serve;
pub mod settings;
pub mod shelf;
pub mod snippet;
pub mod token;
mod trim;
pub mod watch;
