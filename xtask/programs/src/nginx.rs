//! nginx, where it is installed, as a distribution has it: two workers,
//! `sendfile on`, `tcp_nopush off`.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long it has to listen.
const START: Duration = Duration::from_secs(10);

/// nginx, with one `server` block. Dropping it ends it.
#[derive(Debug)]
pub struct Nginx {
    child: Child,
    address: SocketAddr,
}

/// What it calls itself, if it is installed.
pub fn version() -> Option<String> {
    let output = Command::new("nginx").arg("-v").output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    text.trim()
        .strip_prefix("nginx version: ")
        .map(str::to_owned)
}

impl Nginx {
    /// Starts it with files of its own in `folder`. `http` and `server` are what these
    /// blocks say besides: `upstream x { … }`, `location / { … }`.
    pub fn start(folder: &Path, http: &str, server: &str) -> io::Result<Nginx> {
        // It takes no port 0. A free one may be taken again before it is there.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let home = folder.join(format!("nginx-{}", address.port()));
        fs::create_dir_all(&home)?;
        let configuration = home.join("nginx.conf");
        fs::write(&configuration, text(address, &home, http, server))?;
        let child = Command::new("nginx")
            .args(["-g", "daemon off;", "-p"])
            .arg(&home)
            .arg("-c")
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut nginx = Nginx { child, address };
        let end = Instant::now() + START;
        while TcpStream::connect(address).is_err() {
            if let Some(status) = nginx.child.try_wait()? {
                let log = fs::read_to_string(home.join("error.log"));
                let log = log.unwrap_or_default();
                let last = log.lines().last().unwrap_or("it said nothing");
                return Err(io::Error::other(format!("{status}: {last}")));
            }
            if Instant::now() > end {
                return Err(io::Error::other("it isn't listening"));
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(nginx)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its first process; those that serve are children of it.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Asked politely, the first process ends its workers.
        #[cfg(unix)]
        if let Some(pid) = rustix::process::Pid::from_raw(self.child.id() as i32) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
            let end = Instant::now() + START;
            while Instant::now() < end && matches!(self.child.try_wait(), Ok(None)) {
                thread::sleep(Duration::from_millis(5));
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(address: SocketAddr, home: &Path, http: &str, server: &str) -> String {
    let home = home.display();
    format!(
        "worker_processes 2;\n\
         pid {home}/pid;\n\
         error_log {home}/error.log;\n\
         events {{ worker_connections 4096; }}\n\
         http {{\n\
         \x20 access_log off;\n\
         \x20 sendfile on;\n\
         \x20 tcp_nopush off;\n\
         \x20 keepalive_requests 1000000;\n\
         \x20 client_body_temp_path {home}/body;\n\
         \x20 proxy_temp_path {home}/proxy;\n\
         \x20 fastcgi_temp_path {home}/fastcgi;\n\
         \x20 uwsgi_temp_path {home}/uwsgi;\n\
         \x20 scgi_temp_path {home}/scgi;\n\
         \x20 {http}\n\
         \x20 server {{\n\
         \x20   listen {address};\n\
         \x20   {server}\n\
         \x20 }}\n\
         }}\n"
    )
}
