//! The code that every server program of this book has around
//! [`serve`].
//!
//! We provide this file: signals and messages aren't a subject of this
//! chapter, and chapters 4, 8, 10, 11, and 12 need the same code.

use std::io;
use std::net::SocketAddr;

use futures_util::future::BoxFuture;
use tokio::signal::ctrl_c;

use crate::{
    BoxError, Connection, Listener, ServeLimits, finish, serve,
    shutdown,
};

/// Serves until Ctrl-C, and then waits for the open connections to
/// finish. A second Ctrl-C aborts them.
///
/// # Errors
///
/// Returns an error if the operating system can't deliver signals.
pub async fn until_ctrl_c<
    L: Listener,
    F: Fn(
        Connection<L::Transport>,
    ) -> BoxFuture<'static, Result<(), BoxError>>,
>(
    listener: L,
    limits: ServeLimits,
    on_connection: F,
) -> io::Result<()> {
    let (trigger, shutdown) = shutdown();
    let serving = serve(listener, limits, shutdown, on_connection);
    let pressed = async {
        let pressed = ctrl_c().await;
        trigger.request();
        pressed
    };
    let (open, pressed) = tokio::join!(serving, pressed);
    pressed?;
    if !open.is_empty() {
        let count = open.len();
        println!("Stopped; {count} still open. Ctrl-C aborts them.");
    }
    let again = async {
        // Without signals, wait until the connections finish by
        // themselves.
        if ctrl_c().await.is_err() {
            std::future::pending().await
        }
    };
    finish(open, again).await;
    Ok(())
}

/// Explains why a server can't listen on `address`, and what to
/// type instead.
pub fn listen_error(address: SocketAddr, error: &io::Error) -> String {
    let mut free = address;
    free.set_port(0);
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "{address} is taken by another program: stop it, or \
             choose a free port with --listen {free}"
        ),
        io::ErrorKind::AddrNotAvailable => format!(
            "{address} is not an address of this machine: try \
             --listen 127.0.0.1:0"
        ),
        _ => format!(
            "cannot listen on {address} ({error}): try \
             --listen 127.0.0.1:0"
        ),
    }
}
