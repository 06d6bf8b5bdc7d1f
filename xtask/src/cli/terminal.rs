//! How words reach the terminal: colour and symbols where they are wanted.

use std::env;
use std::io::IsTerminal;
use std::sync::OnceLock;

/// What a word stands for; colour only repeats what the word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Good.
    Good,
    /// Bad.
    Bad,
    /// Waiting.
    Quiet,
    /// A heading, or what to type.
    Strong,
}

struct Style {
    colour: bool,
    symbols: bool,
}

static STYLE: OnceLock<Style> = OnceLock::new();

/// Decides once, from `--color` and the environment.
pub fn decide(choice: Option<&str>) {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let colour = match choice {
        Some("always") => true,
        Some("never") => false,
        _ if set("NO_COLOR") => false,
        _ if set("CLICOLOR_FORCE") => true,
        _ => {
            std::io::stdout().is_terminal()
                && env::var("TERM").as_deref() != Ok("dumb")
                && understands_colour()
        }
    };
    let _ = STYLE.set(Style {
        colour,
        symbols: words::screen::speaks_utf8(),
    });
}

/// The console of Windows shows colour only after somebody has asked for it.
#[cfg(windows)]
fn understands_colour() -> bool {
    let console = winapi_util::console::Console::stdout();
    let asked = console.and_then(|mut it| it.set_virtual_terminal_processing(true));
    asked.is_ok()
}

#[cfg(not(windows))]
fn understands_colour() -> bool {
    true
}

/// `text` in its ink, or plain.
pub fn paint(ink: Ink, text: &str) -> String {
    if !style().colour {
        return text.to_owned();
    }
    let code = match ink {
        Ink::Good => "32",
        Ink::Bad => "31",
        Ink::Quiet => "2",
        Ink::Strong => "1",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// The symbol, or its plain stand-in where UTF-8 is not on.
pub fn symbol(symbol: &'static str, plain: &'static str) -> &'static str {
    if style().symbols { symbol } else { plain }
}

fn style() -> &'static Style {
    STYLE.get_or_init(|| Style {
        colour: false,
        symbols: words::screen::speaks_utf8(),
    })
}
