//! The accessibility rules of axe-core, run in the page that is open.

use crate::error::Result;
use crate::tab::Tab;
use serde_json::Value;

/// The rules, as they are kept here; `vendor/axe-core/README.md` says which version.
pub const SOURCE: &str = include_str!("../vendor/axe-core/axe.min.js");

/// WCAG 2.2 at levels A and AA, and what axe-core calls best practice.
const ALL: &str =
    "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";
/// What a theme can change: nothing but colors.
const COLOURS: &str =
    "{ type: 'rule', values: ['color-contrast', 'link-in-text-block'] }";

/// A run of these rules.
const RUN: &str = "(rules) => axe.run(document, {
    resultTypes: ['violations'],
    runOnly: rules,
}).then(({ violations }) => violations.map(({ id, impact, help, nodes }) => {
    const places = nodes.map(({ target }) => target.join(' ')).slice(0, 5);
    const more = nodes.length > 5 ? ` and ${nodes.length - 5} more` : '';
    return `${id} (${impact}): ${help}: ${places.join(', ')}${more}`;
}))";

impl Tab<'_> {
    /// The rules that the page breaks, each with the elements.
    ///
    /// # Errors
    ///
    /// The browser is gone, or axe-core throws.
    pub fn barriers(&mut self) -> Result<Vec<String>> {
        self.broken(ALL)
    }

    /// Those of these rules that are about colors: for another theme of a page that
    /// has stood all rules in one.
    ///
    /// # Errors
    ///
    /// Those of [`barriers`](Tab::barriers).
    pub fn faint(&mut self) -> Result<Vec<String>> {
        self.broken(COLOURS)
    }

    fn broken(&mut self, rules: &str) -> Result<Vec<String>> {
        if !self.holds("typeof axe === 'object'")? {
            self.evaluate(&format!("{SOURCE}\n;0"))?;
        }
        Ok(lines(&self.evaluate(&format!("({RUN})({rules})"))?))
    }
}

/// The strings of a list that a script returned.
pub fn lines(value: &Value) -> Vec<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items
        .iter()
        .map(|item| item.as_str().map_or(item.to_string(), str::to_string))
        .collect()
}
