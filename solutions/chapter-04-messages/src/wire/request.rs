//! The first line of a request.
//!
//! We provide this file: splitting a line into three words teaches
//! nothing new.

use std::str::FromStr;

use crate::MessageError;
use crate::wire::fields::is_token;

/// `GET /index.html HTTP/1.1` (RFC 9112, section 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLine {
    /// What to do. Its case matters: `get` is not `GET`.
    pub method: String,
    /// What to do it with, as it was sent.
    pub target: String,
    /// 1 in HTTP/1.1, 0 in HTTP/1.0.
    pub minor: u8,
}

impl FromStr for RequestLine {
    type Err = MessageError;

    /// Three words, with one space between them. A target has
    /// visible ASCII characters only: everything else is encoded
    /// with percent signs.
    fn from_str(line: &str) -> Result<Self, MessageError> {
        let words: Vec<&str> = line.split(' ').collect();
        let [method, target, version] = words[..] else {
            let what = "a request line has three words";
            return Err(MessageError::Head(what));
        };
        if !is_token(method) {
            let what = "the method has a character that it must not";
            return Err(MessageError::Head(what));
        }
        let visible = |byte: u8| byte.is_ascii_graphic();
        if target.is_empty() || !target.bytes().all(visible) {
            let what = "a target has visible ASCII characters only";
            return Err(MessageError::Head(what));
        }
        let minor = match version {
            "HTTP/1.0" => 0,
            "HTTP/1.1" => 1,
            _ => {
                let what = "only HTTP/1.0 and HTTP/1.1 are known";
                return Err(MessageError::Head(what));
            }
        };
        Ok(Self {
            method: method.to_owned(),
            target: target.to_owned(),
            minor,
        })
    }
}
