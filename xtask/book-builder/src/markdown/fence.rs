//! Fenced blocks: where code and quizzes begin and end.

/// The fence that a line opens, or `None`.
pub fn opens(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let character = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(character).len();
    let is_code_span = character == '`' && line[length..].contains('`');
    (length >= 3 && !is_code_span).then(|| &line[..length])
}

/// Whether a line closes the fence `open`.
pub fn closes(open: &str, line: &str) -> bool {
    let line = line.trim();
    let same = open.chars().next().unwrap_or('`');
    line.len() >= open.len() && line.chars().all(|c| c == same)
}

/// Whether a line opens a block whose language is `language`.
pub fn is_of(line: &str, language: &str) -> bool {
    let info = line.trim_start().trim_start_matches(['`', '~']);
    info.trim() == language
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_closed_by_one_as_long_and_not_by_a_shorter_one() {
        let open = opens("  ````quiz").expect("this opens a block");
        assert_eq!(open, "````");
        assert!(!closes(open, "```"));
        assert!(closes(open, "`````  "));
        assert!(!closes(open, "````rust"));
    }

    #[test]
    fn a_code_span_of_three_backticks_opens_nothing() {
        assert_eq!(opens("```quiz``` is a language"), None);
        assert_eq!(opens("``two``"), None);
    }

    #[test]
    fn the_language_is_the_whole_word() {
        assert!(is_of("```quiz", "quiz"));
        assert!(!is_of("```quizzes", "quiz"));
    }
}
