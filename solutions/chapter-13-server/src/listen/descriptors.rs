//! File descriptors: each connection needs some.
//!
//! Given: each operating system has its own calls.

/// A connection has its socket, the file that it sends or saves,
/// and, for an import, the connection to the other server.
#[cfg(unix)]
const EACH: u64 = 3;
/// What the program needs for itself, with a database.
#[cfg(unix)]
const OWN: u64 = 64;

/// Raises the process's limit of open descriptors to what the
/// operating system allows. Shells often start programs with
/// 1,024, which is meant for programs that still use `select`.
///
/// Returns what to tell the operator, if so many `connections` may
/// need more descriptors than that.
#[cfg(unix)]
pub fn raise_descriptors(connections: usize) -> Option<String> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let needed = (connections as u64)
        .saturating_mul(EACH)
        .saturating_add(OWN);
    let mut limit = getrlimit(Resource::Nofile);
    // macOS has no hard limit by default, and allows no soft one
    // that is as high: there it is what is needed.
    let wanted = limit.maximum.unwrap_or(needed);
    if limit.current.is_some_and(|current| current < wanted) {
        let raised = rustix::process::Rlimit {
            current: Some(wanted),
            maximum: limit.maximum,
        };
        if setrlimit(Resource::Nofile, raised).is_ok() {
            limit.current = Some(wanted);
        }
    }
    let allowed = limit.current?;
    (needed > allowed).then(|| {
        let enough = (allowed.saturating_sub(OWN) / EACH).max(1);
        format!(
            "{connections} connections may need {needed} file \
             descriptors, and this process can open only {allowed}: \
             raise the hard limit (ulimit -Hn, or systemd's \
             LimitNOFILE=), or use --connections {enough}"
        )
    })
}

/// There is no such limit.
#[cfg(not(unix))]
pub fn raise_descriptors(_connections: usize) -> Option<String> {
    None
}
