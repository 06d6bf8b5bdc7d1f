//! The expectations of a check. If one fails, the check ends.

use std::fmt::{Debug, Display};

use super::Steps;

impl Steps {
    /// Expects two values to be equal.
    #[track_caller]
    pub fn equal<A, B>(&self, what: impl Display, seen: &A, expected: &B)
    where
        A: Debug + PartialEq<B> + ?Sized,
        B: Debug + ?Sized,
    {
        self.evaluated();
        if seen != expected {
            self.fail_at(what, format_args!("{expected:?}"), format_args!("{seen:?}"));
        }
    }

    /// Expects one of several values, for cases in which the standard leaves a choice.
    #[track_caller]
    pub fn one_of<A, B>(&self, what: impl Display, seen: &A, accepted: &[B])
    where
        A: Debug + PartialEq<B> + ?Sized,
        B: Debug,
    {
        self.evaluated();
        if !accepted.iter().any(|value| seen == value) {
            let expected = format_args!("one of {accepted:?}").to_string();
            self.fail_at(what, expected, format_args!("{seen:?}"));
        }
    }

    /// Expects a value to be one of these variants of its enum, each written as in
    /// `Debug`: `Pointer` for any value of the variant, `Limit { bytes: 8 }` for this
    /// one.
    #[track_caller]
    pub fn variant(&self, what: impl Display, seen: &impl Debug, accepted: &[&str]) {
        self.evaluated();
        let seen = format!("{seen:?}");
        let is = |name: &&str| {
            let rest = seen.strip_prefix(*name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '(']))
        };
        if !accepted.iter().any(is) {
            self.fail_at(what, accepted.join(" or "), seen);
        }
    }

    /// Expects equal bytes. A failure shows where the first difference is, and both
    /// texts from shortly before it.
    #[track_caller]
    pub fn equal_bytes(&self, what: impl Display, seen: &[u8], expected: &[u8]) {
        self.evaluated();
        if seen == expected {
            return;
        }
        let pairs = seen.iter().zip(expected);
        let same = pairs.take_while(|(a, b)| a == b).count();
        self.fail_at(
            format_args!("{what}, at byte {same}"),
            excerpt(expected, same),
            excerpt(seen, same),
        );
    }

    /// Expects a sentence to be true.
    #[track_caller]
    pub fn holds(&self, what: impl Display, holds: bool) {
        self.evaluated();
        if !holds {
            self.fail_at(what, "true", "false");
        }
    }

    /// Expects a number to be no more than a limit.
    #[track_caller]
    pub fn at_most<T: PartialOrd + Display>(
        &self,
        what: impl Display,
        seen: T,
        limit: T,
    ) {
        self.evaluated();
        if seen.partial_cmp(&limit).is_none_or(|order| order.is_gt()) {
            self.fail_at(what, format_args!("at most {limit}"), seen);
        }
    }

    /// Expects a number to be no less than a limit.
    #[track_caller]
    pub fn at_least<T: PartialOrd + Display>(
        &self,
        what: impl Display,
        seen: T,
        limit: T,
    ) {
        self.evaluated();
        if seen.partial_cmp(&limit).is_none_or(|order| order.is_lt()) {
            self.fail_at(what, format_args!("at least {limit}"), seen);
        }
    }

    /// Expects `Ok`, and returns its value.
    #[track_caller]
    pub fn succeeds<T, E: Debug>(&self, what: impl Display, result: Result<T, E>) -> T {
        self.evaluated();
        match result {
            Ok(value) => value,
            Err(error) => {
                self.fail_at(what, "Ok", format_args!("Err({error:?})").to_string())
            }
        }
    }

    /// Expects `Err`, and returns the error.
    #[track_caller]
    pub fn refuses<T: Debug, E>(&self, what: impl Display, result: Result<T, E>) -> E {
        self.evaluated();
        match result {
            Ok(value) => self.fail_at(
                what,
                "an error",
                format_args!("Ok({value:?})").to_string(),
            ),
            Err(error) => error,
        }
    }
}

/// Returns the bytes around `at` in printable form.
fn excerpt(bytes: &[u8], at: usize) -> String {
    let from = at.saturating_sub(16);
    let to = bytes.len().min(at + 48);
    let before = if from > 0 { "…" } else { "" };
    let after = if to < bytes.len() { "…" } else { "" };
    let shown = bytes[from..to].escape_ascii();
    format!("{before}\"{shown}\"{after} ({} bytes)", bytes.len())
}
