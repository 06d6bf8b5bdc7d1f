//! A small site to look at.

pub(crate) mod folder;
pub(crate) mod squares;
