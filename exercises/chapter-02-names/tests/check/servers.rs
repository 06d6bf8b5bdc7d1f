//! The lab's DNS server, as the chapter's code asks it.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use lab::Steps;
use lab_net::dns::{self, Memory, Responder, Zone};
use names::{
    ByteStream, Datagram, Name, Question, RecordType, Servers,
};
use tokio::time::Instant;

/// The lab's server with this zone, in memory.
pub fn memory(steps: &Steps, zone: &str) -> Memory {
    let zone = zone.parse::<Zone>();
    Memory::new(Responder::new(steps.succeeds("a zone", zone)))
}

/// The question for the A records of a name.
pub fn question(steps: &Steps, text: &str) -> Question {
    let name: Name = crate::wire::name(steps, text);
    let kind = RecordType::A;
    Question { name, kind }
}

/// How to see the same by hand.
pub fn by_hand(name: &str) -> String {
    format!(
        "cargo run -p lab-net --bin dns, then in another terminal: \
         cargo run -p chapter-2 -- {name}"
    )
}

/// A server in memory as the chapter knows servers.
pub struct InMemory(pub Memory);

struct Way(dns::Datagrams);

impl Servers for InMemory {
    fn address(&self) -> SocketAddr {
        self.0.address()
    }

    fn datagram(&self) -> BoxFuture<'_, io::Result<Box<dyn Datagram>>> {
        let way = Way(self.0.datagrams());
        Box::pin(async { Ok(Box::new(way) as Box<dyn Datagram>) })
    }

    fn stream(&self) -> BoxFuture<'_, io::Result<Box<dyn ByteStream>>> {
        let stream = self.0.stream();
        Box::pin(async { Ok(Box::new(stream) as Box<dyn ByteStream>) })
    }
}

impl Datagram for Way {
    fn send<'a>(
        &'a mut self,
        message: &'a [u8],
    ) -> BoxFuture<'a, io::Result<()>> {
        self.0.send(message);
        Box::pin(async { Ok(()) })
    }

    fn receive<'a>(
        &'a mut self,
        buffer: &'a mut [u8],
    ) -> BoxFuture<'a, io::Result<(usize, SocketAddr)>> {
        Box::pin(async { Ok(self.0.receive(buffer).await) })
    }
}

/// A server whose machine refuses every datagram at once, and
/// when it did.
#[derive(Clone, Default)]
pub struct Refusing(Arc<Mutex<Vec<Instant>>>);

impl Refusing {
    /// When it was asked.
    pub fn asked(&self) -> Vec<Instant> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Servers for Refusing {
    fn address(&self) -> SocketAddr {
        ([192, 0, 2, 53], 53).into()
    }

    fn datagram(&self) -> BoxFuture<'_, io::Result<Box<dyn Datagram>>> {
        let way = self.clone();
        Box::pin(async { Ok(Box::new(way) as Box<dyn Datagram>) })
    }

    fn stream(&self) -> BoxFuture<'_, io::Result<Box<dyn ByteStream>>> {
        Box::pin(async { Err(refused()) })
    }
}

impl Datagram for Refusing {
    fn send<'a>(
        &'a mut self,
        _message: &'a [u8],
    ) -> BoxFuture<'a, io::Result<()>> {
        let mut asked =
            self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.push(Instant::now());
        Box::pin(async { Err(refused()) })
    }

    fn receive<'a>(
        &'a mut self,
        _buffer: &'a mut [u8],
    ) -> BoxFuture<'a, io::Result<(usize, SocketAddr)>> {
        Box::pin(async { Err(refused()) })
    }
}

fn refused() -> io::Error {
    io::ErrorKind::ConnectionRefused.into()
}
