//! The resolver: both families, its cache, and its ids.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lab::Steps;
use lab::random::Random;
use lab_net::dns::Memory;
use names::{NameError, Resolver, RetrySchedule};
use tokio::time::advance;

use crate::servers::{InMemory, memory};

const ZONE: &str = "
    example.org.      300 SOA ns.example.org. a.example.org. 1 2 3 4 60
    both.example.org.  60 AAAA 2001:db8::80
    both.example.org.  60 A 192.0.2.80
    old.example.org.   60 A 192.0.2.4
    alias.example.org. 300 CNAME five.example.org.
    five.example.org.  5 A 192.0.2.5
    five.example.org.  5 AAAA 2001:db8::5
    zero.example.org.  0 A 192.0.2.7
    zero.example.org.  0 AAAA 2001:db8::7
    sick.example.org.  60 A 192.0.2.9
    sick.example.org.  ! code 2
";

/// More questions than a cache keeps, two for each name.
const NAMES: usize = 700;
/// How many questions a cache keeps.
const KEPT: usize = 1024;

/// A resolver that asks `server`, with ids that a seed repeats.
fn resolver(server: &Memory) -> Resolver {
    let mut random = Random::new(2);
    let random = Box::new(move || random.number() as u16);
    let servers = Box::new(InMemory(server.clone()));
    Resolver::new(servers, RetrySchedule::default(), random)
}

fn v4(last: u8) -> IpAddr {
    Ipv4Addr::new(192, 0, 2, last).into()
}

fn v6(last: u16) -> IpAddr {
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last).into()
}

pub async fn a_lookup_brings_both_families(steps: Steps) {
    let server = memory(&steps, ZONE);
    let resolver = resolver(&server);
    let cases: [(&str, &[IpAddr]); 3] = [
        ("both.example.org", &[v6(0x80), v4(80)]),
        ("alias.example.org.", &[v6(5), v4(5)]),
        ("old.example.org", &[v4(4)]),
    ];
    for (host, expected) in cases {
        steps.step(format!("look {host} up"));
        let found = resolver.lookup(host).await;
        let found = steps.succeeds(host, found);
        steps.equal(host, found.as_slice(), expected);
    }
    steps.step("look up names that have no address");
    let found = resolver.lookup("example.org").await;
    steps.equal("example.org", &found, &Ok(Vec::new()));
    for (host, code) in
        [("nobody.example.org", 3), ("sick.example.org", 2)]
    {
        let found = resolver.lookup(host).await;
        let error = steps.refuses(host, found);
        steps.equal(host, &error, &NameError::Failed(code));
    }

    let before = server.queries();
    for host in ["localhost", "LocalHost.", "a.b.localhost"] {
        steps.step(format!("look {host} up"));
        let found = resolver.lookup(host).await;
        let found = steps.succeeds(host, found);
        let local = found.iter().all(IpAddr::is_loopback);
        steps.holds(format!("{found:?} is loopback"), local);
        steps.at_least("addresses", found.len(), 1);
    }
    steps.equal("questions", &server.queries(), &before);
}

/// Looks `host` up, and tells how many questions that took.
async fn questions(
    steps: &Steps,
    resolver: &Resolver,
    server: &Memory,
    host: &str,
) -> usize {
    let before = server.queries();
    // What it says is for another check.
    let found = resolver.lookup(host).await;
    let asked = server.queries() - before;
    steps.holds(
        format!("{host} has an answer, not {found:?}"),
        !matches!(found, Err(NameError::NoAnswer)),
    );
    asked
}

