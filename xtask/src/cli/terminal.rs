//! How text reaches the terminal: with color and symbols, if they're wanted.

use std::env;
use std::io::IsTerminal;
use std::process::Command;
use std::sync::OnceLock;

use course::screen::{self, Stream};

/// The role of a word. Color only repeats what the word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// Nothing that needs attention now.
    Quiet,
    /// A heading, or a command to type.
    Strong,
}

struct Settings {
    /// The value of `--color`.
    choice: Option<String>,
    color: bool,
    symbols: bool,
}

static SETTINGS: OnceLock<Settings> = OnceLock::new();

/// Decides about color once, from `--color` and the environment, and makes later output
/// ask the terminal for its width.
pub fn decide(choice: Option<&str>) {
    screen::ask_with(width);
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let color = match choice {
        Some("always") => true,
        Some("never") => false,
        _ if set("NO_COLOR") => false,
        _ if set("CLICOLOR_FORCE") => true,
        _ => {
            std::io::stdout().is_terminal()
                && env::var("TERM").as_deref() != Ok("dumb")
                && understands_color()
        }
    };
    let _ = SETTINGS.set(Settings {
        choice: choice.map(str::to_owned),
        color,
        symbols: screen::speaks_utf8(),
    });
}

/// Tells a program that the runner starts what was decided about color, and how wide
/// the terminal is.
pub fn pass_on(command: &mut Command) {
    match settings().choice.as_deref() {
        Some("always") => {
            command.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1");
        }
        Some("never") => {
            command.env("NO_COLOR", "1");
        }
        _ => {}
    }
    if let Some(columns) = width(Stream::Out).or_else(|| width(Stream::Error)) {
        command.env(screen::COLUMNS, columns.to_string());
    }
}

#[cfg(unix)]
fn width(stream: Stream) -> Option<usize> {
    let size = match stream {
        Stream::Out => rustix::termios::tcgetwinsize(std::io::stdout()),
        Stream::Error => rustix::termios::tcgetwinsize(std::io::stderr()),
    };
    size.ok().map(|size| usize::from(size.ws_col))
}

#[cfg(not(unix))]
fn width(_stream: Stream) -> Option<usize> {
    None
}

/// The Windows console shows color only if a program asks for it.
#[cfg(windows)]
fn understands_color() -> bool {
    let console = winapi_util::console::Console::stdout();
    let asked = console.and_then(|mut it| it.set_virtual_terminal_processing(true));
    asked.is_ok()
}

#[cfg(not(windows))]
fn understands_color() -> bool {
    true
}

/// Returns `text` in its style, or plain.
pub fn paint(style: Style, text: &str) -> String {
    if !settings().color {
        return text.to_owned();
    }
    let code = match style {
        Style::Good => "32",
        Style::Bad => "31",
        Style::Quiet => "2",
        Style::Strong => "1",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// Returns the symbol, or a plain replacement if the terminal doesn't use UTF-8.
pub fn symbol(symbol: &'static str, plain: &'static str) -> &'static str {
    if settings().symbols { symbol } else { plain }
}

fn settings() -> &'static Settings {
    SETTINGS.get_or_init(|| Settings {
        choice: None,
        color: false,
        symbols: screen::speaks_utf8(),
    })
}
