//! The client: asks for one page, and prints it as it comes.
//!
//! We provide this file: it only calls the functions that you write.

use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use addresses::{Endpoint, Host};
use connections::{Tcp, connect};
use names::{NameError, Resolver, RetrySchedule, UdpAndTcp, random_id};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::http09::command::GetRequest;

/// How long to wait for each address, and for each chunk.
const PATIENCE: Duration = Duration::from_secs(10);

/// Gets the page, and prints it.
pub(crate) async fn run(request: GetRequest) -> Result<(), String> {
    let GetRequest {
        endpoint,
        name,
        dns_server,
    } = request;
    let addresses = resolve(&endpoint, dns_server).await?;
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
    // Our direction closes here. The other one carries the response.
    transport.shutdown().await.map_err(broken)?;
    let mut chunk = vec![0; 64 * 1024];
    let mut length = 0;
    loop {
        let read = timeout(PATIENCE, transport.read(&mut chunk));
        let read = read.await.map_err(|late| broken(late.into()))?;
        match read.map_err(broken)? {
            0 => break,
            count => {
                let written =
                    std::io::stdout().write_all(&chunk[..count]);
                written.map_err(|error| error.to_string())?;
                length += count;
            }
        }
    }
    // ANCHOR_END: ask
    if length == 0 {
        return Err(format!("{endpoint} closed without a response"));
    }
    Ok(())
}

/// Returns the addresses of the host, which chapter 2's resolver looks
/// up.
async fn resolve(
    endpoint: &Endpoint,
    server: SocketAddr,
) -> Result<Vec<SocketAddr>, String> {
    let found: Vec<IpAddr> = match &endpoint.host {
        Host::Address(address) => vec![*address],
        Host::Name(name) => {
            let servers = Box::new(UdpAndTcp { server });
            let schedule = RetrySchedule::default();
            Resolver::new(servers, schedule, Box::new(random_id))
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

/// Explains why a name has no addresses, and what to type next.
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
