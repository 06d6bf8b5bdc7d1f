//! Signals that this process was started to ignore, as `nohup`, a job in the background
//! of a script, and some CI runners start theirs.

/// Lets programs that are started from now on heed every signal: what is ignored stays
/// ignored in them, but what is handled does not. This process goes on ignoring it.
#[cfg(target_os = "linux")]
pub(crate) fn heed() {
    use std::sync::Once;

    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let Some(ignored) = ignored() else {
            return;
        };
        for signal in [1, 2, 3, 15] {
            if ignored & (1 << (signal - 1)) != 0 {
                // What cannot be handled stays as it is.
                let _ = signal_hook::flag::register(signal, Default::default());
            }
        }
    });
}

/// The ignored signals, a bit for each.
#[cfg(target_os = "linux")]
fn ignored() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

/// Elsewhere nobody says what is ignored.
#[cfg(not(target_os = "linux"))]
pub(crate) fn heed() {}
