//! The server's pages.
//!
//! We provide this file: any other text would do just as well.

/// How many lines `/long` has. With 32 bytes each, they're 1 MiB, which
/// takes more than one read.
const LINES: usize = 32 * 1024;

const INDEX: &str = "\
/hello  a greeting
/long   1 MiB in lines of 32 bytes
";

/// Returns the page with this name. If there is none, returns a message
/// that says so, because HTTP/0.9 has no status codes.
pub(crate) fn page(name: &str) -> Vec<u8> {
    match name {
        "/" => INDEX.into(),
        "/hello" => "Hello over a connection.\n".into(),
        "/long" => (1..=LINES)
            .flat_map(|line| {
                format!("this is line {line:>18}\n").into_bytes()
            })
            .collect(),
        _ => format!("Nothing here is called {name:?}.\n").into(),
    }
}
