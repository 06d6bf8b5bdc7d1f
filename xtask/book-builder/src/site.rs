//! The built book: rendering it, and reading it back.

pub mod build;
pub mod html;
pub mod links;
mod simulator_scripts;
