//! How much a stranger may send.
//!
//! Given: four numbers.

/// What an upload may have. All sizes are bytes.
#[derive(Debug, Clone)]
pub struct UploadLimits {
    /// The whole body, everything around the files included;
    /// 8 GiB by default.
    pub total: u64,
    /// Each file, as it is saved; 4 GiB by default.
    pub file: u64,
    /// The most parts; 16 by default.
    pub parts: usize,
    /// The head of each part, its empty line included; 8 KiB by
    /// default.
    pub part_head: usize,
}

impl UploadLimits {
    /// Files of at most `file` bytes, and so many `parts`. A form
    /// full of files that long is taken.
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
