//! The servers that are compared.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use course::complain;
use lab::server::{Program, Server};
use programs::nginx::{self, Nginx};
use programs::{Executable, node, root};

use crate::error::Error;
use crate::options::Options;

/// How long a server has to report the address it listens on.
const START: Duration = Duration::from_secs(20);
/// The finished server.
const PACKAGE: &str = "chapter-13-solution";
/// Its kinds: a name, what it is, and the flags that make it so.
const OURS: [(&str, &str, &[&str]); 3] = [
    ("queued", "queued body", &["--body", "queued"]),
    ("direct", "direct body", &["--body", "direct"]),
    ("lean", "for many slow clients", &["--lean"]),
];

/// A server that can be started with any file.
#[derive(Debug, Clone)]
pub(crate) struct Contender {
    /// Its short name: `queued`, `nginx`.
    pub(crate) name: &'static str,
    /// What it is, with its version.
    pub(crate) what: String,
    kind: Kind,
    folder: PathBuf,
}

#[derive(Debug, Clone)]
enum Kind {
    Program(Program),
    Nginx,
}

/// A server that listens. Dropping it ends it.
#[derive(Debug)]
pub(crate) enum Running {
    Program(Server),
    Nginx(Nginx),
}

impl Contender {
    /// Starts it with one file behind `/download`.
    pub(crate) fn start(&self, file: &Path) -> Result<Running, Error> {
        let silent = |why: String| Error::ServerDidNotStart {
            server: self.what.clone(),
            why,
        };
        match &self.kind {
            Kind::Program(program) => {
                let program =
                    program.clone().args(["--listen", "127.0.0.1:0", "--file"]);
                let server = program.arg(file).start(START);
                server
                    .map(Running::Program)
                    .map_err(|error| silent(error.to_string()))
            }
            Kind::Nginx => {
                let file = file.display();
                let download = format!("location = /download {{ alias {file}; }}");
                let nginx = Nginx::start(&self.folder, "", &download);
                nginx
                    .map(Running::Nginx)
                    .map_err(|error| silent(error.to_string()))
            }
        }
    }
}

impl Running {
    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        match self {
            Self::Program(server) => server.address(),
            Self::Nginx(nginx) => nginx.address(),
        }
    }

    /// Its first process.
    pub(crate) fn pid(&self) -> u32 {
        match self {
            Self::Program(server) => server.pid(),
            Self::Nginx(nginx) => nginx.pid(),
        }
    }
}

/// All that are installed, built with optimizations; `folder` takes their files. What
/// is missing is said on standard error.
pub(crate) fn all(folder: &Path, options: &Options) -> Result<Vec<Contender>, Error> {
    let wanted = |name: &str| {
        options.only.is_empty() || options.only.iter().any(|it| it == name)
    };
    let mut all = Vec::new();
    let mut add = |name, what: String, kind| {
        let folder = folder.to_owned();
        all.push(Contender {
            name,
            what,
            kind,
            folder,
        });
    };
    for (name, what, flags) in OURS.into_iter().filter(|(name, ..)| wanted(name)) {
        let program = Program::new(build(PACKAGE, PACKAGE)?)
            .args(["--log", "off"])
            .args(flags.iter().copied());
        add(name, format!("{PACKAGE}, {what}"), Kind::Program(program));
    }
    if wanted("nginx") {
        match nginx::version() {
            Some(version) => add("nginx", version, Kind::Nginx),
            None => complain!("bench: nginx isn't installed, so it's left out"),
        }
    }
    if wanted("node") {
        match node::version() {
            Ok(version) => {
                let script = root().join("book/node/streamed.mjs");
                let program = Program::new("node").arg(script);
                add(
                    "node",
                    format!("Node.js {version}, pipeline"),
                    Kind::Program(program),
                );
            }
            Err(_) => complain!("bench: Node.js isn't installed, so it's left out"),
        }
    }
    if wanted("servefile") {
        let program = Program::new(build("bench", "servefile")?);
        let what = "axum and tower-http's ServeFile".to_owned();
        add("servefile", what, Kind::Program(program));
    }
    if all.is_empty() {
        let why = "--only must name a server that is installed";
        return Err(Error::Usage(why.to_owned()));
    }
    Ok(all)
}

fn build(package: &str, bin: &str) -> Result<PathBuf, Error> {
    complain!("Building {bin} with optimizations.");
    let program = Executable::of(package).named(bin).release(true);
    Ok(program.build()?)
}
