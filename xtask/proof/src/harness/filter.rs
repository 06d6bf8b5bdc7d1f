//! Which proofs to run.

/// Parts of names. If there are none, everything matches.
#[derive(Debug, Clone, Default)]
pub struct Filter(Vec<String>);

impl Filter {
    /// Returns the items whose name contains one of these parts.
    pub fn new(parts: &[&str]) -> Self {
        Self(parts.iter().map(|part| (*part).to_owned()).collect())
    }

    /// Returns whether one of these names matches.
    pub fn takes(&self, names: &[&str]) -> bool {
        let named =
            |part: &String| names.iter().any(|name| name.contains(part.as_str()));
        self.0.is_empty() || self.0.iter().any(named)
    }
}
