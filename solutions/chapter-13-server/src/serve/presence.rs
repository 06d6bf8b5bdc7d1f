//! Whether a client is still there, and what it is still owed.
//!
//! Given: what a socket says about its client, read from a distance.

use std::any::Any;
use std::cell::Cell;
use std::time::Duration;

use connections::Transport;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::listen::socket::{Line, Socket};
use crate::{BoxError, WriteProgress};

/// How often a client that may have gone is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// After so many looks in a row, it has gone.
const LOOKS: u32 = 5;

tokio::task_local! {
    /// Whether a response is on its way whose end has not come.
    static OWED: Cell<bool>;
}

/// Says that a response has begun on this connection, or that its
/// last byte is on its way.
pub(crate) fn owe(owed: bool) {
    let _ = OWED.try_with(|it| it.set(owed));
}

/// Whether a response of this connection is not complete.
pub(crate) fn owes() -> bool {
    OWED.try_with(Cell::get).unwrap_or(false)
}

/// Serves a connection until it is done, or until its client has
/// gone.
///
/// A client that has closed its sending side may still read: that
/// is a half-closed connection, and it is served. A client that
/// has closed both sides looks the same until the server writes to
/// it, and during an import there is nothing to write for minutes.
/// So a client counts as gone once it has closed its sending side,
/// and the server has had nothing to send it for five seconds.
pub(crate) async fn present(
    line: Option<Line>,
    serving: impl Future<Output = Result<(), BoxError>>,
) -> Result<(), BoxError> {
    // In a task of its own: each look would poll hyper too, which
    // then takes one more chunk for a client that takes none. The
    // set ends its task when it is dropped.
    let mut looking = JoinSet::new();
    if let Some(line) = line {
        looking.spawn(gone(line));
    }
    let served = async {
        tokio::select! {
            served = serving => served,
            Some(_) = looking.join_next() => {
                Err("the client has gone".into())
            }
        }
    };
    OWED.scope(Cell::new(false), served).await
}

/// What can be known about the socket below a connection. Of other
/// transports, nothing can.
pub(crate) fn line<T: Transport>(transport: &T) -> Option<Line> {
    let socket = (transport as &dyn Any)
        .downcast_ref::<WriteProgress<Socket>>()?;
    Some(socket.transport().line())
}

/// Is over when the client has gone.
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
