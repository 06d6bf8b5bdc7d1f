//! The client: asks for one page, and prints it as it comes.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use addresses::{Endpoint, Host};
use connections::{Tcp, connect};
use names::{NameError, Resolver, RetrySchedule, UdpAndTcp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::command::Wanted;

/// How long to wait for each address, and for each piece.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks, and prints the answer.
pub(crate) async fn run(wanted: Wanted) -> Result<(), String> {
    let Wanted {
        endpoint,
        name,
        server,
    } = wanted;
    let addresses = resolve(&endpoint, server).await?;
    let mut transport =
        connect(&Tcp, &addresses, PATIENCE).await.map_err(|error| {
            format!(
                "{endpoint}: {error}\nIs the server there? In another \
                 terminal: cargo run -p chapter-3"
            )
        })?;
    let broken = |error: std::io::Error| format!("{endpoint}: {error}");
    // ANCHOR: ask
    let request = format!("GET {name}\r\n");
    transport
        .write_all(request.as_bytes())
        .await
        .map_err(broken)?;
    // Our direction ends here; the answer comes in the other one.
    transport.shutdown().await.map_err(broken)?;
    let mut piece = vec![0; 64 * 1024];
    let mut length = 0;
    loop {
        let read = timeout(PATIENCE, transport.read(&mut piece));
        let read = read.await.map_err(|late| broken(late.into()))?;
        match read.map_err(broken)? {
            0 => break,
            count => {
                let written =
                    std::io::stdout().write_all(&piece[..count]);
                written.map_err(|error| error.to_string())?;
                length += count;
            }
        }
    }
    // ANCHOR_END: ask
    if length == 0 {
        return Err(format!("{endpoint} closed without an answer"));
    }
    Ok(())
}

/// The addresses behind the host: chapter 2's resolver finds them.
async fn resolve(
    endpoint: &Endpoint,
    server: SocketAddr,
) -> Result<Vec<SocketAddr>, String> {
    let found: Vec<IpAddr> = match &endpoint.host {
        Host::Address(address) => vec![*address],
        Host::Name(name) => {
            let servers = Box::new(UdpAndTcp { server });
            // Hash tables of the standard library start from the
            // system's random numbers; these serve here as well.
            let random = || RandomState::new().hash_one("id") as u16;
            let schedule = RetrySchedule::default();
            Resolver::new(servers, schedule, Box::new(random))
                .lookup(name)
                .await
                .map_err(|error| unresolved(name, server, &error))?
        }
    };
    let port = endpoint.port;
    Ok(found
        .into_iter()
        .map(|address| SocketAddr::new(address, port))
        .collect())
}

/// Why a name has no addresses, and what to type.
fn unresolved(
    name: &str,
    server: SocketAddr,
    error: &NameError,
) -> String {
    let text = format!("{name}, asked at {server}: {error}");
    match error {
        NameError::Exchange(_) | NameError::NoAnswer => {
            format!(
                "{text}\nThe lab's DNS server: \
                 cargo run -p lab-net --bin dns"
            )
        }
        _ => text,
    }
}
