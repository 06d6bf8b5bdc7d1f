//! What a tab can be made to look like to its page.

use crate::error::Result;
use crate::tab::Tab;
use serde_json::{Value, json};

/// The themes that a reader can choose, by mdBook's names. `coal` is restyled, and the
/// menu calls it "High contrast".
pub const THEMES: [&str; 3] = ["light", "navy", "coal"];

/// How a page is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// On paper instead of a screen.
    pub is_print: bool,
    /// The reader's system asks for dark pages.
    pub is_dark: bool,
    /// The reader's system asks for pages that do not move.
    pub is_still: bool,
}

impl Tab<'_> {
    /// Gives the page this many CSS pixels.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn resize(&mut self, width: u32, height: u32) -> Result<()> {
        let size = json!({
            "width": width,
            "height": height,
            "deviceScaleFactor": 1,
            "mobile": false,
        });
        self.call("Emulation.setDeviceMetricsOverride", size)?;
        Ok(())
    }

    /// Shows pages on this medium, to a reader with these wishes.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn show_on(&mut self, media: Media) -> Result<()> {
        let feature = |name: &str, value: &str| -> Value {
            json!({ "name": name, "value": value })
        };
        let motion = if media.is_still {
            "reduce"
        } else {
            "no-preference"
        };
        let params = json!({
            "media": if media.is_print { "print" } else { "" },
            "features": [
                feature("prefers-color-scheme", if media.is_dark { "dark" } else { "light" }),
                feature("prefers-reduced-motion", motion),
            ],
        });
        self.call("Emulation.setEmulatedMedia", params)?;
        Ok(())
    }

    /// Lets the pages that are opened from now on run no script. Tests still can.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn forbid_scripts(&mut self) -> Result<()> {
        let params = json!({ "value": true });
        self.call("Emulation.setScriptExecutionDisabled", params)?;
        Ok(())
    }

    /// Opens every page in this theme, as for a reader who chose it before.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn prefer_theme(&mut self, theme: &str) -> Result<()> {
        self.before_load(&format!("localStorage.setItem('mdbook-theme', '{theme}')"))
    }

    /// Chooses a theme from the menu of the page that is open, and lets every fade end.
    ///
    /// # Errors
    ///
    /// The menu does not offer it.
    pub fn choose_theme(&mut self, theme: &str) -> Result<()> {
        self.evaluate(&format!(
            "document.getElementById('mdbook-theme-{theme}').click()"
        ))?;
        self.wait_until(&format!(
            "document.documentElement.classList.contains('{theme}')"
        ))?;
        // A theme has colors for code in a file of its own, which is loaded only now.
        self.wait_until(
            "[...document.querySelectorAll('link[rel=stylesheet]')]
                .every((link) => link.disabled || link.sheet !== null)",
        )?;
        self.settle()
    }

    /// Ends every fade and movement that has an end.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn settle(&mut self) -> Result<()> {
        // Style is worked out first, or a fade that it starts would come after this.
        self.evaluate(
            "document.body.offsetHeight; for (const fade of document.getAnimations()) {
                try { fade.finish(); } catch { /* it has no end */ }
            }",
        )?;
        Ok(())
    }
}
