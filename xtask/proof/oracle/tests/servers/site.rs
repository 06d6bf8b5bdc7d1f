//! Our server on loopback, with the small site.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use connections::{Connection, OpenConnections, ServeLimits, Trigger, serve};
use messages::{Fields, HeadLimits, RequestLine, Site, folder_site, serve_site};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// Ends a wait for something that does not come.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A server that runs until it is dropped.
pub struct Server {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    _trigger: Trigger,
    task: JoinHandle<OpenConnections>,
}

impl Server {
    /// The site of the chapter.
    pub fn small_site() -> Server {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let site = "../../../exercises/chapter-04-messages/site";
        Server::start(folder_site(here.join(site)))
    }

    /// Any site.
    pub fn start(site: Arc<Site>) -> Server {
        let listener = connections::bind(([127, 0, 0, 1], 0).into());
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = asked.clone();
        let site: Arc<Site> = Arc::new(move |line: &RequestLine, fields: &Fields| {
            let reply = site(line, fields);
            let line = format!("{} {} {}", line.method, line.target, reply.status);
            let mut list = noted.lock().unwrap_or_else(PoisonError::into_inner);
            list.push(line);
            reply
        });
        let limits = ServeLimits {
            connections: 64,
            pause: Duration::from_millis(10),
        };
        let (trigger, shutdown) = connections::shutdown();
        let answer = move |connection: Connection<TcpStream>| {
            let limits = HeadLimits::default();
            let life = serve_site(connection, site.clone(), limits, PATIENCE);
            Box::pin(life) as _
        };
        let task = tokio::spawn(serve(listener, limits, shutdown, answer));
        Server {
            address,
            asked,
            _trigger: trigger,
            task,
        }
    }

    /// What it was asked for so far: method, target, status.
    pub fn asked(&self) -> Vec<String> {
        let list = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        list.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What `/squares.csv` holds.
pub fn squares() -> String {
    (0..20_000_u64)
        .map(|number| format!("{number},{}\n", number * number))
        .collect()
}

/// Whether a program can be started; if not, the test says that it is skipped.
pub fn installed(program: &str, flag: &str) -> bool {
    let output = std::process::Command::new(program).arg(flag).output();
    let there = output.is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("skipped: {program} is not installed");
    }
    there
}
