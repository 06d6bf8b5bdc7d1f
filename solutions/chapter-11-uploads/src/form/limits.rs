//! How much a stranger may send.
//!
//! We provide this file: it's four numbers.

/// The limits of an upload. All sizes are in bytes.
#[derive(Debug, Clone)]
pub struct UploadLimits {
    /// The complete body, including everything around the files; 8 GiB
    /// by default.
    pub total: u64,
    /// Each file, as it's saved; 4 GiB by default.
    pub file: u64,
    /// The maximum number of parts; 16 by default.
    pub parts: usize,
    /// The head of each part, including its empty line; 8 KiB by
    /// default.
    pub part_head: usize,
}

impl UploadLimits {
    /// Makes limits for files of at most `file` bytes and at most
    /// `parts` parts. A form that consists of such files alone is
    /// accepted.
    pub fn of(file: u64, parts: usize) -> Self {
        let part_head = 8 * 1024;
        let part = file.saturating_add(part_head as u64);
        Self {
            total: part.saturating_mul(parts as u64),
            file,
            parts,
            part_head,
        }
    }
}

impl Default for UploadLimits {
    fn default() -> Self {
        Self {
            total: 8 << 30,
            file: 4 << 30,
            parts: 16,
            part_head: 8 * 1024,
        }
    }
}
