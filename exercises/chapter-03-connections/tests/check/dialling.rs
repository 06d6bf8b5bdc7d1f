//! A network whose addresses answer, refuse or are silent, as
//! told.

use std::future::pending;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use connections::Dial;
use lab::drops::DropCounter;
use lab_net::peer::{Peer, Wire};
use tokio::time::sleep;

/// What becomes of a dial.
#[derive(Clone, Copy, Debug)]
pub enum Fate {
    Answers,
    AnswersAfter(Duration),
    Refuses,
    Fails(ErrorKind),
    /// With an error of the system, as a real dial does.
    Says(i32),
    Silent,
}

/// More dials than any check has addresses.
const DIALS: usize = 1000;

/// A network of IPv6 and IPv4 addresses by turns: `[fd00::1]:80`,
/// `10.0.0.2:80`, and so on.
pub struct Network {
    fates: Vec<Fate>,
    dialled: Mutex<Vec<SocketAddr>>,
    /// Dials that go on.
    dials: DropCounter,
    most: AtomicUsize,
}

impl Network {
    pub fn of(fates: &[Fate]) -> Self {
        Self {
            fates: fates.to_vec(),
            dialled: Mutex::default(),
            dials: DropCounter::new(),
            most: AtomicUsize::new(0),
        }
    }

    /// All its addresses, in order.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        (1..=self.fates.len() as u16)
            .map(|host| match host % 2 {
                0 => {
                    let [high, low] = host.to_be_bytes();
                    SocketAddr::from(([10, 0, high, low], 80))
                }
                _ => {
                    let host = [0xfd00, 0, 0, 0, 0, 0, 0, host];
                    SocketAddr::from((host, 80))
                }
            })
            .collect()
    }

    /// What an address that refuses says.
    pub fn refusal(address: SocketAddr) -> String {
        format!("nobody listens on {address}")
    }

    /// How many dials went on at the same time, at most.
    pub fn most_at_once(&self) -> usize {
        self.most.load(SeqCst)
    }

    /// The addresses that were dialed, in order.
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
        let dials = self.dialled.lock().map(|mut dialled| {
            dialled.push(address);
            dialled.len()
        });
        // Whoever dials without an end would fill the memory.
        if dials.unwrap_or_default() > DIALS {
            pending::<()>().await;
        }
        let _dial = self.dials.guard();
        self.most.fetch_max(self.dials.alive(), SeqCst);
        let all = self.addresses();
        let place = all.iter().position(|own| *own == address);
        match place.map(|place| self.fates[place]) {
            Some(Fate::Answers) => {}
            Some(Fate::AnswersAfter(time)) => sleep(time).await,
            Some(Fate::Silent) => pending().await,
            Some(Fate::Fails(kind)) => return Err(kind.into()),
            Some(Fate::Says(code)) => {
                return Err(io::Error::from_raw_os_error(code));
            }
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
