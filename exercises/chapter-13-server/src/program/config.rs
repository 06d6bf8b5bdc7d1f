//! The configuration: what the flags mean.

use std::path::PathBuf;
use std::time::Duration;

use addresses::{AllowList, Endpoint};
use downloads::BodyKind;
use server::{Limits, LogFormat};
use uploads::UploadLimits;

use crate::program::flags::{Given, Values};

/// Where the server listens when nobody says otherwise.
const PORT: u16 = 3000;
/// Where the numbers are, if only an address is given.
const ADMIN: u16 = 9100;
/// The port of DNS (RFC 1035, section 4.2).
const DNS: u16 = 53;
/// The kernel's sizes are numbers of 31 bits.
const LARGEST: u64 = i32::MAX as u64;

/// What the program was asked to do.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) listen: std::net::SocketAddr,
    pub(crate) allow: AllowList,
    pub(crate) file: PathBuf,
    pub(crate) root: Option<PathBuf>,
    pub(crate) body: BodyKind,
    pub(crate) gzip: bool,
    pub(crate) high_water_mark: usize,
    pub(crate) uploads: Option<PathBuf>,
    pub(crate) upload_limits: UploadLimits,
    pub(crate) admin: Option<Admin>,
    pub(crate) database: Option<PathBuf>,
    pub(crate) imports: Option<Imports>,
    pub(crate) limits: Limits,
    pub(crate) certificate: Certificate,
    pub(crate) log: LogFormat,
    pub(crate) log_details: bool,
}

/// Which listener serves `/healthz`, `/ready` and `/metrics`.
#[derive(Debug)]
pub(crate) enum Admin {
    /// At an address of their own.
    At(std::net::SocketAddr),
    /// Beside everything else.
    Public,
}

/// How files are fetched by URL.
#[derive(Debug)]
pub(crate) struct Imports {
    pub(crate) dns: std::net::SocketAddr,
    pub(crate) exceptions: AllowList,
}

/// Where the certificate comes from.
#[derive(Debug)]
pub(crate) enum Certificate {
    None,
    Files { certificate: PathBuf, key: PathBuf },
    SelfSigned,
}

impl Config {
    pub(crate) fn from_values(values: &Values) -> Result<Self, String> {
        let lean = values.is_on("--lean");
        let body = match values.get("--body").map(Given::text) {
            _ if lean => BodyKind::Lean,
            None | Some(Some("queued")) => BodyKind::Queued,
            Some(Some("direct")) => BodyKind::Direct,
            _ => return Err(bad(values, "--body", "direct")),
        };
        let log = match values.get("--log").map(Given::text) {
            None | Some(Some("text")) => LogFormat::Text,
            Some(Some("json")) => LogFormat::Json,
            Some(Some("off")) => LogFormat::Off,
            _ => return Err(bad(values, "--log", "json")),
        };
        let listen = text(values, "--listen")?;
        let listen = Endpoint::listening(listen.unwrap_or(""), PORT)
            .map_err(|_| bad(values, "--listen", "127.0.0.1:3001"))?;
        let allow = text(values, "--allow")?;
        let allow = allow.unwrap_or("0.0.0.0/0,::/0");
        if allow.trim_matches([' ', ',']).is_empty() {
            // It would admit nobody.
            return Err(bad(values, "--allow", "10.0.0.0/8,::1"));
        }
        let allow = allow
            .parse()
            .map_err(|_| bad(values, "--allow", "10.0.0.0/8,::1"))?;
        let mut mark = 64 * 1024;
        read_size(values, "--high-water-mark", &mut mark)?;
        let file = path(values, "--file")?;
        Ok(Self {
            listen,
            allow,
            file: file.unwrap_or_else(|| "largefile.zip".into()),
            root: path(values, "--root")?,
            body,
            gzip: !values.is_on("--no-gzip"),
            high_water_mark: mark as usize,
            uploads: path(values, "--uploads")?,
            upload_limits: upload_limits(values)?,
            admin: admin(values)?,
            database: path(values, "--database")?,
            imports: imports(values)?,
            limits: limits(values, lean)?,
            certificate: certificate(values)?,
            log,
            log_details: values.is_on("--log-details"),
        })
    }
}

fn upload_limits(values: &Values) -> Result<UploadLimits, String> {
    let (mut file, mut parts) = (4 << 30, 256);
    if let Some(given) = values.get("--upload-limit") {
        let limit = given.text().and_then(bytes);
        file = limit
            .ok_or_else(|| bad(values, "--upload-limit", "1GiB"))?;
    }
    if let Some(given) = values.get("--upload-parts") {
        let count = given.text().and_then(|text| text.parse().ok());
        let count = count.filter(|count| (1..=1 << 20).contains(count));
        parts = count
            .ok_or_else(|| bad(values, "--upload-parts", "256"))?;
    }
    Ok(UploadLimits::of(file, parts))
}

fn admin(values: &Values) -> Result<Option<Admin>, String> {
    match text(values, "--admin")? {
        None => Ok(None),
        Some("public") => Ok(Some(Admin::Public)),
        Some(address) => {
            let address = Endpoint::listening(address, ADMIN);
            let address = address.map_err(|_| {
                bad(values, "--admin", "127.0.0.1:9100")
            })?;
            Ok(Some(Admin::At(address)))
        }
    }
}

