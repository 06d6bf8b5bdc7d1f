//! A network whose addresses answer, refuse or are silent, as
//! told.

use std::future::pending;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;

use connections::Dial;
use lab_net::peer::{Peer, Wire};
use tokio::time::sleep;

/// What becomes of a dial.
#[derive(Clone, Copy, Debug)]
pub enum Fate {
    Answers,
    AnswersAfter(Duration),
    Refuses,
    Fails(ErrorKind),
    Silent,
}

/// A network of IPv6 and IPv4 addresses by turns: `[fd00::1]:80`,
/// `10.0.0.2:80`, and so on.
pub struct Network {
    fates: Vec<Fate>,
    dialled: Mutex<Vec<SocketAddr>>,
}

impl Network {
    pub fn of(fates: &[Fate]) -> Self {
        Self {
            fates: fates.to_vec(),
            dialled: Mutex::default(),
        }
    }

    /// All its addresses, in order.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        (1..=self.fates.len() as u8)
            .map(|host| match host % 2 {
                0 => SocketAddr::from(([10, 0, 0, host], 80)),
                _ => {
                    let host = [0xfd00, 0, 0, 0, 0, 0, 0, host.into()];
                    SocketAddr::from((host, 80))
                }
            })
            .collect()
    }

    /// What an address that refuses says.
    pub fn refusal(address: SocketAddr) -> String {
        format!("nobody listens on {address}")
    }

    /// The addresses that were dialled, in order.
    pub fn dialled(&self) -> Vec<SocketAddr> {
        match self.dialled.lock() {
            Ok(dialled) => dialled.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }
}

impl Dial for Network {
    type Transport = Wire;

    async fn dial(&self, address: SocketAddr) -> io::Result<Wire> {
        if let Ok(mut dialled) = self.dialled.lock() {
            dialled.push(address);
        }
        let all = self.addresses();
        let place = all.iter().position(|own| *own == address);
        match place.map(|place| self.fates[place]) {
            Some(Fate::Answers) => {}
            Some(Fate::AnswersAfter(time)) => sleep(time).await,
            Some(Fate::Silent) => pending().await,
            Some(Fate::Fails(kind)) => return Err(kind.into()),
            Some(Fate::Refuses) | None => {
                return Err(io::Error::new(
                    ErrorKind::ConnectionRefused,
                    Self::refusal(address),
                ));
            }
        }
        Ok(Peer::new().in_memory().0)
    }
}
