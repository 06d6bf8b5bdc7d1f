//! Which proofs are asked for.

/// Parts of names; without any, everything is meant.
#[derive(Debug, Clone, Default)]
pub struct Filter(Vec<String>);

impl Filter {
    /// What is named by one of these parts.
    pub fn new(parts: &[&str]) -> Self {
        Self(parts.iter().map(|part| (*part).to_owned()).collect())
    }

    /// Is one of these names meant?
    pub fn takes(&self, names: &[&str]) -> bool {
        let named =
            |part: &String| names.iter().any(|name| name.contains(part.as_str()));
        self.0.is_empty() || self.0.iter().any(named)
    }
}
