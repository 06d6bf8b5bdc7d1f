//! Whether a client is still there, and whether it's still waiting for
//! a response.
//!
//! We provide this file: it interprets what a socket says about its
//! client.

use std::any::Any;
use std::cell::Cell;
use std::time::Duration;

use connections::Transport;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::listen::socket::{Line, Socket};
use crate::{BoxError, WriteProgress};

/// How often a client that may have disconnected is checked.
const LOOK: Duration = Duration::from_secs(1);
/// After this many checks in a row, the client counts as disconnected.
const LOOKS: u32 = 5;

tokio::task_local! {
    /// Whether a response on this connection has begun and isn't
    /// complete.
    static OWED: Cell<bool>;
}

/// Records that a response has begun on this connection, or that its
/// last byte is on its way.
pub(crate) fn owe(owed: bool) {
    let _ = OWED.try_with(|it| it.set(owed));
}

/// Returns whether a response on this connection isn't complete.
pub(crate) fn owes() -> bool {
    OWED.try_with(Cell::get).unwrap_or(false)
}

/// Serves a connection until it's done, or until its client has
/// disconnected.
///
/// A client that has closed its sending side may still read. Such a
/// half-closed connection is served. A client that has closed both
/// sides looks the same until the server writes to it, and during an
/// import, there may be nothing to write for minutes. So a client
/// counts as disconnected when it has closed its sending side and the
/// server has had nothing to send to it for five seconds.
pub(crate) async fn present(
    line: Option<Line>,
    serving: impl Future<Output = Result<(), BoxError>>,
) -> Result<(), BoxError> {
    // In a task of its own. In this task, each check would also poll
    // hyper, which would take one more chunk for a client that takes
    // none. Dropping the set aborts the task.
    let mut looking = JoinSet::new();
    if let Some(line) = line {
        looking.spawn(gone(line));
    }
    let served = async {
        tokio::select! {
            served = serving => served,
            Some(_) = looking.join_next() => {
                Err("the client has disconnected".into())
            }
        }
    };
    OWED.scope(Cell::new(false), served).await
}

/// Returns the state of the socket below a connection. For other
/// transports, there is none.
pub(crate) fn line<T: Transport>(transport: &T) -> Option<Line> {
    let socket = (transport as &dyn Any)
        .downcast_ref::<WriteProgress<Socket>>()?;
    Some(socket.transport().line())
}

/// Completes when the client has disconnected.
async fn gone(line: Line) {
    let (mut looks, mut sent) = (0, line.sent());
    while looks < LOOKS {
        sleep(LOOK).await;
        let quiet = line.closed() && !line.is_full();
        looks = if quiet && line.sent() == sent {
            looks + 1
        } else {
            0
        };
        sent = line.sent();
    }
}
