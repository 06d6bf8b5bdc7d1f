//! The kinds of verdict.

/// The kinds of verdict, each with a word of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The promise is kept.
    Passed,
    /// This system lacks what the check needs. It holds nobody up.
    NotCheckable,
    /// A `todo!` was reached.
    NotStarted,
    /// The code does something else.
    Wrong,
    /// The code ended the program: a panic, an abort, an exit.
    Crashed,
    /// The code ran past its deadline.
    TimedOut,
    /// The code took more memory than the promise allows.
    TooMuchMemory,
    /// There is nothing to run.
    DoesNotCompile,
}

impl Status {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Passed,
        Self::NotCheckable,
        Self::NotStarted,
        Self::Wrong,
        Self::Crashed,
        Self::TimedOut,
        Self::TooMuchMemory,
        Self::DoesNotCompile,
    ];

    /// Whether there was something of the learner's to run.
    pub fn has_run(self) -> bool {
        !matches!(self, Self::NotStarted | Self::DoesNotCompile)
    }

    /// Whether the chapter can't be passed with it.
    pub fn is_failure(self) -> bool {
        !matches!(self, Self::Passed | Self::NotCheckable)
    }

    /// The word that is printed, and written to the progress file and to JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::NotCheckable => "not checkable",
            Self::NotStarted => "not started",
            Self::Wrong => "wrong",
            Self::Crashed => "crashed",
            Self::TimedOut => "timed out",
            Self::TooMuchMemory => "too much memory",
            Self::DoesNotCompile => "does not compile",
        }
    }

    /// The status that `word` stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_found_again_by_its_word() {
        for status in Status::ALL {
            // A new kind has to be added to the list: this match has no `_`.
            match status {
                Status::Passed
                | Status::NotCheckable
                | Status::NotStarted
                | Status::Wrong
                | Status::Crashed
                | Status::TimedOut
                | Status::TooMuchMemory
                | Status::DoesNotCompile => {}
            }
            assert_eq!(Status::from_word(status.word()), Some(status));
        }
        assert_eq!(Status::from_word("fine"), None);
    }
}
