//! `cargo run -p proof -- solutions|wrong|others|plot|parts`: the proofs that need the
//! workbook itself. Each ends with `N passed, M failed`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use proof::{every_part, others, plot, solutions, wrong};

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
        [word] if word == "wrong" => wrong::prove("")?,
        [word, filter] if word == "wrong" => wrong::prove(filter)?,
        [word] if word == "others" => others::prove("")?,
        [word, filter] if word == "others" => others::prove(filter)?,
        [word] if word == "plot" => plot::prove()?,
        [word] if word == "parts" => every_part::prove("")?,
        [word, filter] if word == "parts" => every_part::prove(filter)?,
        _ => bail!(
            "say one of: solutions, wrong [PART], others [PART], plot, parts [PART]; \
             PART is of a name"
        ),
    };
    println!("{tally}");
    Ok(tally.failed == 0)
}