fn limits(values: &Values, lean: bool) -> Result<Limits, String> {
    let mut limits = match lean {
        true => Limits::lean(),
        false => Limits::default(),
    };
    for (flag, limit) in [
        ("--header-timeout", &mut limits.header),
        ("--idle-timeout", &mut limits.idle),
        ("--read-timeout", &mut limits.read_progress),
        ("--write-timeout", &mut limits.write_progress),
        ("--total-timeout", &mut limits.total),
        ("--notice", &mut limits.notice),
        ("--grace", &mut limits.grace),
    ] {
        if let Some(given) = values.get(flag) {
            let time = given.text().and_then(time);
            *limit = time.ok_or_else(|| bad(values, flag, "30s"))?;
        }
    }
    if let Some(given) = values.get("--connections") {
        let count = given.text().and_then(|text| text.parse().ok());
        let count = count.filter(|count| (1..=1 << 30).contains(count));
        limits.connections = count
            .ok_or_else(|| bad(values, "--connections", "1024"))?;
    }
    let mut buffer = limits.write_buffer as u64;
    read_size(values, "--write-buffer", &mut buffer)?;
    if buffer < 8192 {
        // hyper refuses less.
        return Err(bad(values, "--write-buffer", "8KiB"));
    }
    limits.write_buffer = buffer as usize;
    let mut unsent = limits.unsent.into();
    read_size(values, "--unsent", &mut unsent)?;
    limits.unsent = unsent as u32;
    let mut send = limits.send_buffer.unwrap_or(0) as u64;
    read_size(values, "--send-buffer", &mut send)?;
    limits.send_buffer = (send > 0).then_some(send as usize);
    Ok(limits)
}

fn imports(values: &Values) -> Result<Option<Imports>, String> {
    if !values.is_on("--imports") {
        return Ok(None);
    }
    if values.get("--uploads").is_none() {
        return Err("--imports saves what it fetches: add --uploads \
             FOLDER"
            .to_owned());
    }
    let dns = text(values, "--dns")?.unwrap_or("127.0.0.53");
    let dns = Endpoint::listening(dns, DNS)
        .map_err(|_| bad(values, "--dns", "127.0.0.53"))?;
    let exceptions = text(values, "--import-allow")?.map(str::parse);
    let exceptions = exceptions
        .transpose()
        .map_err(|_| bad(values, "--import-allow", "127.0.0.0/8"))?;
    Ok(Some(Imports {
        dns,
        exceptions: exceptions.unwrap_or_default(),
    }))
}

fn certificate(values: &Values) -> Result<Certificate, String> {
    let certificate = path(values, "--tls-certificate")?;
    let key = path(values, "--tls-key")?;
    let made = values.is_on("--tls-self-signed");
    match (certificate, key, made) {
        (None, None, false) => Ok(Certificate::None),
        (None, None, true) => Ok(Certificate::SelfSigned),
        (Some(certificate), Some(key), false) => {
            Ok(Certificate::Files { certificate, key })
        }
        (Some(_), None, false) => Err("--tls-certificate needs its \
             key: add --tls-key FILE"
            .to_owned()),
        (None, Some(_), false) => Err("--tls-key needs its \
             certificate: add --tls-certificate FILE"
            .to_owned()),
        (_, _, true) => Err("--tls-self-signed makes a certificate: \
             leave out --tls-certificate and --tls-key"
            .to_owned()),
    }
}

impl Given {
    /// The value, if it is UTF-8.
    fn text(&self) -> Option<&str> {
        self.text.to_str()
    }
}

fn text<'a>(
    values: &'a Values,
    flag: &str,
) -> Result<Option<&'a str>, String> {
    let Some(given) = values.get(flag) else {
        return Ok(None);
    };
    let text = given.text();
    text.map(Some)
        .ok_or_else(|| format!("`{given}` is not UTF-8"))
}

/// A path; an empty one would be the working directory.
fn path(
    values: &Values,
    flag: &str,
) -> Result<Option<PathBuf>, String> {
    match values.get(flag) {
        Some(given) if given.text.is_empty() => {
            Err(bad(values, flag, "./here"))
        }
        given => Ok(given.map(|it| PathBuf::from(&it.text))),
    }
}

/// Says what was typed, and what to type.
fn bad(values: &Values, flag: &str, example: &str) -> String {
    let given = values.get(flag);
    let typed = given.map_or_else(String::new, Given::to_string);
    format!("`{typed}` means nothing here: try {flag} {example}")
}

fn read_size(
    values: &Values,
    flag: &str,
    size: &mut u64,
) -> Result<(), String> {
    if let Some(given) = values.get(flag) {
        let read = given.text().and_then(bytes);
        let read = read.filter(|bytes| *bytes <= LARGEST);
        *size = read.ok_or_else(|| bad(values, flag, "64KiB"))?;
    }
    Ok(())
}

/// `500ms`, `10s`, `2m`, `1h`.
fn time(text: &str) -> Option<Duration> {
    let (count, unit) = number(text)?;
    let scale = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 60 * 60 * 1000,
        _ => return None,
    };
    // A year is long enough, and no sum with it overflows.
    let time = count.checked_mul(scale)?;
    (time <= 366 * 24 * 60 * 60 * 1000)
        .then(|| Duration::from_millis(time))
}

/// `8192B`, `64KiB`, `1MiB`, `1GiB`.
fn bytes(text: &str) -> Option<u64> {
    let (count, unit) = number(text)?;
    let scale: u64 = match unit {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    count.checked_mul(scale)
}

fn number(text: &str) -> Option<(u64, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at(digits);
    Some((count.parse().ok()?, unit))
}