pub async fn the_cache_forgets_at_the_ttl(steps: Steps) {
    let server = memory(&steps, ZONE);
    let resolver = resolver(&server);
    for (host, ttl) in [
        ("both.example.org", 60),
        ("alias.example.org", 5),
        ("nobody.example.org", 60),
        ("example.org", 60),
    ] {
        let after = |seconds: u64, expected: usize| {
            let (steps, resolver, server) =
                (&steps, &resolver, &server);
            async move {
                advance(Duration::from_secs(seconds)).await;
                steps.step(format!("{seconds} s later look {host} up"));
                let asked =
                    questions(steps, resolver, server, host).await;
                steps.equal("questions", &asked, &expected);
            }
        };
        after(0, 2).await;
        after(0, 0).await;
        after(ttl - 1, 0).await;
        after(1, 2).await;
    }
    steps.step("look a name with a ttl of 0 up, three times");
    for _ in 0..3 {
        let host = "zero.example.org";
        let asked = questions(&steps, &resolver, &server, host).await;
        steps.equal("questions", &asked, &2);
    }
    let host = "sick.example.org";
    steps.step(format!("look {host} up, which fails, twice"));
    for _ in 0..2 {
        let asked = questions(&steps, &resolver, &server, host).await;
        steps.equal("questions", &asked, &2);
    }

    steps.step(format!("look {NAMES} names up, and again"));
    let mut again = 0;
    for round in 0..2 {
        for index in 0..NAMES {
            let host = format!("n{index}.example.org");
            let asked =
                questions(&steps, &resolver, &server, &host).await;
            again += if round == 1 { asked } else { 0 };
        }
    }
    let least = 2 * NAMES - KEPT;
    steps.at_least("questions that were forgotten", again, least);
    full(&steps).await;
}

/// A cache that is full forgets what has expired, and if nothing
/// has, what expires next.
async fn full(steps: &Steps) {
    let server = memory(steps, ZONE);
    let resolver = resolver(&server);
    let names = |from: usize, to: usize| {
        (from..to).map(|index| format!("n{index}.example.org"))
    };
    steps.step("look 1 name up that holds 5 s, and 511 that hold 60 s");
    let first = "alias.example.org".to_owned();
    for host in [first.clone()].into_iter().chain(names(0, 511)) {
        questions(steps, &resolver, &server, &host).await;
    }
    steps.step("the cache is full: look all of them up again");
    let mut asked = 0;
    for host in [first.clone()].into_iter().chain(names(0, 511)) {
        asked += questions(steps, &resolver, &server, &host).await;
    }
    steps.equal("questions", &asked, &0);
    steps.step("look one more up, and then those that hold 60 s");
    questions(steps, &resolver, &server, "both.example.org").await;
    let mut asked = 0;
    for host in names(0, 511) {
        asked += questions(steps, &resolver, &server, &host).await;
    }
    steps.equal("questions", &asked, &0);
    steps.step("look the name up that holds 5 s");
    let asked = questions(steps, &resolver, &server, &first).await;
    steps.equal("questions", &asked, &2);

    steps.step("all have expired: look 512 other names up, twice");
    advance(Duration::from_secs(60)).await;
    let mut asked = 0;
    for _ in 0..2 {
        for host in names(1000, 1512) {
            asked += questions(steps, &resolver, &server, &host).await;
        }
    }
    steps.equal("questions", &asked, &1024);
}

pub async fn ids_come_from_the_random_source(steps: Steps) {
    let server = memory(&steps, ZONE);
    let drawn: Arc<Mutex<Vec<u16>>> = Arc::default();
    let source = {
        let (drawn, mut random) = (Arc::clone(&drawn), Random::new(7));
        move || {
            let id = random.number() as u16;
            let mut drawn =
                drawn.lock().unwrap_or_else(PoisonError::into_inner);
            drawn.push(id);
            id
        }
    };
    let resolver = Resolver::new(
        Box::new(InMemory(server.clone())),
        RetrySchedule::default(),
        Box::new(source),
    );
    steps.step("look 32 names up: 64 questions");
    for index in 0..32 {
        let host = format!("n{index}.example.org");
        questions(&steps, &resolver, &server, &host).await;
    }
    let seen: Vec<u16> =
        server.seen().iter().map(|seen| seen.id()).collect();
    let drawn = drawn.lock().unwrap_or_else(PoisonError::into_inner);
    steps.equal("ids", seen.as_slice(), drawn.as_slice());
    steps.equal("questions", &seen.len(), &64);
    steps.equal("sockets", &server.sockets(), &64);
}
