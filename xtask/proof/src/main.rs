//! `cargo run -p proof -- COMMAND`: the proofs that need the workbook itself. Each ends
//! with `N passed, M failed`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use proof::harness::filter::Filter;
use proof::harness::tally::Tally;
use proof::proofs::ablation;
use proof::proofs::alternatives;
use proof::proofs::attack;
use proof::proofs::mutants;
use proof::proofs::plot;
use proof::proofs::solutions;
use proof::proofs::windows;
use proof::proofs::wrong::{self, How};

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
        ["solutions", rest @ ..] => solutions::prove(&Filter::new(rest))?,
        ["wrong", rest @ ..] => prove_wrong(rest)?,
        ["alternatives", "--outside", outside, folder] => {
            alternatives::prove_outside(folder, outside.as_ref())?
        }
        ["alternatives", rest @ ..] => alternatives::prove(&Filter::new(rest))?,
        ["plot"] => plot::prove()?,
        ["windows", rest @ ..] => windows::prove(&Filter::new(rest))?,
        ["ablation", rest @ ..] => ablation::prove(&Filter::new(rest))?,
        ["mutants", rest @ ..] => mutants::prove(&Filter::new(rest))?,
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

const USAGE: &str = "the command must be one of: solutions [PART...], wrong [PART...] [--each|--first], \
alternatives [PART...], alternatives --outside FOLDER CHAPTER-FOLDER, ablation [PART...], plot, \
windows [PART...], mutants [PART...], attack FILE; PART is of a name";

fn prove_wrong(words: &[&str]) -> Result<Tally> {
    let (mut how, mut names) = (How::Switched, Vec::new());
    for word in words {
        match *word {
            "--each" => how = How::Each,
            "--first" => how = How::First,
            name => names.push(name),
        }
    }
    wrong::prove(&Filter::new(&names), how)
}
