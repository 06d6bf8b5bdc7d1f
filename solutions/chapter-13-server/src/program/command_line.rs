//! The command line, with environment variables as defaults.
//!
//! We provide this file: it merges two sources of the same settings.
//! `clap` can read variables, too, but treats every variable that is
//! set as turned on.

use std::ffi::{OsStr, OsString};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory, Error, FromArgMatches};
use server::Limits;

use crate::program::config::Config;

/// The values of a variable that turn a setting on or off.
const ON: [&str; 4] = ["1", "true", "yes", "on"];
const OFF: [&str; 5] = ["", "0", "false", "no", "off"];

/// Reads the arguments after the program's name. Settings that they
/// don't mention come from the environment.
///
/// # Errors
///
/// Returns what's wrong with the arguments, or the text of `--help`.
pub(crate) fn read(
    words: impl IntoIterator<Item = OsString>,
    environment: impl Fn(&str) -> Option<OsString>,
) -> Result<Config, Error> {
    let words: Vec<OsString> = words.into_iter().collect();
    let mut command = Config::command().mut_args(|flag| {
        let variable = variable(&flag);
        let help = flag.get_help().map(ToString::to_string);
        let help = help.unwrap_or_default();
        flag.help(format!("{help} [variable: {variable}]"))
    });
    let mut all = Vec::new();
    for flag in command.get_arguments() {
        if let Some(text) = environment(&variable(flag)) {
            let word = word(flag, &text).map_err(|what| {
                let mut command = Config::command();
                command.error(ErrorKind::ValueValidation, what)
            })?;
            all.extend(word);
        }
    }
    all.extend_from_slice(&words);
    if all.iter().any(|word| word == "--lean") {
        // Put first, so that every later argument overrides it.
        all.splice(0..0, Limits::LEAN.map(OsString::from));
    }
    all.insert(0, "chapter-13".into());
    command
        .try_get_matches_from_mut(all)
        .and_then(|matches| Config::from_arg_matches(&matches))
        .map_err(|error| explained(error, &mut command, &words))
}

/// Returns the name of the environment variable for a flag.
fn variable(flag: &Arg) -> String {
    let name = flag.get_long().unwrap_or_default();
    format!("SERVER_{}", name.to_uppercase().replace('-', "_"))
}

/// Returns the argument that a variable stands for, if it sets the
/// flag.
///
/// Nothing is turned on by accident: every value that commonly means
/// off means off here, and an unclear value is an error.
fn word(flag: &Arg, text: &OsStr) -> Result<Option<OsString>, String> {
    let name = flag.get_long().unwrap_or_default();
    let lower = text.to_string_lossy().to_ascii_lowercase();
    let is_off = OFF.contains(&lower.as_str());
    if !flag.get_action().takes_values() {
        if is_off {
            return Ok(None);
        }
        if ON.contains(&lower.as_str()) {
            return Ok(Some(format!("--{name}").into()));
        }
        let variable = variable(flag);
        return Err(format!(
            "`{variable}={}` is neither on nor off: write \
             {variable}=1 or {variable}=0",
            text.display()
        ));
    }
    let has_default = !flag.get_default_values().is_empty();
    // An empty list doesn't mean that everybody is allowed.
    let counts = if has_default {
        !text.is_empty() || name == "allow"
    } else {
        !is_off
    };
    let mut word = OsString::from(format!("--{name}="));
    word.push(text);
    Ok(counts.then_some(word))
}

/// Returns an error that says what was typed, and what to type instead.
fn explained(
    error: Error,
    command: &mut Command,
    words: &[OsString],
) -> Error {
    let said = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => texts.last().cloned(),
        _ => None,
    };
    let is_value = matches!(
        error.kind(),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation
    );
    let (Some(argument), true) =
        (said(ContextKind::InvalidArg), is_value)
    else {
        return error;
    };
    let value = said(ContextKind::InvalidValue).unwrap_or_default();
    let (name, placeholder) =
        argument.split_once(' ').unwrap_or((&argument, ""));
    let flag = command
        .get_arguments()
        .find(|flag| name.strip_prefix("--") == flag.get_long());
    let default = flag
        .and_then(|flag| flag.get_default_values().first())
        .and_then(|text| text.to_str());
    let source = std::error::Error::source(&error);
    let example = source
        .map(ToString::to_string)
        .or_else(|| default.map(str::to_owned))
        .or_else(|| said(ContextKind::ValidValue))
        .unwrap_or_else(|| placeholder.to_owned());
    let typed =
        |word: &OsString| word.to_string_lossy().starts_with(name);
    let given = match flag {
        Some(flag) if !words.iter().any(typed) => {
            format!("{}={value}", variable(flag))
        }
        _ if value.is_empty() => name.to_owned(),
        _ => format!("{name} {value}"),
    };
    let what = if value.is_empty() {
        "needs a value such as"
    } else {
        "isn't a flag: try"
    };
    let text = format!("`{given}` {what} {name} {example}");
    command.error(ErrorKind::ValueValidation, text)
}
