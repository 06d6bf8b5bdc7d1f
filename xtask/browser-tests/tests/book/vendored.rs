//! What is kept here of others is what its note says.

use browser::{axe, letters};
use sha2::{Digest, Sha256};

#[test]
fn axe_is_the_file_that_its_readme_names() {
    let readme = include_str!("../../vendor/axe-core/README.md");
    let hash = sha256(axe::SOURCE.as_bytes());
    assert!(readme.contains(&hash), "axe.min.js has the SHA-256 {hash}");

    let version = axe::SOURCE
        .strip_prefix("/*! axe v")
        .and_then(|rest| rest.lines().next())
        .expect("the file begins with its version");
    assert!(readme.contains(version), "axe.min.js is version {version}");
}

#[test]
fn the_letters_are_the_files_that_their_readme_names() {
    let readme = include_str!("../../vendor/dejavu/README.md");
    for file in [letters::TEXT, letters::CODE] {
        let hash = sha256(file);
        assert!(readme.contains(&hash), "a file has the SHA-256 {hash}");
    }
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
