//! Wraps lines between words. Commands that somebody may copy aren't broken.

/// Programs that our texts tell people to start, each with the words that may follow:
/// "cargo fetch" is a command, but "cargo says" isn't.
const PROGRAMS: &[(&str, &[&str])] = &[
    (
        "cargo",
        &["xtask", "run", "test", "fetch", "clean", "build"],
    ),
    (
        "git",
        &[
            "restore", "log", "status", "config", "remote", "pull", "init", "clone",
        ],
    ),
    ("rustup", &["show", "update", "default"]),
    ("sudo", &["apt"]),
    ("ulimit", &["-n"]),
    ("curl", &["-i", "-s", "-o"]),
    ("xcode-select", &["--install"]),
];
/// Characters that can't be part of a command.
const PROSE: &[&str] = &["then", "or", "and", "to", "shows", "takes", "·", "|"];
/// A column any farther to the right leaves too little room for text.
const FURTHEST: usize = 36;

/// Wraps every line of `text` that is longer than `width` columns. The new lines are
/// indented: to the column of a table's text, to the text after a label such as
/// `Next:`, or otherwise a little.
pub fn wrapped(text: &str, width: usize) -> String {
    let fold = |line| fold(line, indent(line), width);
    let lines: Vec<String> = text.split('\n').map(fold).collect();
    lines.join("\n")
}

/// Wraps lines in the same way, but indents the new lines by this many columns, and
/// also the lines that `text` already has after its first.
pub fn hanging(text: &str, indent: usize, width: usize) -> String {
    let margin = format!("\n{}", " ".repeat(indent));
    let text = text.replace('\n', &margin);
    let fold = |line| fold(line, indent, width);
    let lines: Vec<String> = text.split('\n').map(fold).collect();
    lines.join("\n")
}

fn fold(line: &str, indent: usize, width: usize) -> String {
    if columns(line) <= width {
        return line.to_owned();
    }
    let margin = format!("\n{}", " ".repeat(indent));
    let mut folded = String::with_capacity(line.len() + 8);
    let mut column = 0;
    let start = line.len() - line.trim_start().len();
    folded += &line[..start];
    column += start;
    let mut is_first = true;
    for piece in pieces(&line[start..]) {
        let length = columns(&piece);
        if !is_first && column + 1 + length > width {
            folded.truncate(folded.trim_end_matches(' ').len());
            folded += &margin;
            column = indent;
        } else if !is_first {
            folded.push(' ');
            column += 1;
        }
        folded += &piece;
        column += length;
        is_first = false;
    }
    folded
}

/// Returns the column where the lines after the first begin.
fn indent(line: &str) -> usize {
    let plain = uncolored(line);
    let text = plain.trim_start();
    let start = columns(&plain) - columns(text);
    if let Some(gap) = text.find("  ") {
        let rest = text[gap..].trim_start();
        let column = start + columns(text) - columns(rest);
        if column <= FURTHEST && !rest.is_empty() {
            return column;
        }
    }
    let label = text.split(' ').next().unwrap_or_default();
    if label.ends_with(':') && columns(label) <= 8 {
        return start + columns(label) + 1;
    }
    if start == 0 { 2 } else { start }
}

/// Returns the parts of a line that may be on different lines: words, commands, and
/// quoted code.
fn pieces(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let mut pieces: Vec<String> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let end = at + unit(&words[at..]);
        pieces.push(words[at..end].join(" "));
        at = end;
    }
    pieces
}

/// Returns how many of the words belong together, from the first one on.
fn unit(words: &[&str]) -> usize {
    let first = words[0];
    if first.matches('`').count() % 2 == 1 {
        let closing = words[1..]
            .iter()
            .position(|word| word.matches('`').count() % 2 == 1);
        return closing.map_or(1, |closing| closing + 2);
    }
    if !begins_command(words) {
        return 1;
    }
    let mut length = 1;
    while length < words.len() {
        let (last, next) = (words[length - 1], words[length]);
        let ends = length > 1 && last.ends_with([',', ';', ':', ')', '?']);
        // `cargo xtask check .` continues after the dot, but the end of a sentence
        // doesn't.
        let is_sentence = length > 1 && last.len() > 2 && last.ends_with('.');
        if ends
            || is_sentence
            || next.is_empty()
            || next.starts_with(['(', '['])
            || PROSE.contains(&next)
        {
            break;
        }
        length += 1;
    }
    length
}

fn begins_command(words: &[&str]) -> bool {
    let plain = uncolored(words[0]);
    let program = plain.trim_start_matches('(');
    let next = words.get(1).copied().unwrap_or_default();
    let next = uncolored(next);
    let next = next.trim_end_matches([',', ';', '.', ')']);
    PROGRAMS
        .iter()
        .any(|(name, follow)| *name == program && follow.contains(&next))
}

/// Returns how many columns a text takes, without its color codes.
fn columns(text: &str) -> usize {
    uncolored(text).chars().count()
}

/// Returns the text without its escape sequences.
fn uncolored(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            // A color code is ESC, `[`, numbers, and a final letter.
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, width: usize, expected: &str) {
        assert_eq!(wrapped(text, width), expected);
    }

    #[test]
    fn lines_break_between_words_and_are_indented() {
        check("one two three", 80, "one two three");
        check("one two three", 8, "one two\n  three");
        check("  one two three", 9, "  one two\n  three");
        check("one\ntwo three four", 9, "one\ntwo three\n  four");
    }

    #[test]
    fn the_text_of_a_label_or_a_column_stays_below_itself() {
        check("Next: one two three", 13, "Next: one two\n      three");
        check("  --flag   one two", 14, "  --flag   one\n           two");
    }

    #[test]
    fn a_command_is_never_broken() {
        check(
            "Next: open the file, then cargo xtask check chapter-1",
            40,
            "Next: open the file, then\n      cargo xtask check chapter-1",
        );
        check(
            "or cargo xtask hint 1, then read (cargo xtask start 2) and go",
            24,
            "or cargo xtask hint 1,\n  then read\n  (cargo xtask start 2)\n  and go",
        );
        check("say `a b c d` now", 10, "say\n  `a b c d`\n  now");
        check(
            "cargo says that it takes long",
            12,
            "cargo says\n  that it\n  takes long",
        );
    }

    #[test]
    fn a_field_of_many_lines_hangs_below_itself() {
        let text = hanging("  seen  a b c d e\nf g", 8, 12);
        assert_eq!(text, "  seen  a b\n        c d\n        e\n        f g");
    }

    #[test]
    fn color_takes_no_column() {
        let red = "\u{1b}[31mone two\u{1b}[0m";
        check(red, 7, red);
    }

    #[test]
    fn no_line_is_longer_unless_a_word_is() {
        let text = "Red is what you should see here: these checks are waiting for code \
                    you haven't written yet. Nothing is broken, and a word such as \
                    exercises/chapter-01-addresses/src/scope.rs stays whole.";
        for width in 46..=80 {
            for line in wrapped(text, width).lines() {
                assert!(columns(line) <= width, "{width}: {line}");
            }
        }
    }
}
