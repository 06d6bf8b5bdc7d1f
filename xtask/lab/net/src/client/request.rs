//! The requests that checks send, and the `curl` line that repeats them.

use std::fmt::Write;
use std::net::SocketAddr;

/// A request without a body. It's sent exactly as described here, and only `Host` is
/// added to its headers.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
}

impl Request {
    /// A `GET` request. The target is sent as it is, even if it's invalid.
    pub fn get(target: &str) -> Request {
        Request::new("GET", target)
    }

    /// A `HEAD` request.
    pub fn head(target: &str) -> Request {
        Request::new("HEAD", target)
    }

    /// A request with any method.
    pub fn new(method: &str, target: &str) -> Request {
        Request {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
        }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Request {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Returns the method. The response to `HEAD` has no body, whatever its headers
    /// say.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the bytes to send to a server at `host`.
    pub fn bytes(&self, host: SocketAddr) -> Vec<u8> {
        let Request {
            method,
            target,
            headers,
        } = self;
        let mut text = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        text.into_bytes()
    }

    /// Returns the command that sends almost the same request by hand.
    pub fn curl(&self, host: SocketAddr) -> String {
        let mut line = "curl -v".to_owned();
        match self.method.as_str() {
            "GET" => {}
            "HEAD" => line.push_str(" --head"),
            other => line.push_str(&format!(" -X {}", quoted(other))),
        }
        for (name, value) in &self.headers {
            let header = quoted(&format!("{name}: {value}"));
            // Writing to a string cannot fail.
            let _ = write!(line, " -H {header}");
        }
        let url = format!("http://{host}{}", self.target);
        // Otherwise curl would resolve "..", and print the bytes of the body on the
        // terminal.
        let _ = write!(line, " --path-as-is -o body {}", quoted(&url));
        line
    }
}

/// Quotes a word for the shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:=%@+,[]".contains(c);
    if word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_exactly_those_described() {
        let host = "127.0.0.1:80".parse().expect("address");
        let request = Request::get("/a?b").header("Range", "bytes=0-9");
        assert_eq!(
            request.bytes(host),
            b"GET /a?b HTTP/1.1\r\nHost: 127.0.0.1:80\r\nRange: bytes=0-9\r\n\r\n"
        );
    }

    #[test]
    fn the_curl_line_can_be_pasted_into_a_shell() {
        let host = "[::1]:80".parse().expect("address");
        let request = Request::head("/it's").header("If-None-Match", "\"a\"");
        assert_eq!(
            request.curl(host),
            "curl -v --head -H 'If-None-Match: \"a\"' --path-as-is -o body \
             'http://[::1]:80/it'\\''s'"
        );
    }
}
