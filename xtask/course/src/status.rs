//! The kinds of verdict.

/// The kinds of verdict, each of which has its own word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The code does what the check promises.
    Passed,
    /// This system doesn't have what the check needs. The chapter can pass without it.
    NotCheckable,
    /// A `todo!` was reached.
    NotStarted,
    /// The code does something other than what the check expects.
    Wrong,
    /// The code stopped the program, with a panic, an abort, or an exit.
    Crashed,
    /// The code ran past its deadline.
    TimedOut,
    /// The code used more memory than the check allows.
    TooMuchMemory,
    /// The code doesn't compile, so there's nothing to run.
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

    /// Returns whether any of the learner's code ran.
    pub fn has_run(self) -> bool {
        !matches!(self, Self::NotStarted | Self::DoesNotCompile)
    }

    /// Returns whether it keeps the chapter from passing.
    pub fn is_failure(self) -> bool {
        !matches!(self, Self::Passed | Self::NotCheckable)
    }

    /// Returns the word that is printed, and that is written to the progress file and
    /// to JSON.
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

    /// Returns the status that `word` stands for.
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
            // A new kind has to be added to the list, because this match has no `_`.
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
