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

use clap::Error;
use clap::error::ErrorKind;
use connections::listen_error;
use server::{
    Admin, Drained, Server, Signals, SocketListener, Tls, Watch,
    public, router, run,
};

use crate::program::config::{self, Config};
use crate::program::say::{complain, say};
use crate::program::{command_line, wiring};

/// The exit code if the server couldn't start because of the command
/// line or the operating system.
const NOT_STARTED: u8 = 2;

fn main() -> ExitCode {
    let words = std::env::args_os().skip(1);
    let config =
        command_line::read(words, |name| std::env::var_os(name));
    let work = match config {
        Ok(config) => server::on_runtime(start(config)),
        Err(error) => return misread(&error),
    };
    match work.unwrap_or_else(|error| Err(error.to_string())) {
        Ok(drained) => summarize(drained),
        Err(error) => {
            complain(format_args!("chapter-13: {error}"));
            ExitCode::from(NOT_STARTED)
        }
    }
}

/// Prints the text of `--help`, or what's wrong with the command line.
fn misread(error: &Error) -> ExitCode {
    let text = error.render();
    if error.kind() == ErrorKind::DisplayHelp {
        say(text);
        return ExitCode::SUCCESS;
    }
    complain(text);
    ExitCode::from(NOT_STARTED)
}

async fn start(config: Config) -> Result<Drained, String> {
    let parts = wiring::parts(&config)?;
    let tls = certificate(&config)?;
    let signals = Signals::system().map_err(text)?;
    let listener = SocketListener::bind(config.listen, &config.limits)
        .map_err(|error| listen_error(config.listen, &error))?;
    let address = listener.address().map_err(text)?;
    let log = server::start_log(config.log, config.log_details);
    let _until_the_end = log.map_err(text)?;
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
            let admin = Admin::bind(address).map_err(|error| {
                format!("--admin: {}", listen_error(address, &error))
            })?;
            Some(admin)
        }
        _ => None,
    };
    print_banner(&config, address, tls.as_ref());
    if let Some(admin) = admin {
        let address = admin.address().map_err(text)?;
        say(format_args!(
            "/healthz, /ready, and /metrics at http://{address}"
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
    // ANCHOR: server
    let server = Server {
        router,
        allow: config.allow,
        tls,
        limits: config.limits,
        readiness: watch.readiness,
        connections: watch.connections,
    };
    Ok(run(listener, Arc::new(server), signals).await)
    // ANCHOR_END: server
}

/// Returns the certificate, which is read from files or made here.
fn certificate(config: &Config) -> Result<Option<Tls>, String> {
    let flags = &config.tls;
    let tls = match (&flags.certificate, &flags.key) {
        (Some(certificate), Some(key)) => {
            Tls::from_files(certificate, key)
        }
        _ if flags.self_signed => {
            let address = config.listen.ip().to_string();
            Tls::self_signed(vec!["localhost".to_owned(), address])
        }
        _ => return Ok(None),
    };
    tls.map(Some).map_err(|error| {
        format!(
            "{error}; --tls-certificate and --tls-key take PEM \
             files, --tls-self-signed makes its own"
        )
    })
}

/// Prints the first line, which programs parse, and then what is
/// served.
fn print_banner(
    config: &Config,
    address: SocketAddr,
    tls: Option<&Tls>,
) {
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
            "/download responds with 404: no file at {file}"
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
    if config.imports {
        say(format_args!("POST /imports asks {}", config.dns));
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

/// Prints how the server stopped. The exit code tells whether a client
/// was cut off.
fn summarize(drained: Drained) -> ExitCode {
    let Drained { finished, cut } = drained;
    say(format_args!("Stopped: {finished} finished, {cut} cut."));
    match cut {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn text(error: io::Error) -> String {
    error.to_string()
}
