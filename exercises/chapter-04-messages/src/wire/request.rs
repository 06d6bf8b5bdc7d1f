//! The first line of a request.
//!
//! We provide this file, because splitting a line into three words
//! teaches nothing new.

use std::str::FromStr;

use crate::MessageError;
use crate::wire::fields::is_token;

/// `GET /index.html HTTP/1.1` (RFC 9112, section 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLine {
    /// The method. Its case matters, so `get` isn't `GET`.
    pub method: String,
    /// The target as it was sent.
    pub target: String,
    /// The minor version: 1 in HTTP/1.1, 0 in HTTP/1.0.
    pub minor: u8,
}

impl FromStr for RequestLine {
    type Err = MessageError;

    /// Reads three words with one space between them. A target may
    /// contain only visible ASCII characters, because everything else
    /// has to be percent-encoded.
    fn from_str(line: &str) -> Result<Self, MessageError> {
        let words: Vec<&str> = line.split(' ').collect();
        let [method, target, version] = words[..] else {
            let what = "a request line has three words";
            return Err(MessageError::Head(what));
        };
        if !is_token(method) {
            let what = "the method contains a forbidden character";
            return Err(MessageError::Head(what));
        }
        let visible = |byte: u8| byte.is_ascii_graphic();
        if target.is_empty() || !target.bytes().all(visible) {
            let what = "a target must be visible ASCII characters";
            return Err(MessageError::Head(what));
        }
        let minor = match version {
            "HTTP/1.0" => 0,
            "HTTP/1.1" => 1,
            _ => {
                let what = "the version must be HTTP/1.0 or HTTP/1.1";
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
