//! `cargo run -p proof -- COMMAND`: the proofs that need the workbook itself. Each ends
//! with `N passed, M failed`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use proof::tally::Tally;
use proof::wrong::{self, How};
use proof::{attack, every_part, mutants, others, plot, solutions};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("proof: {error:#}");
            ExitCode::from(4)
        }
    }
}

fn run(words: &[String]) -> Result<bool> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let tally = match words.as_slice() {
        ["solutions", rest @ ..] => solutions::prove(part(rest)?)?,
        ["wrong", rest @ ..] => prove_wrong(rest)?,
        ["others", folder, outside] => others::prove_outside(folder, outside.as_ref())?,
        ["others", rest @ ..] => others::prove(part(rest)?)?,
        ["plot"] => plot::prove()?,
        ["parts", rest @ ..] => every_part::prove(part(rest)?)?,
        ["mutants", rest @ ..] => mutants::prove(part(rest)?)?,
        ["attack", file] => {
            let (rejected, passed) = attack::run(file.as_ref())?;
            println!("{rejected} rejected, {passed} PASS every check");
            return Ok(passed == 0);
        }
        _ => bail!("{USAGE}"),
    };
    println!("{tally}");
    Ok(tally.failed == 0)
}

const USAGE: &str = "say one of: solutions [PART], wrong [PART] [--each|--first], \
others [PART], others CHAPTER-FOLDER OUTSIDE, parts [PART], plot, mutants [PART], \
attack FILE; PART is of a name";

/// The part of a name that a command was given; every name has the empty one.
fn part<'a>(words: &[&'a str]) -> Result<&'a str> {
    match words {
        [] => Ok(""),
        [part] => Ok(part),
        [_, extra, ..] => bail!("`{extra}` is one word too many"),
    }
}

fn prove_wrong(words: &[&str]) -> Result<Tally> {
    let (mut how, mut names) = (How::Switched, Vec::new());
    for word in words {
        match *word {
            "--each" => how = How::Each,
            "--first" => how = How::First,
            name => names.push(name),
        }
    }
    wrong::prove(part(&names)?, how)
}
