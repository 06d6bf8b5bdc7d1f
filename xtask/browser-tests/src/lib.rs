//! Reads the built book in a real browser, as its readers do.
//!
//! From the outside in:
//!
//! 1. a [`session`] is what a test works with: a built book, and a browser to read it with;
//! 2. the [`site`] builds the book once, and offers it served, as plain files behind a
//!    web server, and as files of a folder;
//! 3. the [`chromium`] of this machine is found and started as a [`browser`], and each
//!    visit is a [`tab`] with an empty storage of its own;
//! 4. a tab can take another [`emulation`] (size, theme, paper, no scripts), get
//!    [`keys`] pressed, be printed as [`pdf`], and keeps a [`page_log`] of errors and
//!    requests;
//! 5. pages are written in bundled [`letters`], whose width is known;
//! 6. [`axe`] finds what keeps readers out;
//! 7. below, a [`socket`] speaks the DevTools protocol.
//!
//! Nothing here sleeps: a wait asks again until its deadline, and then says what it
//! waited for.

pub mod axe;
pub mod browser;
pub mod chromium;
pub mod emulation;
pub mod error;
pub mod keys;
pub mod letters;
pub mod page_log;
pub mod pdf;
pub mod session;
pub mod site;
pub mod socket;
pub mod tab;
