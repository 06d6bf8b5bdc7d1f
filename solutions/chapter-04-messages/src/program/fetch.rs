//! The client: chapter 2 looks up the address, chapter 3 connects, and
//! this chapter sends the request.
//!
//! We provide this file: it only calls the functions that you write,
//! here and in chapters 1 to 3.

use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use addresses::{Endpoint, Host};
use connections::{Tcp, connect};
use futures_util::StreamExt;
use messages::{Fields, HeadLimits, Outgoing, send};
use names::{Resolver, RetrySchedule, UdpAndTcp, random_id};
use tokio::time::timeout;

use crate::program::command::GetRequest;

/// How long to wait for each address, for the head, and for each
/// chunk of the body.
const PATIENCE: Duration = Duration::from_secs(10);

/// Fetches a page, and prints it as it arrives.
pub(crate) async fn run(request: GetRequest) -> Result<(), String> {
    let GetRequest {
        endpoint,
        target,
        dns_server,
    } = request;
    let addresses = resolve(&endpoint, dns_server).await?;
    let transport =
        connect(&Tcp, &addresses, PATIENCE).await.map_err(|error| {
            format!(
                "{endpoint}: {error}\nIs the server there? In another \
                 terminal: cargo run -p chapter-4"
            )
        })?;
    let broken = |error: &dyn std::fmt::Display| {
        format!("http://{endpoint}{target}: {error}")
    };
    let request = Outgoing {
        method: "GET".to_owned(),
        endpoint: endpoint.clone(),
        target: target.clone(),
        fields: Fields::default(),
    };
    let limits = HeadLimits::default();
    let response =
        timeout(PATIENCE, send(transport, &request, &limits));
    let response = response.await.map_err(|late| broken(&late))?;
    let mut response = response.map_err(|error| broken(&error))?;
    eprintln!("status {}, {:?}", response.status, response.length);
    for (name, value) in response.fields.iter() {
        eprintln!("{name}: {value}");
    }
    loop {
        let chunk = timeout(PATIENCE, response.body.next()).await;
        match chunk.map_err(|late| broken(&late))?.transpose() {
            Ok(Some(chunk)) => io::stdout().write_all(&chunk),
            Ok(None) => break,
            Err(error) => return Err(broken(&error)),
        }
        .map_err(|error| error.to_string())?;
    }
    io::stdout().flush().map_err(|error| error.to_string())
}

/// Looks up the addresses of the host.
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
                .map_err(|error| {
                    format!(
                        "{name}, asked at {server}: {error}\nThe lab's \
                         DNS server: cargo run -p lab-net --bin dns"
                    )
                })?
        }
    };
    let port = endpoint.port;
    Ok(found
        .into_iter()
        .map(|address| SocketAddr::new(address, port))
        .collect())
}
