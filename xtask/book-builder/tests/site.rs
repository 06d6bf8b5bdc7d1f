//! The built pages: what the link check finds, and that our book has none of it.

mod fixture;

use book_builder::site::build;
use book_builder::site::links::Site;
use fixture::Workspace;
use std::fs;
use std::path::Path;

/// The link check's findings on a folder with these files, a line each.
fn findings(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("inside")).expect("the folder");
        fs::write(path, text).expect("the file");
    }
    let site = Site::read(folder.path()).expect("the pages can be read");
    let lines: Vec<String> = site.broken().iter().map(ToString::to_string).collect();
    lines.join("\n")
}

#[test]
fn links_that_hold_are_not_reported() {
    let page = "<a href='b/c.html#here'>x</a><a href='#top'>x</a><a href=''>x</a>\
                <a href='https://example.org/'>x</a><a href='b/'>x</a>\
                <img src='p%20q.svg'><img src='data:image/png;base64,AA'>\
                <a href='c.html'>x</a><a id='i' href='#i'>x</a>";
    let found = findings(&[
        ("a.html", page),
        (
            "b/c.html",
            "<h1 id=\"here\">c</h1><a href='../a.html?x=1#i'>x</a>",
        ),
        ("b/index.html", "<p>"),
        ("c.html", "<a name='old'></a><a href='#old'>x</a>"),
        ("p q.svg", "<svg>"),
    ]);
    assert_eq!(found, "");
}

#[test]
fn a_dead_link_is_reported_with_its_page() {
    let found = findings(&[("a.html", "<a href='gone.html#x'>x</a>")]);
    assert_eq!(found, "a.html: `gone.html#x`: there is no file `gone.html`");
}

#[test]
fn a_dead_anchor_is_reported_also_on_the_same_page() {
    let found = findings(&[
        ("a.html", "<a href='b.html#no'>x</a><a href='#nor'>x</a>"),
        ("b.html", "<p id='yes'>"),
    ]);
    assert!(found.contains("`b.html` has no anchor `no`"), "{found}");
    assert!(found.contains("`a.html` has no anchor `nor`"), "{found}");
}

#[test]
fn a_file_whose_name_differs_in_case_is_not_there() {
    let found = findings(&[("a.html", "<a href='B.html'>x</a>"), ("b.html", "")]);
    assert!(found.contains("no file `B.html`"), "{found}");
}

#[test]
fn a_link_out_of_the_folder_is_reported() {
    let found = findings(&[("a.html", "<a href='../secret.md'>x</a>")]);
    assert!(found.contains("leads out of the book"), "{found}");
}

#[test]
fn whatever_loads_from_elsewhere_is_reported() {
    let loads = [
        "<script src=\"https://example.org/x.js\"></script>",
        "<link rel=\"stylesheet\" href=\"//example.org/x.css\">",
        "<link rel=\"preconnect\" href=\"HTTPS://example.org\">",
        "<img src='http://example.org/x.png'>",
        "<img srcset='http://example.org/x.png 2x'>",
        "<iframe src='https://example.org'></iframe>",
        "<p style=\"background: url('https://example.org/x.png')\">",
        "<form action='https://example.org'></form>",
    ];
    for html in loads {
        let found = findings(&[("a.html", html)]);
        assert!(found.contains("from outside the book"), "{html}: {found}");
    }
}

#[test]
fn a_style_sheet_that_loads_from_elsewhere_is_reported() {
    for css in [
        "@import \"https://example.org/x.css\";",
        "a { background: url(https://example.org/x.png) }",
    ] {
        let found = findings(&[("a.html", "<p>"), ("css/x.css", css)]);
        assert!(found.contains("css/x.css"), "{css}: {found}");
    }
}

#[test]
fn a_block_that_asks_the_playground_is_reported() {
    let found = findings(&[("a.html", "<pre class='playground'><code></code></pre>")]);
    assert!(found.contains("playground"), "{found}");
}

#[test]
fn a_folder_without_pages_is_no_book() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert!(Site::read(folder.path()).is_err());
}

#[test]
fn our_book_builds_without_a_loose_end_or_an_outside_request() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let built = build::render(&root, folder.path()).expect("our book builds");
    assert_eq!(built.loose_ends, Vec::<String>::new());
    assert!(folder.path().join("chapter-01-addresses.html").is_file());
    // Who comes from Node.js looks for the errors by their names there.
    let names = std::fs::read_dir(folder.path())
        .expect("a folder")
        .flatten();
    let index = names.map(|entry| entry.path()).find(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("searchindex") && name.ends_with(".js")
    });
    let index = std::fs::read_to_string(index.expect("an index")).expect("its text");
    for word in ["ECONNRESET", "EPIPE", "backpressure"] {
        assert!(index.contains(word), "the search doesn't find {word}");
    }
}

#[test]
fn a_heading_that_a_check_names_must_be_on_the_chapters_page() {
    let workspace = Workspace::new();
    let table = "title = \"T\"\nsummary = \"S\"\npage = \"index.md\"\n\
                 [[check]]\nname = \"a\"\ntitle = \"A\"\nbook = \"there\"\n\
                 why = \"w\"\nhints = [\"1\", \"2\", \"3\"]\n";
    workspace.write("exercises/chapter-01-addresses/checks.toml", table);
    let page = |heading: &str| {
        format!(
            "<!-- page\nminutes = {{ reading = 1 }}\n\
             crate = \"exercises/chapter-01-addresses\"\n-->\n# Start\n\n## {heading}\n"
        )
    };
    let loose_ends = |heading: &str| {
        workspace.write("book/src/index.md", &page(heading));
        let out = workspace.root().join("out");
        let built = build::render(workspace.root(), &out).expect("it builds");
        built.loose_ends.join("\n")
    };
    assert_eq!(loose_ends("There"), "");
    let found = loose_ends("Elsewhere");
    assert!(
        found.contains("checks.toml:4") && found.contains("there"),
        "{found}"
    );
}

#[test]
fn a_mistake_in_a_page_stops_the_build_with_file_and_line() {
    let workspace = Workspace::new();
    workspace.write("book/src/index.md", "# Start\n\n{{#measured no key}}\n");
    let out = workspace.root().join("out");
    let error = build::render(workspace.root(), &out)
        .err()
        .expect("a mistake");
    assert!(error.to_string().contains("book/src/index.md:3"), "{error}");
}
