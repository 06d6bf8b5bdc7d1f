//! The part of a URL that an import needs.
//!
//! Given: a grammar.

use addresses::Endpoint;
use messages::percent_decode;

use crate::{FileName, ImportError};

/// The port of `http` (RFC 9110, section 4.2.1).
const PORT: u16 = 80;

/// What to ask whom, and what to call it.
pub(crate) struct Url {
    pub(crate) endpoint: Endpoint,
    /// Path and query.
    pub(crate) target: String,
    /// The last segment of the path.
    pub(crate) name: FileName,
}

impl Url {
    /// Reads `http://HOST[:PORT]/PATH[?QUERY]`.
    ///
    /// Refused: other schemes; a name and a password, which show
    /// readers another host than the one that is meant; whatever
    /// is no visible ASCII; a path that ends in no name.
    pub(crate) fn parse(url: &str) -> Result<Self, ImportError> {
        let refused = |why: &str| {
            let url = url.escape_debug();
            ImportError::Url(format!("`{url}` {why}"))
        };
        let whole = url.split('#').next().unwrap_or_default();
        if !whole.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused("has blanks or other odd characters"));
        }
        let (scheme, rest) = whole
            .split_once("://")
            .ok_or_else(|| refused("does not begin with http://"))?;
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(refused("does not begin with http://"));
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        if authority.contains(['@', '\\']) {
            return Err(refused("names a user; leave that out"));
        }
        let endpoint =
            Endpoint::parse(authority, PORT).map_err(|error| {
                refused(&format!("names no host: {error}"))
            })?;
        let path = target.split('?').next().unwrap_or_default();
        let last = path.rsplit('/').next().unwrap_or_default();
        let name = percent_decode(last).ok();
        let name = name.and_then(|name| String::from_utf8(name).ok());
        let name = name.and_then(|name| name.parse().ok());
        let name = name.ok_or_else(|| {
            refused("does not end with a name for a file")
        })?;
        Ok(Self {
            endpoint,
            target: target.to_owned(),
            name,
        })
    }
}
