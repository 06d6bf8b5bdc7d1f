//! The server: pages over HTTP/0.9.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use connections::{
    BoxError, Connection, ConversationLimits, Open, ServeLimits,
    Transport, converse, serve,
};
use tokio::signal::ctrl_c;

use crate::command::Options;
use crate::pages::page;

/// The longest line. A browser's longest is about 8 KiB.
const LINE: usize = 8 * 1024;
/// The longest head.
const HEAD: usize = 32 * 1024;
/// How much a client may send beyond its request.
const LINGER: usize = 256 * 1024;
/// How long to wait when no connection can be accepted.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until Ctrl-C. The connections that are open then may
/// end; a second Ctrl-C cuts them.
pub(crate) async fn run(options: Options) -> Result<(), String> {
    let listen = options.listen;
    let listener = connections::bind(listen)
        .map_err(|error| refused(listen, &error))?;
    let address =
        listener.local_addr().map_err(|error| error.to_string())?;
    let count = options.connections;
    println!("Listening on {address}, for {count} connections at once");
    println!("Try: curl --http0.9 http://{address}/hello");

    let (trigger, shutdown) = connections::shutdown();
    let pressed = async {
        let pressed = ctrl_c().await;
        trigger.request();
        pressed
    };
    let limits = ServeLimits {
        connections: count,
        pause: PAUSE,
    };
    let idle = options.idle;
    let serving =
        serve(listener, limits, shutdown, move |connection| {
            Box::pin(answer(connection, idle))
        });
    let (open, pressed) = tokio::join!(serving, pressed);
    pressed.map_err(|error| error.to_string())?;
    finish(open).await
}

/// One connection: one name, one page.
async fn answer<T: Transport>(
    connection: Connection<T>,
    idle: Duration,
) -> Result<(), BoxError> {
    let limits = limits(idle);
    let peer = connection.peer;
    let answers = move |name: &str| {
        println!("{peer} gets {name}");
        page(name)
    };
    let transport = connection.transport;
    converse(transport, &answers, &limits)
        .await
        .inspect_err(|error| println!("{peer}: {error}"))?;
    Ok(())
}

fn limits(idle: Duration) -> ConversationLimits {
    ConversationLimits {
        line: LINE,
        head: HEAD,
        idle,
        linger: LINGER,
    }
}

/// Waits for what is open. Each connection has its own limits, so
/// this ends.
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
        "{listen}: {error}. Try: cargo run -p chapter-3 -- --listen :0"
    )
}
