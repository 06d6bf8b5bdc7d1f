//! `cargo xtask plot`: runs servers one after the other, downloads from each,
//! and draws their resident memory over time.

mod curve;
mod error;
mod events;
mod figure;
mod files;
mod kernel;
mod measure;
mod memory;
mod node;
mod options;
mod prediction;
mod program;
mod spark;
mod table;

use std::process::ExitCode;

use course::chapter::Chapter;
use course::{complain, say, screen};
use curve::Run;
use error::Error;
use lab::folder::Folder;
use lab::payload::Payload;
use options::{Options, Request};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(fault) => {
            complain!("plot: {fault}");
            ExitCode::from(fault.exit())
        }
    }
}

/// Returns true if every download arrived complete and correct.
fn run(words: &[String]) -> Result<bool, Error> {
    match Options::parse(words)? {
        Request::Plot(options) => {
            plot(&options).inspect_err(|fault| options.tell().fault(fault))
        }
        Request::Help => {
            say!("{}", options::HELP);
            Ok(true)
        }
    }
}

fn plot(options: &Options) -> Result<bool, Error> {
    let root = programs::root();
    let out = files::folder(options)?;
    let chapters = program::chapters(root, options)?;
    // What `.` means depends on who repeats the command.
    let mut options = options.clone();
    if !options.chapters.is_empty() {
        options.chapters = chapters.iter().map(Chapter::name).collect();
    }
    let options = &options;
    let node = if options.node {
        Some(programs::node::version().map_err(Error::Node)?)
    } else {
        None
    };
    let warning = memory::warning(&chapters, options, memory::free());
    if let Some(warning) = warning {
        complain!("{warning}");
    }
    let mut programs = program::build(&chapters, options)?;

    // The file is sparse, and it's removed when this folder is dropped.
    let temporary = |error| Error::Temporary {
        path: std::env::temp_dir(),
        error,
    };
    let folder = Folder::new().map_err(temporary)?;
    let payload = Payload::new(options.size());
    let file = payload.create(folder.path(), "largefile.zip");
    let file = file.map_err(temporary)?;
    let mut circumstances = measure::circumstances(&payload, options);
    if let Some(version) = node {
        programs.extend(node::programs(root));
        circumstances += &format!(", Node.js {version}");
    }
    let run = Run {
        story: options.story(),
        command: options.command(),
        circumstances,
        size: options.size(),
        clients: options.clients,
        prediction: prediction::of(root, &chapters, options),
        curves: measure::all(&programs, &file, &payload, options)?,
    };

    if !options.events {
        screen::show(&table::render(&run));
    }
    if !run.curves.iter().all(|curve| curve.is_right()) {
        // A picture of a failed run would look like a flat line.
        complain!("plot: a download failed, so nothing was written");
        return Ok(false);
    }
    let written = files::write(&run, &out, options)?;
    options.tell().written(&run, &written);
    for path in written.iter().filter(|_| !options.events) {
        say!("wrote {}", path.display());
    }
    if options.open {
        let figure = written.first().ok_or(Error::NothingMeasured)?;
        files::open(figure)?;
    }
    Ok(true)
}
