//! The server: pages over HTTP/0.9.
//!
//! We provide this file: it only calls the functions that you write.

use std::time::Duration;

use connections::{
    BoxError, Connection, ConversationLimits, ServeLimits, Transport,
    converse, listen_error, until_ctrl_c,
};

use crate::http09::command::ServeOptions;
use crate::http09::pages::page;

/// The maximum length of a line, in bytes. Browsers send up to about 8
/// KiB.
const LINE: usize = 8 * 1024;
/// The maximum length of a head, in bytes.
const HEAD: usize = 32 * 1024;
/// How many bytes a client may send after its request.
const LINGER: usize = 256 * 1024;

/// Serves until Ctrl-C.
pub(crate) async fn run(options: ServeOptions) -> Result<(), String> {
    let listen = options.listen;
    let listener = connections::bind(listen)
        .map_err(|error| listen_error(listen, &error))?;
    let address =
        listener.local_addr().map_err(|error| error.to_string())?;
    let count = options.connections;
    println!("Listening on {address}, for {count} connections at once");
    println!("Try: curl --http0.9 http://{address}/hello");

    let limits = ServeLimits {
        connections: count.get() as usize,
        ..ServeLimits::default()
    };
    let idle = options.idle;
    until_ctrl_c(listener, limits, move |connection| {
        Box::pin(respond(connection, idle))
    })
    .await
    .map_err(|error| error.to_string())
}

/// Serves one connection: one name, one page.
async fn respond<T: Transport>(
    connection: Connection<T>,
    idle: Duration,
) -> Result<(), BoxError> {
    let limits = limits(idle);
    let peer = connection.peer;
    let response = move |name: &str| {
        println!("{peer} gets {name}");
        page(name)
    };
    let transport = connection.transport;
    converse(transport, &response, &limits)
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
