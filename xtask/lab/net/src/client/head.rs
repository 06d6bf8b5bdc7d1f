//! The head of a response.

use super::Error;

/// The status and the headers of a response, as the server sent them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// The names as they were sent, and the values without the space around them, in
    /// order. Bytes that aren't UTF-8 become replacement characters.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// Parses a head, including its empty line. It's strict, so that a server under
    /// test can't get away with mistakes.
    pub(super) fn parse(bytes: &[u8]) -> Result<Head, Error> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.trim_end_matches("\r\n").split("\r\n");
        let first = lines.next().unwrap_or_default();
        let status = status(first).ok_or_else(|| syntax("status line", first))?;
        let mut headers = Vec::new();
        for line in lines {
            let parts = line.split_once(':');
            let (name, value) = parts.ok_or_else(|| syntax("header line", line))?;
            if name.is_empty() || name.contains([' ', '\t', '\r', '\n']) {
                return Err(syntax("header name", line));
            }
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        Ok(Head { status, headers })
    }

    /// Returns the value of a header, whatever the case of its name. If there are
    /// several, returns the first.
    pub fn header<'a>(&'a self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// All values of a header.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Returns the `Content-Length`, in bytes. Several different ones, or one that
    /// isn't a number, are an error.
    pub fn content_length(&self) -> Result<Option<u64>, Error> {
        let mut length = None;
        for value in self.all("content-length") {
            let digits = value.bytes().all(|byte| byte.is_ascii_digit());
            let number = value.parse().ok().filter(|_| digits);
            let number = number.ok_or_else(|| syntax("Content-Length", value))?;
            if length.is_some_and(|other| other != number) {
                return Err(syntax("second Content-Length", value));
            }
            length = Some(number);
        }
        Ok(length)
    }

    /// Returns whether another head follows (status 1xx).
    pub fn is_interim(&self) -> bool {
        self.status / 100 == 1
    }
}

pub(super) fn syntax(part: &str, text: &str) -> Error {
    let what = format!("{part} {text:?}");
    Error::Syntax { what }
}

fn status(line: &str) -> Option<u16> {
    let rest = line.strip_prefix("HTTP/1.")?;
    let (minor, rest) = rest.split_once(' ')?;
    let code = rest.split(' ').next()?;
    let valid = minor.len() == 1
        && minor.bytes().all(|byte| byte.is_ascii_digit())
        && code.len() == 3;
    code.parse().ok().filter(|_| valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_gives_its_status_and_headers() {
        let head = Head::parse(
            b"HTTP/1.1 206 Partial Content\r\nContent-Length: 5 \r\nX-A:b:c\r\n\r\n",
        )
        .expect("a head");
        assert_eq!((head.status, head.header("x-a")), (206, Some("b:c")));
        assert_eq!(head.content_length().expect("a number"), Some(5));
        let bare = Head::parse(b"HTTP/1.0 204\r\n\r\n").expect("no reason needed");
        assert_eq!((bare.status, bare.headers.len()), (204, 0));
    }

    #[test]
    fn a_head_that_is_wrong_is_refused() {
        for text in [
            "200 OK\r\n\r\n",
            "HTTP/2 200\r\n\r\n",
            "HTTP/1.1 20\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "HTTP/1.1 200 OK\r\nName : value\r\n\r\n",
            "HTTP/1.1 200 OK\r\n folded: value\r\n\r\n",
        ] {
            assert!(Head::parse(text.as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_length_that_is_no_number_or_contradicts_itself_is_refused() {
        for lines in [
            "Content-Length: +5",
            "Content-Length: 5\r\ncontent-length: 6",
        ] {
            let text = format!("HTTP/1.1 200 OK\r\n{lines}\r\n\r\n");
            let head = Head::parse(text.as_bytes()).expect("a head");
            assert!(head.content_length().is_err(), "{lines}");
        }
    }
}
