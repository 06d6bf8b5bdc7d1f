//! Answers as cargo does where there is no cargo: under Wine, what would be built was
//! built before. `STAND_IN` names a table: a package, `test` or `bin`, and the program,
//! with tabs between, one a line.

use std::env;
use std::fs;
use std::process::{Command, ExitCode};

/// Where the table is.
const TABLE: &str = "STAND_IN";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match answer(&words) {
        Ok(code) => code,
        Err(why) => {
            eprintln!("the stand-in for cargo: {why} (it was told: {words:?})");
            ExitCode::from(101)
        }
    }
}

fn answer(words: &[String]) -> Result<ExitCode, String> {
    let kind = if words[..1] == ["test"] {
        "test"
    } else {
        "bin"
    };
    let after = |word: &str| {
        let at = words.iter().position(|other| other == word);
        at.and_then(|at| words.get(at + 1))
    };
    let package = after("--package").ok_or("no package is named")?;
    let program = program(package, kind)?;
    if words[..1] == ["run"] {
        let own = words.split(|word| word == "--").nth(1).unwrap_or_default();
        let status = Command::new(program).args(own).status();
        let status = status.map_err(|error| error.to_string())?;
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        return Ok(code.unwrap_or(u8::MAX).into());
    }
    println!(
        r#"{{"reason":"compiler-artifact","target":{{"kind":["{kind}"]}},"executable":"{program}"}}"#
    );
    println!(r#"{{"reason":"build-finished","success":true}}"#);
    Ok(ExitCode::SUCCESS)
}

fn program(package: &str, kind: &str) -> Result<String, String> {
    let table = env::var(TABLE).map_err(|error| format!("{TABLE}: {error}"))?;
    let table = fs::read_to_string(&table)
        .map_err(|error| format!("cannot read {table}: {error}"))?;
    let start = format!("{package}\t{kind}\t");
    let found = table.lines().find_map(|line| line.strip_prefix(&start));
    let found = found.ok_or_else(|| format!("{package} has no {kind} in {TABLE}"))?;
    Ok(found.to_owned())
}
