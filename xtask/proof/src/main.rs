//! `cargo run -p proof -- solutions|wrong|others|plot|parts`: the proofs that need the
//! workbook itself. Each ends with `N passed, M failed`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use proof::tally::Tally;
use proof::wrong::{self, How};
use proof::{every_part, others, plot, solutions};

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
    let tally = match words {
        [word] if word == "solutions" => solutions::prove()?,
        [word, rest @ ..] if word == "wrong" => prove_wrong(rest)?,
        [word] if word == "others" => others::prove("")?,
        [word, filter] if word == "others" => others::prove(filter)?,
        [word] if word == "plot" => plot::prove()?,
        [word] if word == "parts" => every_part::prove("")?,
        [word, filter] if word == "parts" => every_part::prove(filter)?,
        _ => bail!(
            "say one of: solutions, wrong [PART] [--each|--first], others [PART], plot, \
             parts [PART]; PART is of a name"
        ),
    };
    println!("{tally}");
    Ok(tally.failed == 0)
}

fn prove_wrong(words: &[String]) -> Result<Tally> {
    let (mut how, mut names) = (How::Switched, Vec::new());
    for word in words {
        match word.as_str() {
            "--each" => how = How::Each,
            "--first" => how = How::First,
            name => names.push(name),
        }
    }
    match names.as_slice() {
        [] => wrong::prove("", how),
        [filter] => wrong::prove(filter, how),
        [_, extra, ..] => bail!("`{extra}` is one word too many"),
    }
}
