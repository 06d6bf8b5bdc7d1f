//! Signals that this process was started to ignore, as `nohup`, a job in the background
//! of a script, and some CI runners start theirs.

/// Makes programs that are started from now on react to every signal. Signals that are
/// ignored stay ignored in them, but signals with a handler don't. This process
/// continues to ignore those signals.
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
                // If a signal can't be handled, it stays as it is.
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
