//! A page as a picture or as a printed document.

use crate::error::{Error, Result};
use crate::tab::Tab;
use data_encoding::BASE64;
use serde_json::{Value, json};

impl Tab<'_> {
    /// The page as a PDF on A4, with its backgrounds, as printed by the reader.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn print(&mut self) -> Result<Vec<u8>> {
        let params = json!({
            "printBackground": true,
            "paperWidth": 8.27,
            "paperHeight": 11.69,
        });
        data(&self.call("Page.printToPDF", params)?, "Page.printToPDF")
    }

    /// What is to be seen now, as a PNG.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn picture(&mut self) -> Result<Vec<u8>> {
        let params = json!({ "format": "png" });
        let answer = self.call("Page.captureScreenshot", params)?;
        data(&answer, "Page.captureScreenshot")
    }
}

fn data(answer: &Value, method: &'static str) -> Result<Vec<u8>> {
    answer["data"]
        .as_str()
        .and_then(|text| BASE64.decode(text.as_bytes()).ok())
        .ok_or(Error::Answer {
            method,
            field: "data",
        })
}
