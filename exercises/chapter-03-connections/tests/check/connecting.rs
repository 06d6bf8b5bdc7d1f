//! Checks of `connect`.

use std::io::ErrorKind;
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
const KINDS: [ErrorKind; 7] = [
    ErrorKind::PermissionDenied,
    ErrorKind::HostUnreachable,
    ErrorKind::NetworkUnreachable,
    ErrorKind::AddrNotAvailable,
    ErrorKind::ConnectionReset,
    ErrorKind::TimedOut,
    ErrorKind::Interrupted,
];

pub async fn every_address(steps: Steps) {
    use Fate::{Answers, Fails, Refuses};
    let mut many = vec![Refuses; 12];
    many.push(Answers);
    let mut networks = vec![
        (vec![Answers], 1),
        (vec![Refuses, Answers], 2),
        (vec![Refuses, Refuses, Refuses, Answers, Answers], 4),
        (vec![Answers, Refuses, Answers], 1),
        // The odd ones are IPv6, the even ones IPv4.
        (vec![Answers, Answers], 1),
        (vec![Refuses, Answers, Answers], 2),
        (many, 13),
    ];
    networks.extend(KINDS.map(|kind| (vec![Fails(kind), Answers], 2)));
    for (fates, dialled) in networks {
        steps.step(format!("connect to addresses that {fates:?}"));
        let network = Network::of(&fates);
        let addresses = network.addresses();
        let connected = connect(&network, &addresses, EACH).await;
        steps.succeeds("a connection", connected.map(drop));
        steps.equal(
            "addresses dialled, in order",
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
        "addresses dialled, in order",
        network.dialled().as_slice(),
        &addresses,
    );
}

pub async fn patience(steps: Steps) {
    use Fate::{Answers, AnswersAfter, Silent};
    let late = AnswersAfter(EACH - Duration::from_secs(1));
    for (fates, seconds) in [
        (vec![Silent, Answers], 5),
        (vec![Silent, Silent, Silent, Answers], 15),
        (vec![late], 4),
        // The patience is for each of them, not for all.
        (vec![Silent, late], 9),
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
        let waited = begin.elapsed().as_secs();
        steps.at_most("seconds waited", waited, seconds + 1);
    }
}

pub async fn failures(steps: Steps) {
    use Fate::{Refuses, Silent};
    steps.step("connect to no address at all");
    let none = connect(&Network::of(&[]), &[], EACH).await;
    let error = steps.refuses("a connection", none.map(drop));
    steps.variant("the error", &error, &["NoAddress"]);
    for fates in [vec![Refuses], vec![Refuses, Silent, Refuses]] {
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
            .map(|(address, fate)| match fate {
                // Its text is free.
                Silent => (address, ErrorKind::TimedOut, String::new()),
                _ => (
                    address,
                    ErrorKind::ConnectionRefused,
                    Network::refusal(address),
                ),
            })
            .collect();
        let seen: Vec<_> = tries
            .iter()
            .map(|(address, error)| match error.kind() {
                late @ ErrorKind::TimedOut => {
                    (*address, late, String::new())
                }
                kind => (*address, kind, error.to_string()),
            })
            .collect();
        steps.equal("every try and its error", &seen, &expected);
    }
}
