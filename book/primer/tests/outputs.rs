//! Each program prints what the primer's pages show.

use std::path::Path;
use std::process::Command;

#[test]
fn each_program_prints_what_the_pages_show() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut compared = 0;
    for entry in std::fs::read_dir(&folder).expect("the examples") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let name = path.file_stem().expect("a name").to_owned();
        let recorded =
            std::fs::read_to_string(path.with_extension("out"))
                .unwrap_or_else(|error| {
                    panic!("{name:?} has no output: {error}")
                });
        // Cargo builds the examples before the tests, beside their folder.
        let test = std::env::current_exe().expect("this program");
        let built =
            test.ancestors().nth(2).expect("the profile's folder");
        let program = built.join("examples").join(&name);
        let output = Command::new(
            program.with_extension(std::env::consts::EXE_EXTENSION),
        )
        .output()
        .unwrap_or_else(|error| {
            panic!("{name:?} doesn't start: {error}")
        });
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(printed.replace("\r\n", "\n"), recorded, "{name:?}");
        compared += 1;
    }
    assert!(compared >= 5, "{compared} programs");
}
