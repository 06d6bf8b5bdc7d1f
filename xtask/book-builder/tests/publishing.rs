//! `build DIR`: the folder appears whole, or stays as it was.

mod fixture;

use book_builder::site::build::{Foreign, publish};
use fixture::Workspace;
use std::fs;

#[test]
fn a_book_is_published_and_published_again_over_itself() {
    let workspace = Workspace::new();
    let out = workspace.root().join("pages/of/mine");
    publish(workspace.root(), &out).expect("the first time");
    workspace.write("book/src/index.md", "# Newer\n");
    publish(workspace.root(), &out).expect("the second time");
    let page = fs::read_to_string(out.join("index.html")).expect("a page");
    assert!(page.contains("Newer"));
    let beside = fs::read_dir(workspace.root().join("pages/of")).expect("the parent");
    assert_eq!(beside.count(), 1, "nothing is left beside the book");
}

#[test]
fn a_broken_book_leaves_the_published_one() {
    let workspace = Workspace::new();
    let out = workspace.root().join("out");
    publish(workspace.root(), &out).expect("the first time");
    for wrong in [
        "# Start\n\n{{#measured no key}}\n",
        "# Start\n\n[x](no.md)\n",
    ] {
        workspace.write("book/src/index.md", wrong);
        assert!(publish(workspace.root(), &out).is_err(), "{wrong}");
        let page = fs::read_to_string(out.join("index.html")).expect("a page");
        assert!(page.contains("Start"));
    }
    let names = fs::read_dir(workspace.root()).expect("the workspace");
    let names: Vec<_> = names.flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(names.len(), 2, "only the book and its pages: {names:?}");
}

#[test]
fn a_folder_with_something_else_in_it_is_never_replaced() {
    let workspace = Workspace::new();
    workspace.write("photos/one.jpg", "dear");
    let out = workspace.root().join("photos");
    let error = publish(workspace.root(), &out).expect_err("a refusal");
    assert!(error.to_string().contains("new or empty"), "{error}");
    assert!(error.is::<Foreign>(), "wrong usage: {error}");
    let kept = fs::read_to_string(out.join("one.jpg"));
    assert_eq!(kept.expect("the photo is there"), "dear");
}

#[test]
fn a_file_that_was_added_to_a_published_book_is_named_and_kept() {
    let workspace = Workspace::new();
    let out = workspace.root().join("out");
    publish(workspace.root(), &out).expect("the first time");
    workspace.write("out/CNAME", "book.example.org");
    workspace.write("out/mine/notes.txt", "dear");
    let error = publish(workspace.root(), &out).expect_err("a refusal");
    for part in ["CNAME, mine/notes.txt.", "nothing was written"] {
        assert!(error.to_string().contains(part), "{error}");
    }
    assert!(out.join("mine/notes.txt").is_file());
    fs::remove_dir_all(out.join("mine")).expect("it is there");
    fs::remove_file(out.join("CNAME")).expect("it is there");
    publish(workspace.root(), &out).expect("the folder is a book again");
}

#[test]
fn an_empty_folder_may_be_built_into() {
    let workspace = Workspace::new();
    let out = workspace.root().join("out");
    fs::create_dir(&out).expect("an empty folder");
    publish(workspace.root(), &out).expect("a book");
    assert!(out.join("index.html").is_file());
}
