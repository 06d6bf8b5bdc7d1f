//! Checks of `connect`.

use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use connections::{ConnectionError, connect};
use lab::Steps;
use tokio::time::{Instant, timeout};

use crate::dialling::{Fate, Network};

/// For each address.
const EACH: Duration = Duration::from_secs(5);
/// Longer than any right order of dials takes.
const LONG: Duration = Duration::from_secs(600);

/// What one address has failed with, and what says nothing about
/// the next one.
const KINDS: [ErrorKind; 20] = [
    ErrorKind::PermissionDenied,
    ErrorKind::HostUnreachable,
    ErrorKind::NetworkUnreachable,
    ErrorKind::AddrNotAvailable,
    ErrorKind::ConnectionReset,
    ErrorKind::TimedOut,
    ErrorKind::Interrupted,
    ErrorKind::ConnectionRefused,
    ErrorKind::ConnectionAborted,
    ErrorKind::NotConnected,
    ErrorKind::AddrInUse,
    ErrorKind::NetworkDown,
    ErrorKind::BrokenPipe,
    ErrorKind::WouldBlock,
    ErrorKind::InvalidInput,
    ErrorKind::InvalidData,
    ErrorKind::UnexpectedEof,
    ErrorKind::OutOfMemory,
    ErrorKind::Unsupported,
    ErrorKind::Other,
];

/// The same with a number of the system's, as real dials have it:
/// 24 is "too many open files" on Linux and on macOS.
const NUMBERS: [i32; 11] = [1, 4, 12, 13, 22, 23, 24, 97, 99, 105, 111];

pub async fn every_address(steps: Steps) {
    use Fate::{Answers, Fails, Refuses, Says};
    // More than a byte counts.
    let mut many = vec![Refuses; 300];
    many.push(Answers);
    let mut networks = vec![
        (vec![Answers], 1),
        (vec![Refuses, Answers], 2),
        (vec![Refuses, Refuses, Refuses, Answers, Answers], 4),
        (vec![Answers, Refuses, Answers], 1),
        // The odd ones are IPv6, the even ones IPv4.
        (vec![Answers, Answers], 1),
        (vec![Refuses, Answers, Answers], 2),
        (many, 301),
    ];
    networks.extend(KINDS.map(|kind| (vec![Fails(kind), Answers], 2)));
    networks.extend(NUMBERS.map(|code| (vec![Says(code), Answers], 2)));
    for (fates, dialled) in networks {
        let shown = match fates.len() {
            301 => "300 times Refuses, then Answers".to_owned(),
            _ => format!("{fates:?}"),
        };
        steps.step(format!("connect to addresses that {shown}"));
        let network = Network::of(&fates);
        let addresses = network.addresses();
        let connected = connect(&network, &addresses, EACH).await;
        steps.succeeds("a connection", connected.map(drop));
        steps.equal(
            "addresses dialed, in order",
            network.dialled().as_slice(),
            &addresses[..dialled],
        );
    }
    steps.step("connect to addresses of which one stands there twice");
    let network = Network::of(&[Refuses, Answers]);
    let [first, second] = network.addresses()[..] else {
        steps.fail("two addresses", network.addresses().len());
    };
    let addresses = [first, first, second];
    let connected = connect(&network, &addresses, EACH).await;
    steps.succeeds("a connection", connected.map(drop));
    steps.equal(
        "addresses dialed, in order",
        network.dialled().as_slice(),
        &addresses,
    );
    odd_addresses(&steps).await;
}

/// Addresses that look as if nobody could be there: each is
/// dialed.
async fn odd_addresses(steps: &Steps) {
    for odd in [
        "10.0.0.9:0",
        "[fd00::9]:0",
        "0.0.0.0:80",
        "[::]:80",
        "255.255.255.255:80",
        "224.0.0.1:80",
        "127.0.0.1:80",
        "[::ffff:10.0.0.9]:80",
        "[fe80::1%7]:65535",
    ] {
        steps.step(format!("connect to {odd}, which refuses"));
        let address: SocketAddr =
            steps.succeeds("the address", odd.parse());
        let network = Network::of(&[Fate::Answers]);
        let addresses = [&[address][..], &network.addresses()].concat();
        let connected = connect(&network, &addresses, EACH).await;
        steps.succeeds("a connection", connected.map(drop));
        steps.equal(
            "addresses dialed, in order",
            network.dialled().as_slice(),
            &addresses,
        );
    }
}

