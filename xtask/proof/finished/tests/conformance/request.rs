//! A request of the table as the bytes that are sent.

/// What is sent, and how.
#[derive(Debug)]
pub struct Request {
    /// All of it.
    pub bytes: Vec<u8>,
    /// The first method: the answer to HEAD has no body.
    pub method: String,
    /// The client ends its direction behind it.
    pub half_close: bool,
}

impl Request {
    /// Reads the table's cell; its header describes the form.
    pub fn parse(text: &str) -> Result<Request, String> {
        if let Some(raw) = text.strip_prefix("raw ") {
            let bytes = unescape(raw)?;
            let words = String::from_utf8_lossy(&bytes).trim_start().to_owned();
            let method = words
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned();
            return Ok(Request {
                bytes,
                method,
                half_close: false,
            });
        }
        let mut parts = text.split(" ; ");
        let first = parts.next().unwrap_or_default();
        let (method, target) = first.split_once(' ').ok_or("no method and target")?;
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n");
        let (mut body, mut half_close) = ("", false);
        for part in parts {
            match part.strip_prefix("body ") {
                Some(text) => body = text,
                None if part == "half-close" => half_close = true,
                None => head += &format!("{part}\r\n"),
            }
        }
        Ok(Request {
            bytes: format!("{head}\r\n{body}").into_bytes(),
            method: method.to_owned(),
            half_close,
        })
    }
}

/// `\r`, `\n`, `\\` and `\xHH`.
fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = &rest[at + 1..];
        let (byte, length) = match escape.as_bytes().first() {
            Some(b'r') => (b'\r', 1),
            Some(b'n') => (b'\n', 1),
            Some(b'\\') => (b'\\', 1),
            Some(b'x') => {
                let digits = escape.get(1..3).ok_or("an escape is cut")?;
                let byte = u8::from_str_radix(digits, 16);
                (byte.map_err(|_| format!("`\\x{digits}`"))?, 3)
            }
            _ => return Err(format!("`\\{escape}` is no escape")),
        };
        bytes.push(byte);
        rest = &escape[length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}
