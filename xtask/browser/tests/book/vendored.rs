//! What is kept here of others is what its note says.

use browser::axe;
use sha2::{Digest, Sha256};

#[test]
fn axe_is_the_file_that_its_readme_names() {
    let readme = include_str!("../../vendor/axe-core/README.md");
    let hash: String = Sha256::digest(axe::SOURCE.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert!(readme.contains(&hash), "axe.min.js has the SHA-256 {hash}");

    let version = axe::SOURCE
        .strip_prefix("/*! axe v")
        .and_then(|rest| rest.lines().next())
        .expect("the file begins with its version");
    assert!(readme.contains(version), "axe.min.js is version {version}");
}
