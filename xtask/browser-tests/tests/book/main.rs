//! The built book in a real browser: every page, as each reader meets it.
//!
//! The pages are listed from the built folder. A test gathers all complaints before it
//! fails, so that one run tells everything. `planted` proves that each probe can
//! complain: it plants what the probe looks for.

mod accessible;
mod complaints;
mod keyboard;
mod narrow;
mod offline;
mod planted;
mod printed;
mod scriptless;
mod search;
mod shuffled;
mod stepped;
mod still;
mod vendored;
mod weight;
