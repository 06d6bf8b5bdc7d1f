//! The parts of a URL that an import needs.
//!
//! We provide this file: it's a grammar.

use addresses::Endpoint;
use messages::percent_decode;

use crate::{FileName, ImportError};

/// The port of `http` (RFC 9110, section 4.2.1).
const PORT: u16 = 80;

/// Which server to ask for what, and under which name to save it.
pub(crate) struct Url {
    pub(crate) endpoint: Endpoint,
    /// The path and the query.
    pub(crate) target: String,
    /// The last segment of the path.
    pub(crate) name: FileName,
}

impl Url {
    /// Reads `http://HOST[:PORT]/PATH[?QUERY]`.
    ///
    /// URLs are refused if they have another scheme, if they contain a
    /// user name, which can make readers see a different host, if they
    /// contain anything but visible ASCII, or if their path doesn't end
    /// with a file name.
    pub(crate) fn parse(url: &str) -> Result<Self, ImportError> {
        let refused = |why: &str| {
            let url = url.escape_debug();
            ImportError::Url(format!("`{url}` {why}"))
        };
        let whole = url.split('#').next().unwrap_or_default();
        if !whole.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused(
                "contains spaces or other odd characters",
            ));
        }
        let (scheme, rest) = whole
            .split_once("://")
            .ok_or_else(|| refused("doesn't begin with http://"))?;
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(refused("doesn't begin with http://"));
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        if authority.contains(['@', '\\']) {
            return Err(refused(
                "contains a user name; leave that out",
            ));
        }
        let endpoint =
            Endpoint::parse(authority, PORT).map_err(|error| {
                refused(&format!("has no valid host: {error}"))
            })?;
        let path = target.split('?').next().unwrap_or_default();
        let last = path.rsplit('/').next().unwrap_or_default();
        let name = percent_decode(last).ok();
        let name = name.and_then(|name| String::from_utf8(name).ok());
        let name = name.and_then(|name| name.parse().ok());
        let name = name
            .ok_or_else(|| refused("doesn't end with a file name"))?;
        Ok(Self {
            endpoint,
            target: target.to_owned(),
            name,
        })
    }
}
