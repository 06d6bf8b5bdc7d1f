//! Real key presses, as from a keyboard.

use crate::error::Result;
use crate::tab::Tab;
use serde_json::{Value, json};

/// The bit of the shift key in the protocol's modifiers.
const SHIFT: u8 = 8;

/// One key with what the protocol wants to know about it.
struct Key {
    name: String,
    code: String,
    number: u32,
    text: Option<String>,
}

impl Key {
    /// `Tab`, `Enter`, `Space`, `ArrowLeft`… or one character.
    fn named(name: &str) -> Key {
        let (name, code, number, text) = match name {
            "Enter" => ("Enter", "Enter", 13, Some("\r")),
            "Space" => (" ", "Space", 32, Some(" ")),
            "Tab" => ("Tab", "Tab", 9, None),
            "Escape" => ("Escape", "Escape", 27, None),
            "PageUp" => ("PageUp", "PageUp", 33, None),
            "PageDown" => ("PageDown", "PageDown", 34, None),
            "End" => ("End", "End", 35, None),
            "Home" => ("Home", "Home", 36, None),
            "ArrowLeft" => ("ArrowLeft", "ArrowLeft", 37, None),
            "ArrowUp" => ("ArrowUp", "ArrowUp", 38, None),
            "ArrowRight" => ("ArrowRight", "ArrowRight", 39, None),
            "ArrowDown" => ("ArrowDown", "ArrowDown", 40, None),
            "/" => ("/", "Slash", 191, Some("/")),
            character => return Key::typed(character),
        };
        Key {
            name: name.to_string(),
            code: code.to_string(),
            number,
            text: text.map(str::to_string),
        }
    }

    fn typed(character: &str) -> Key {
        let upper = character.to_uppercase();
        Key {
            name: character.to_string(),
            code: format!("Key{upper}"),
            number: upper.chars().next().map_or(0, u32::from),
            text: Some(character.to_string()),
        }
    }

    fn event(&self, kind: &str, modifiers: u8) -> Value {
        let mut event = json!({
            "type": kind,
            "key": self.name,
            "code": self.code,
            "windowsVirtualKeyCode": self.number,
            "modifiers": modifiers,
        });
        if let (Some(text), "keyDown") = (&self.text, kind) {
            event["text"] = json!(text);
        }
        event
    }
}

impl Tab<'_> {
    /// Presses and releases a key: `Tab`, `Shift+Tab`, `Enter`, `Space`, `Escape`,
    /// `Home`, `End`, `PageUp`, `PageDown`, the arrows, or one character.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn press(&mut self, key: &str) -> Result<()> {
        let (modifiers, name) = match key.strip_prefix("Shift+") {
            Some(name) => (SHIFT, name),
            None => (0, key),
        };
        let key = Key::named(name);
        // `rawKeyDown` makes no character; browsers expect it for keys that have none.
        let down = if key.text.is_some() {
            "keyDown"
        } else {
            "rawKeyDown"
        };
        for kind in [down, "keyUp"] {
            self.call("Input.dispatchKeyEvent", key.event(kind, modifiers))?;
        }
        Ok(())
    }

    /// Types a text, one key after the other.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn enter_text(&mut self, text: &str) -> Result<()> {
        for character in text.chars() {
            self.press(&character.to_string())?;
        }
        Ok(())
    }

    /// Presses Tab until the focus is on an element that matches `selector`, at most
    /// `limit` times. Says where the focus went when it never came there.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn tab_to(&mut self, selector: &str, limit: usize) -> Result<Reached> {
        let mut way = Vec::new();
        for _ in 0..limit {
            self.press("Tab")?;
            way.push(self.focused()?);
            if self.is_focused(selector)? {
                return Ok(Ok(way.len()));
            }
        }
        Ok(Err(format!(
            "pressing Tab {limit} times didn't reach `{selector}`; it reached {}",
            way.join(", ")
        )))
    }

    /// Whether the focus is on an element that matches `selector`.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn is_focused(&mut self, selector: &str) -> Result<bool> {
        let selector = json!(selector);
        self.holds(&format!("document.activeElement.matches({selector})"))
    }

    /// The element that has the focus, in a few words.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn focused(&mut self) -> Result<String> {
        let described = self.evaluate(
            "(({tagName, id, className, innerText, ariaLabel}) => [
                tagName.toLowerCase() + (id && '#' + id),
                typeof className === 'string' && className && '.' + className,
                (ariaLabel || innerText || '').trim().slice(0, 24),
            ].filter(Boolean).join(' '))(document.activeElement)",
        )?;
        Ok(described.as_str().unwrap_or_default().to_string())
    }
}

/// How many presses it took, or the way that was taken in vain.
pub type Reached = std::result::Result<usize, String>;
