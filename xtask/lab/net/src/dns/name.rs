//! Names, as lists of labels in lower case.

/// A domain name: its labels, from the host up to the top-level domain.
pub(super) type Labels = Vec<Vec<u8>>;

/// The most octets in a label.
const LABEL: usize = 63;

/// Reads a name from a zone; `None` if a label is empty or too long.
pub(super) fn labels(text: &str) -> Option<Labels> {
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.is_empty() {
        return Some(Labels::new());
    }
    text.split('.')
        .map(|label| {
            let fits = (1..=LABEL).contains(&label.len());
            fits.then(|| label.to_ascii_lowercase().into_bytes())
        })
        .collect()
}

/// A name for people, with a dot at the end.
pub fn shown(labels: &[Vec<u8>]) -> String {
    if labels.is_empty() {
        return ".".to_owned();
    }
    labels
        .iter()
        .map(|label| format!("{}.", label.escape_ascii()))
        .collect()
}

/// Returns the name in a message's question, in lower case, and where it ends. Returns
/// `None` for anything that a question must not contain, such as pointers or an
/// incomplete name.
pub fn name_in(message: &[u8]) -> Option<(Vec<Vec<u8>>, usize)> {
    let mut labels = Labels::new();
    let mut at = super::query::HEADER;
    loop {
        let length = usize::from(*message.get(at)?);
        at += 1;
        if length == 0 {
            return Some((labels, at));
        }
        // 255 bytes as it's sent, after the header's 12.
        if length > LABEL || at + length > super::query::HEADER + 255 {
            return None;
        }
        let label = message.get(at..at + length)?;
        labels.push(label.to_ascii_lowercase());
        at += length;
    }
}
