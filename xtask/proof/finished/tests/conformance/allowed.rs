//! An answer that a section allows.

use std::fmt;

use lab::payload::Payload;

use super::files::LENGTH;
use super::seen::Seen;

/// One of the answers that are allowed.
#[derive(Debug)]
pub struct Allowed {
    text: String,
    /// `None`: no answer at all.
    status: Option<u16>,
    needs: Vec<Need>,
}

#[derive(Debug)]
enum Need {
    Field(String, String),
    Has(String),
    No(String),
    Body(Option<(u64, u64)>),
    /// `None`: any parts inside the file.
    Parts(Option<Vec<(u64, u64)>>),
    Closes,
    Stays,
    Then(u16),
}

impl Allowed {
    /// Reads the table's cell: all answers that are allowed.
    pub fn parse(text: &str) -> Result<Vec<Allowed>, String> {
        text.split(" / ").map(Allowed::one).collect()
    }

    fn one(text: &str) -> Result<Allowed, String> {
        let mut parts = text.split(" & ").map(str::trim);
        let status = match parts.next() {
            Some("cut") => None,
            Some(word) => Some(word.parse().map_err(|_| format!("status `{word}`"))?),
            None => return Err("no status".to_owned()),
        };
        let needs = parts.map(Need::parse).collect::<Result<_, _>>()?;
        Ok(Allowed {
            text: text.to_owned(),
            status,
            needs,
        })
    }

    /// Is it this answer? If not: why not.
    pub async fn judge(&self, seen: &mut Seen) -> Result<(), String> {
        let status = seen.head.as_ref().map(|head| head.status);
        if status != self.status {
            return Err(match status {
                Some(status) => format!("it is {status}"),
                None => "there is no answer".to_owned(),
            });
        }
        if let Some(broken) = &seen.broken {
            return Err(broken.clone());
        }
        for need in &self.needs {
            need.judge(seen).await?;
        }
        Ok(())
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Need {
    fn parse(text: &str) -> Result<Need, String> {
        if let Some((name, value)) = text.split_once(": ") {
            return Ok(Need::Field(name.to_owned(), value.to_owned()));
        }
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        Ok(match (word, rest) {
            ("has", name) => Need::Has(name.to_owned()),
            ("no", name) => Need::No(name.to_owned()),
            ("body", "none") => Need::Body(None),
            ("body", range) => Need::Body(Some(places(range)?)),
            ("parts", "any") => Need::Parts(None),
            ("parts", list) => {
                let parts = list.split(',').map(places).collect::<Result<_, _>>()?;
                Need::Parts(Some(parts))
            }
            ("closes", "") => Need::Closes,
            ("stays", "") => Need::Stays,
            ("then", status) => {
                Need::Then(status.parse().map_err(|_| format!("then `{status}`"))?)
            }
            _ => return Err(format!("`{text}` is no condition")),
        })
    }

    async fn judge(&self, seen: &mut Seen) -> Result<(), String> {
        let head = seen.head.as_ref().ok_or("there is no answer")?;
        let so = match self {
            Need::Field(name, value) => {
                let found: Vec<&str> = head.all(name).collect();
                if found == [value.as_str()] {
                    return Ok(());
                }
                return Err(format!("{name} is {found:?}"));
            }
            Need::Has(name) => head.header(name).is_some(),
            Need::No(name) => head.header(name).is_none(),
            Need::Body(None) => seen.body.is_empty(),
            Need::Body(Some(range)) => is_part(&seen.body, *range),
            Need::Parts(wanted) => {
                let kind = head.header("content-type").unwrap_or_default();
                let parts = parts(kind, &seen.body)?;
                wanted.as_ref().is_none_or(|wanted| *wanted == parts)
            }
            Need::Closes => seen.closes().await,
            Need::Stays => seen.next_status(true).await == Some(200),
            Need::Then(status) => seen.next_status(false).await == Some(*status),
        };
        if so {
            Ok(())
        } else {
            Err(format!("{self:?} is not so"))
        }
    }
}

/// `0-9`: first and last place.
fn places(text: &str) -> Result<(u64, u64), String> {
    let wrong = || format!("`{text}` is no range");
    let (first, last) = text.split_once('-').ok_or_else(wrong)?;
    let place = |text: &str| text.parse().map_err(|_| wrong());
    Ok((place(first)?, place(last)?))
}

/// Are these the bytes of `a.bin` at those places? Other files have ten bytes, and
/// their length is all that is asked.
fn is_part(bytes: &[u8], (first, last): (u64, u64)) -> bool {
    let length = last + 1 - first;
    if bytes.len() as u64 != length {
        return false;
    }
    if length == 10 && bytes == b"ten bytes!" {
        return true;
    }
    last < LENGTH && Payload::new(LENGTH).bytes(first..last + 1) == bytes
}

/// The places of the parts in `multipart/byteranges`, after a look at their bytes.
fn parts(kind: &str, body: &[u8]) -> Result<Vec<(u64, u64)>, String> {
    let boundary = kind
        .strip_prefix("multipart/byteranges")
        .and_then(|rest| rest.split_once("boundary="))
        .map(|(_, boundary)| boundary.trim_matches('"'))
        .ok_or_else(|| format!("its type is `{kind}`"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let line = format!("--{boundary}");
    let mut rest = body;
    let mut found = Vec::new();
    loop {
        let at = position(rest, line.as_bytes()).ok_or("no last boundary")?;
        rest = &rest[at + line.len()..];
        if rest.starts_with(b"--") {
            return Ok(found);
        }
        let end = position(rest, b"\r\n\r\n").ok_or("a part without a head")?;
        let head = text(&rest[..end]).to_ascii_lowercase();
        rest = &rest[end + 4..];
        let range = head.lines().find_map(|line| {
            let value = line.strip_prefix("content-range: bytes ")?;
            value.strip_suffix(&format!("/{LENGTH}"))
        });
        let (first, last) =
            places(range.ok_or_else(|| format!("a part without its place: {head}"))?)?;
        let length = (last + 1).saturating_sub(first) as usize;
        let bytes = rest.get(..length).ok_or("a part is cut")?;
        if !is_part(bytes, (first, last)) {
            return Err(format!("the part {first}-{last} has other bytes"));
        }
        found.push((first, last));
        rest = &rest[length..];
    }
}

fn position(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}
