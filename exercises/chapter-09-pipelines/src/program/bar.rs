//! The progress bar.

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

/// A progress bar on standard error, with the bytes read and written.
/// Shows nothing if there's no terminal.
pub(crate) struct Bar {
    bar: ProgressBar,
    read: u64,
    written: u64,
}

impl Bar {
    /// Makes a bar for `length` bytes to read.
    pub(crate) fn new(length: u64) -> Self {
        let style = ProgressStyle::with_template(
            "[{bar:30}] {percent:>3}%  read {bytes} of \
             {total_bytes}, written {msg}",
        );
        let style = style.expect("the template is right");
        let bar = ProgressBar::new(length);
        bar.set_style(style.progress_chars("# "));
        Self {
            bar,
            read: 0,
            written: 0,
        }
    }

    /// Stores both numbers, and updates the bar from time to time.
    pub(crate) fn show(&mut self, read: u64, written: u64) {
        (self.read, self.written) = (read, written);
        self.bar.set_message(HumanBytes(written).to_string());
        self.bar.set_position(read);
    }

    /// Removes the bar from the terminal.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }

    /// Returns a few words about the bytes that were read and written.
    pub(crate) fn summary(&self) -> String {
        let (read, written) = (self.read, self.written);
        format!("{read} bytes became {written}")
    }
}
