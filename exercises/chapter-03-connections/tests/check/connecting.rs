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

pub async fn every_address(steps: Steps) {
    use Fate::{Answers, Refuses};
    for (fates, dialled) in [
        (vec![Answers], 1),
        (vec![Refuses, Answers], 2),
        (vec![Refuses, Refuses, Refuses, Answers, Answers], 4),
        (vec![Answers, Refuses, Answers], 1),
    ] {
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
            .zip(fates.iter().map(|fate| match fate {
                Silent => ErrorKind::TimedOut,
                _ => ErrorKind::ConnectionRefused,
            }))
            .collect();
        let seen: Vec<_> = tries
            .iter()
            .map(|(address, error)| (*address, error.kind()))
            .collect();
        steps.equal("every try and its error", &seen, &expected);
    }
}