pub async fn patience(steps: Steps) {
    use Fate::{Answers, AnswersAfter, Silent};
    let moment = Duration::from_millis(50);
    let late = AnswersAfter(EACH - moment);
    let too_late = AnswersAfter(EACH + moment);
    for (fates, millis) in [
        (vec![Silent, Answers], 5000),
        (vec![Silent, Silent, Silent, Answers], 15_000),
        (vec![late], 4950),
        // The patience is for each of them, not for all.
        (vec![Silent, late], 9950),
        (vec![too_late, late], 9950),
        (vec![late, Answers], 4950),
    ] {
        steps.step(format!(
            "connect to addresses that {fates:?}, 5 s for each"
        ));
        let network = Network::of(&fates);
        let addresses = network.addresses();
        let begin = Instant::now();
        let connected = connect(&network, &addresses, EACH);
        let connected = timeout(LONG, connected).await;
        let connected = steps.succeeds("an end of waiting", connected);
        steps.succeeds("a connection", connected.map(drop));
        let waited = begin.elapsed().as_millis();
        steps.at_most("milliseconds waited", waited, millis + 40);
        steps.at_least("milliseconds waited", waited, millis);
        // Whoever lets one go on would need a deadline for it.
        let most = network.most_at_once();
        steps.equal("addresses dialed at once", &most, &1);
    }

    steps.step("the first answers too late, the second is silent");
    let network = Network::of(&[too_late, Silent]);
    let addresses = network.addresses();
    let connected = connect(&network, &addresses, EACH);
    let connected = timeout(LONG, connected).await;
    let connected = steps.succeeds("an end of waiting", connected);
    let error = steps.refuses("a connection", connected.map(drop));
    steps.variant("the error", &error, &["NoneAnswered"]);

    odd_patience(&steps).await;

    // A hundred years.
    for patience in [Duration::from_secs(3_153_600_000)] {
        let seconds = patience.as_secs();
        steps.step(format!("connect with {seconds} seconds for each"));
        let network = Network::of(&[AnswersAfter(LONG)]);
        let addresses = network.addresses();
        let connected = connect(&network, &addresses, patience).await;
        steps.succeeds("a connection", connected.map(drop));
    }
}

/// None at all, less than a second, and what isn't a whole number
/// of seconds. Nobody is there: whether a dial without patience is
/// polled at all is free.
async fn odd_patience(steps: &Steps) {
    use Fate::Silent;
    for micros in [0, 1, 1000, 255_000, 999_000, 1_500_000] {
        let each = Duration::from_micros(micros);
        steps.step(format!(
            "connect to three silent addresses, {each:?} for each"
        ));
        let network = Network::of(&[Silent; 3]);
        let addresses = network.addresses();
        let begin = Instant::now();
        let connected = connect(&network, &addresses, each);
        let connected = timeout(LONG, connected).await;
        let connected = steps.succeeds("an end of waiting", connected);
        let error = steps.refuses("a connection", connected.map(drop));
        let tries = match error {
            ConnectionError::NoneAnswered(tries) => tries,
            error => {
                steps.fail("NoneAnswered", format!("{error:?}"));
            }
        };
        steps.equal("addresses tried", &tries.len(), &3);
        let waited = begin.elapsed().as_millis();
        let least = (3 * each).as_millis();
        steps.at_most("milliseconds waited", waited, least + 40);
        steps.at_least("milliseconds waited", waited, least);
    }
}

pub async fn failures(steps: Steps) {
    use Fate::{Fails, Refuses, Says, Silent};
    steps.step("connect to no address at all");
    let none = connect(&Network::of(&[]), &[], EACH).await;
    let error = steps.refuses("a connection", none.map(drop));
    steps.variant("the error", &error, &["NoAddress"]);
    // 110 is what Linux says itself when nobody answers; 111 is a
    // refusal there.
    for fates in [
        vec![Refuses],
        vec![Silent],
        vec![Refuses, Silent, Refuses],
        vec![Silent, Says(111), Refuses, Silent],
        vec![Says(110), Silent, Says(113)],
        KINDS.map(Fails).to_vec(),
        NUMBERS.map(Says).to_vec(),
    ] {
        steps.step(format!("connect to addresses that {fates:?}"));
        let network = Network::of(&fates);
        let addresses = network.addresses();
        let connected = connect(&network, &addresses, EACH);
        let connected = timeout(LONG, connected).await;
        let connected = steps.succeeds("an end of waiting", connected);
        let error = steps.refuses("a connection", connected.map(drop));
        let ConnectionError::NoneAnswered(tries) = error else {
            steps.fail("NoneAnswered", format!("{error:?}"));
        };
        let expected: Vec<_> = addresses
            .into_iter()
            .zip(&fates)
            .map(|(address, fate)| (address, Said::by(address, *fate)))
            .collect();
        let silent: Vec<_> =
            fates.iter().map(|fate| matches!(fate, Silent)).collect();
        let seen: Vec<_> = tries
            .iter()
            .enumerate()
            .map(|(at, (address, error))| {
                let mut said = Said::of(error);
                // The text of a timeout of ours is free.
                if silent.get(at) == Some(&true) {
                    said.text.clear();
                }
                (*address, said)
            })
            .collect();
        steps.equal("every try and its error", &seen, &expected);
    }
}

/// What an error says, and the number of the system's in it.
#[derive(Debug, PartialEq)]
struct Said {
    kind: ErrorKind,
    number: Option<i32>,
    text: String,
}

impl Said {
    fn of(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            number: error.raw_os_error(),
            text: error.to_string(),
        }
    }

    /// What an address with this fate must have said.
    fn by(address: SocketAddr, fate: Fate) -> Self {
        match fate {
            Fate::Says(code) => {
                Self::of(&Error::from_raw_os_error(code))
            }
            Fate::Fails(kind) => Self::of(&kind.into()),
            Fate::Silent => Self {
                kind: ErrorKind::TimedOut,
                number: None,
                text: String::new(),
            },
            _ => Self {
                kind: ErrorKind::ConnectionRefused,
                number: None,
                text: Network::refusal(address),
            },
        }
    }
}
