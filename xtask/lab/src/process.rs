//! What the kernel tells about the memory of a process.

use std::fs;

/// The variable that makes Linux do without `/proc`, so that what other systems
/// do is run there too. Set it to `1`.
pub const PORTABLE: &str = "WORKBOOK_PORTABLE";

/// Whether `/proc` is there to be read.
pub fn has_proc() -> bool {
    cfg!(target_os = "linux") && std::env::var_os(PORTABLE).is_none_or(|v| v != "1")
}

/// Resident bytes of a process now. `None` where the kernel does not tell, or
/// when the process is gone.
pub fn resident(pid: u32) -> Option<u64> {
    field(pid, "VmRSS:")
}

/// The most bytes that were ever resident: the kernel's own high-water mark, that
/// no sampling can miss. `None` as for [`resident`].
pub fn peak_resident(pid: u32) -> Option<u64> {
    field(pid, "VmHWM:")
}

fn field(pid: u32, name: &str) -> Option<u64> {
    if !has_proc() {
        return None;
    }
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    // "kB" there means KiB.
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_stays_after_memory_is_freed() {
        if !has_proc() {
            return;
        }
        let pid = std::process::id();
        let block = std::hint::black_box(vec![1_u8; 32 << 20]);
        let full = resident(pid).expect("own status");
        drop(block);
        let peak = peak_resident(pid).expect("own status");
        assert!(full >= 32 << 20, "{full}");
        assert!(peak >= 32 << 20, "{peak}");
    }

    #[test]
    fn a_process_that_is_gone_has_no_memory() {
        assert_eq!(resident(u32::MAX), None);
    }
}
