//! The server: chapter 3 accepts, this chapter answers.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use connections::{Connection, Open, ServeLimits, serve};
use messages::{
    Fields, HeadLimits, RequestLine, Site, folder_site, serve_site,
};
use tokio::net::TcpStream;
use tokio::signal::ctrl_c;

use crate::command::Options;

/// How many connections are served at once.
const CONNECTIONS: usize = 100;
/// How long a client may take for a head, or for a body.
const IDLE: Duration = Duration::from_secs(30);
/// How long to wait when no connection can be accepted.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until Ctrl-C. What is being sent then may end; a second
/// Ctrl-C cuts it.
pub(crate) async fn run(options: Options) -> Result<(), String> {
    let Options { listen, root } = options;
    let listener = connections::bind(listen)
        .map_err(|error| refused(listen, &error))?;
    let address =
        listener.local_addr().map_err(|error| error.to_string())?;
    println!("Listening on http://{address}");
    println!("Files from {}", root.display());
    let site = told(folder_site(root));

    let (trigger, shutdown) = connections::shutdown();
    let pressed = async {
        let pressed = ctrl_c().await;
        trigger.request();
        pressed
    };
    let limits = ServeLimits {
        connections: CONNECTIONS,
        pause: PAUSE,
    };
    let answer = move |connection: Connection<TcpStream>| {
        let site = Arc::clone(&site);
        let peer = connection.peer;
        let limits = HeadLimits::default();
        let life = serve_site(connection, site, limits, IDLE);
        Box::pin(async move {
            let ended = life.await;
            if let Err(error) = &ended {
                println!("{peer} is cut off: {error}");
            }
            ended
        }) as _
    };
    let serving = serve(listener, limits, shutdown, answer);
    let (open, pressed) = tokio::join!(serving, pressed);
    pressed.map_err(|error| error.to_string())?;
    finish(open).await
}

/// The same site, with a line on the terminal for each answer.
fn told(site: Arc<Site>) -> Arc<Site> {
    Arc::new(move |line: &RequestLine, fields: &Fields| {
        let reply = site(line, fields);
        let RequestLine { method, target, .. } = line;
        println!("{} {method} {target}", reply.status);
        reply
    })
}

/// Waits for what is still being sent.
async fn finish(mut open: Open) -> Result<(), String> {
    if open.is_empty() {
        return Ok(());
    }
    let count = open.len();
    println!("Stopped; {count} still open. Ctrl-C again cuts them.");
    let ended = async { while open.join_next().await.is_some() {} };
    tokio::select! {
        () = ended => Ok(()),
        pressed = ctrl_c() => pressed.map_err(|error| error.to_string()),
    }
}

/// Why the server cannot listen there, and what to type.
fn refused(listen: SocketAddr, error: &io::Error) -> String {
    format!(
        "{listen}: {error}. Try: cargo run -p chapter-4 -- --listen :0"
    )
}
