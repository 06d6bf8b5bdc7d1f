//! The command line, with the environment behind it.
//!
//! Given: it joins two sources of the same words.
//! `clap` reads variables too, but takes every one that is set for
//! turned on.

use std::ffi::{OsStr, OsString};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory, Error, FromArgMatches};
use server::Limits;

use crate::program::config::Config;

/// What a variable says to turn something on, or off.
const ON: [&str; 4] = ["1", "true", "yes", "on"];
const OFF: [&str; 5] = ["", "0", "false", "no", "off"];

/// Reads the words after the program's name; what they don't say
/// comes from the environment.
///
/// # Errors
///
/// What is wrong with them, or the text of `--help`.
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
        // First, so that every other word counts more.
        all.splice(0..0, Limits::LEAN.map(OsString::from));
    }
    all.insert(0, "chapter-13".into());
    command
        .try_get_matches_from_mut(all)
        .and_then(|matches| Config::from_arg_matches(&matches))
        .map_err(|error| explained(error, &mut command, &words))
}

/// The variable that stands in for a flag.
fn variable(flag: &Arg) -> String {
    let name = flag.get_long().unwrap_or_default();
    format!("SERVER_{}", name.to_uppercase().replace('-', "_"))
}

/// The word that a variable's text stands for, if the flag counts
/// as given.
///
/// Nothing is on by accident: what means off to one program means
/// off here, and a word that nobody can be sure about is an error.
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
    // An empty list would not mean everybody.
    let counts = if has_default {
        !text.is_empty() || name == "allow"
    } else {
        !is_off
    };
    let mut word = OsString::from(format!("--{name}="));
    word.push(text);
    Ok(counts.then_some(word))
}

/// Says what was typed, and what to type.
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
        "needs a value, such as"
    } else {
        "means nothing here: try"
    };
    let text = format!("`{given}` {what} {name} {example}");
    command.error(ErrorKind::ValueValidation, text)
}
