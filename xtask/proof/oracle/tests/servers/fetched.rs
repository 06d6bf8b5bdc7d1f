//! Our client, asking a server of somebody else.

use std::net::SocketAddr;

use addresses::{Endpoint, Host};
use connections::{BoxError, Tcp, connect};
use futures_util::StreamExt;
use messages::{BodyLength, Fields, HeadLimits, MessageError, Outgoing, send};
use tokio::time::timeout;

use crate::site::PATIENCE;

/// An answer, read to its end or to an error.
#[derive(Debug)]
pub struct Fetched {
    pub status: u16,
    pub length: BodyLength,
    pub body: Vec<u8>,
    pub error: Option<BoxError>,
}

impl Fetched {
    /// Was it cut, and did our client notice?
    pub fn is_incomplete(&self) -> bool {
        let error = self.error.as_ref();
        let error = error.and_then(|error| error.downcast_ref::<MessageError>());
        matches!(error, Some(MessageError::Incomplete | MessageError::Io(_)))
    }
}

/// Asks with our own chapters 1, 3 and 4.
pub async fn fetch(address: SocketAddr, method: &str, target: &str) -> Fetched {
    let asked = async {
        let transport = connect(&Tcp, &[address], PATIENCE).await;
        let request = Outgoing {
            method: method.to_owned(),
            endpoint: Endpoint {
                host: Host::Address(address.ip()),
                port: address.port(),
            },
            target: target.to_owned(),
            fields: Fields::default(),
        };
        let limits = HeadLimits::default();
        let transport = transport.expect("a connection");
        let answer = send(transport, &request, &limits).await;
        let mut answer = answer.expect("an answer");
        let (mut body, mut error) = (Vec::new(), None);
        while let Some(piece) = answer.body.next().await {
            match piece {
                Ok(piece) => body.extend_from_slice(&piece),
                Err(failed) => error = Some(failed),
            }
        }
        Fetched {
            status: answer.status,
            length: answer.length,
            body,
            error,
        }
    };
    timeout(PATIENCE, asked).await.expect("an answer in time")
}
