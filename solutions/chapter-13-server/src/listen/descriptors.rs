//! File descriptors, of which each connection needs a few.
//!
//! We provide this file, because each operating system has its own
//! calls for this.

/// How many descriptors a connection needs: for its socket, for the
/// file that it sends or saves, and, during an import, for the
/// connection to the other server.
#[cfg(unix)]
const EACH: u64 = 3;
/// How many descriptors the program itself needs, including a database.
#[cfg(unix)]
const OWN: u64 = 64;

/// Raises the process's limit on open descriptors as far as the
/// operating system allows. Shells often start programs with a limit of
/// 1,024, for the sake of programs that still use `select`.
///
/// Returns a message for the operator if this many `connections` may
/// need more descriptors than that.
#[cfg(unix)]
pub fn raise_descriptors(connections: usize) -> Option<String> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let needed = (connections as u64)
        .saturating_mul(EACH)
        .saturating_add(OWN);
    let mut limit = getrlimit(Resource::Nofile);
    // By default, macOS has no hard limit, but it doesn't accept a soft
    // limit that is unlimited. In that case, ask for as many as we
    // need.
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

/// This operating system has no such limit.
#[cfg(not(unix))]
pub fn raise_descriptors(_connections: usize) -> Option<String> {
    None
}
