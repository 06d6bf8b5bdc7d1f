//! The letters that the pages of a tab have: bundled ones, so that a line breaks at the
//! same word whatever fonts a machine has.

use crate::error::Result;
use crate::tab::Tab;
use data_encoding::BASE64;

/// How wide the bundled letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// As they are: about as wide as those of the widest systems.
    Ordinary,
    /// An eighth wider than any system's.
    Wide,
    /// As narrow as condensed letters.
    Narrow,
}

/// For text, and for code.
pub const TEXT: &[u8] = include_bytes!("../vendor/dejavu/DejaVuSans.woff2");
/// For code.
pub const CODE: &[u8] = include_bytes!("../vendor/dejavu/DejaVuSansMono.woff2");

impl Letters {
    fn percent(self) -> u32 {
        match self {
            Letters::Ordinary => 100,
            Letters::Wide => 112,
            Letters::Narrow => 84,
        }
    }
}

impl Tab<'_> {
    /// Writes every page that is opened from now on in these letters. The last call
    /// counts. A page without scripts keeps the letters of the machine.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn write_in(&mut self, letters: Letters) -> Result<()> {
        let (text, code) = (BASE64.encode(TEXT), BASE64.encode(CODE));
        let percent = letters.percent();
        // A later sheet outweighs the book's own, and a later call the earlier one.
        self.before_load(&format!(
            "(() => {{
                const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt());
                const face = (name, text) => new FontFace(
                    name, bytes(text), {{ sizeAdjust: '{percent}%' }});
                document.fonts.add(face('tested{percent}', '{text}'));
                document.fonts.add(face('tested-code{percent}', '{code}'));
                const sheet = new CSSStyleSheet();
                sheet.replaceSync(`:root {{
                    --text-font: tested{percent} !important;
                    --head-font: tested{percent} !important;
                    --mono-font: tested-code{percent} !important;
                }}`);
                document.adoptedStyleSheets.push(sheet);
            }})()"
        ))
    }
}
