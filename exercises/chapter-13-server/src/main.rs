//! The streaming download server.
//!
//! ```text
//! cargo run -p chapter-13
//! cargo run -p chapter-13 -- --root . --tls-self-signed
//! cargo run -p chapter-13 -- --help
//! ```

mod program;

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use server::{
    Admin, Drained, Server, Signals, SocketListener, Tls, Watch,
    public, router, run,
};

use crate::program::config::{self, Certificate, Config};
use crate::program::flags::{self, Values};
use crate::program::say::{complain, say};
use crate::program::wiring;

/// Nothing was served: the command line, or the system, is wrong.
const NOT_STARTED: u8 = 2;

fn main() -> ExitCode {
    let words = std::env::args_os().skip(1);
    let values = Values::read(words, |name| std::env::var_os(name));
    if values.as_ref().is_ok_and(|values| values.is_on("--help")) {
        say(flags::help().trim_end());
        return ExitCode::SUCCESS;
    }
    let config = values.and_then(|it| Config::from_values(&it));
    let work = async { start(&config?).await };
    let ended = server::on_runtime(work);
    let ended = ended.unwrap_or_else(|error| Err(error.to_string()));
    match ended {
        Ok(drained) => tell(drained),
        Err(error) => {
            complain(format_args!("chapter-13: {error}"));
            ExitCode::from(NOT_STARTED)
        }
    }
}

async fn start(config: &Config) -> Result<Drained, String> {
    let parts = wiring::parts(config)?;
    let tls = secured(config)?;
    let signals = Signals::system().map_err(told)?;
    let listen = config.listen;
    let listener = SocketListener::bind(listen, &config.limits)
        .map_err(|error| refused("--listen", listen, &error))?;
    let address = listener.address().map_err(told)?;
    let log = server::start_log(config.log, config.log_details);
    let _until_the_end = log.map_err(told)?;
    if let Some(warning) =
        server::raise_descriptors(config.limits.connections)
    {
        tracing::warn!("{warning}");
    }
    let watch = Watch {
        port: address.port(),
        ..Watch::default()
    };
    let admin = match config.admin {
        Some(config::Admin::At(address)) => {
            let admin = Admin::bind(address)
                .map_err(|error| refused("--admin", address, &error))?;
            Some(admin)
        }
        _ => None,
    };
    greet(config, address, tls.as_ref());
    if let Some(admin) = admin {
        let address = admin.address().map_err(told)?;
        say(format_args!(
            "/healthz, /ready and /metrics at http://{address}"
        ));
        tokio::spawn(admin.run(watch.clone()));
    }
    if let Some(tls) = tls.clone() {
        tokio::spawn(async move { tls.follow_files().await });
    }
    let router = match config.admin {
        Some(config::Admin::Public) => router(parts, watch.clone()),
        _ => public(parts, watch.clone()),
    };
    let server = Server {
        router,
        allow: config.allow.clone(),
        tls,
        limits: config.limits.clone(),
        readiness: watch.readiness,
        connections: watch.connections,
    };
    Ok(run(listener, Arc::new(server), signals).await)
}

/// The certificate, read or made.
fn secured(config: &Config) -> Result<Option<Tls>, String> {
    let tls = match &config.certificate {
        Certificate::None => return Ok(None),
        Certificate::SelfSigned => {
            let address = config.listen.ip().to_string();
            Tls::self_signed(vec!["localhost".to_owned(), address])
        }
        Certificate::Files { certificate, key } => {
            Tls::from_files(certificate, key)
        }
    };
    tls.map(Some).map_err(|error| {
        format!(
            "{error}; --tls-certificate and --tls-key take PEM \
             files, --tls-self-signed makes its own"
        )
    })
}

/// The first line, which programs read, and what is served.
fn greet(config: &Config, address: SocketAddr, tls: Option<&Tls>) {
    let scheme = if tls.is_some() { "https" } else { "http" };
    say(format_args!(
        "Download server running on {scheme}://{address}"
    ));
    let file = config.file.display();
    match fs::metadata(&config.file) {
        Ok(facts) if facts.is_file() => {
            let length = facts.len();
            say(format_args!(
                "/download sends {file} ({length} bytes)"
            ));
        }
        _ => say(format_args!(
            "/download answers 404: no file at {file}"
        )),
    }
    if let Some(root) = &config.root {
        say(format_args!(
            "/files/ sends what is in {}",
            root.display()
        ));
    }
    if let Some(folder) = &config.uploads {
        say(format_args!("POST /files saves in {}", folder.display()));
    }
    if let Some(imports) = &config.imports {
        say(format_args!("POST /imports asks {}", imports.dns));
    }
    if let Some(file) = &config.database {
        say(format_args!(
            "/exports/ sends tables of {}",
            file.display()
        ));
    }
    if let Some(tls) = tls {
        say(format_args!(
            "Certificate, SHA-256: {}",
            tls.fingerprint()
        ));
        if let Some(text) = tls.made() {
            say(text.trim_end());
        }
    }
}

/// How it ended. Whoever started the server should know whether
/// somebody was cut off.
fn tell(drained: Drained) -> ExitCode {
    let Drained { finished, cut } = drained;
    say(format_args!("Stopped: {finished} finished, {cut} cut."));
    match cut {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn told(error: io::Error) -> String {
    error.to_string()
}

/// Why the server cannot listen there, and what to type.
fn refused(
    flag: &str,
    listen: SocketAddr,
    error: &io::Error,
) -> String {
    let free = SocketAddr::new(listen.ip(), 0);
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "{listen} is taken by another program: stop it, or \
             choose a free port with {flag} {free}"
        ),
        io::ErrorKind::AddrNotAvailable => format!(
            "{listen} is no address of this machine: try \
             {flag} 127.0.0.1:3000"
        ),
        _ => format!(
            "cannot listen on {listen} ({error}): try \
             {flag} 127.0.0.1:0"
        ),
    }
}
