//! How far addresses reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use addresses::Scope;
use lab::Steps;

use crate::ip;

/// How many addresses of each range are looked at, besides its
/// ends.
const SAMPLES: u128 = 200;

/// All of IPv4 in order: where each range begins, and its scope.
const V4: [(&str, Scope); 30] = [
    ("0.0.0.0", Scope::Unspecified),
    ("0.0.0.1", Scope::Reserved),
    ("1.0.0.0", Scope::Public),
    ("10.0.0.0", Scope::Private),
    ("11.0.0.0", Scope::Public),
    ("100.64.0.0", Scope::Shared),
    ("100.128.0.0", Scope::Public),
    ("127.0.0.0", Scope::Loopback),
    ("128.0.0.0", Scope::Public),
    ("169.254.0.0", Scope::LinkLocal),
    ("169.255.0.0", Scope::Public),
    ("172.16.0.0", Scope::Private),
    ("172.32.0.0", Scope::Public),
    ("192.0.0.0", Scope::Reserved),
    ("192.0.1.0", Scope::Public),
    ("192.0.2.0", Scope::Documentation),
    ("192.0.3.0", Scope::Public),
    ("192.88.99.0", Scope::Reserved),
    ("192.88.100.0", Scope::Public),
    ("192.168.0.0", Scope::Private),
    ("192.169.0.0", Scope::Public),
    ("198.18.0.0", Scope::Reserved),
    ("198.20.0.0", Scope::Public),
    ("198.51.100.0", Scope::Documentation),
    ("198.51.101.0", Scope::Public),
    ("203.0.113.0", Scope::Documentation),
    ("203.0.114.0", Scope::Public),
    ("224.0.0.0", Scope::Multicast),
    ("240.0.0.0", Scope::Reserved),
    ("255.255.255.255", Scope::Broadcast),
];

/// All of IPv6, but for the IPv4-mapped addresses.
const V6: [(&str, Scope); 18] = [
    ("::", Scope::Unspecified),
    ("::1", Scope::Loopback),
    ("::2", Scope::Reserved),
    ("2000::", Scope::Public),
    ("2001::", Scope::Reserved),
    ("2001:200::", Scope::Public),
    ("2001:db8::", Scope::Documentation),
    ("2001:db9::", Scope::Public),
    ("2002::", Scope::Reserved),
    ("2003::", Scope::Public),
    ("3fff::", Scope::Documentation),
    ("3fff:1000::", Scope::Public),
    ("4000::", Scope::Reserved),
    ("fc00::", Scope::UniqueLocal),
    ("fe00::", Scope::Reserved),
    ("fe80::", Scope::LinkLocal),
    ("fec0::", Scope::Reserved),
    ("ff00::", Scope::Multicast),
];

pub fn loopback_is_a_whole_block(steps: Steps) {
    let inside = [
        "127.0.0.1",
        "127.0.0.2",
        "127.0.0.0",
        "127.255.255.255",
        "::1",
    ];
    expect_scopes(&steps, &inside.map(|text| (text, Scope::Loopback)));
    let outside =
        ["126.255.255.255", "128.0.0.0", "::", "::2", "::1:0:0:1"];
    expect_other(&steps, &outside, Scope::Loopback);
}

pub fn private_blocks_have_exact_edges(steps: Steps) {
    let inside = [
        "10.0.0.0",
        "10.255.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.168.0.0",
        "192.168.255.255",
    ];
    expect_scopes(&steps, &inside.map(|text| (text, Scope::Private)));
    let outside = [
        "9.255.255.255",
        "11.0.0.0",
        "100.1.2.3",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "fc00::1",
        "::10.0.0.1",
    ];
    expect_other(&steps, &outside, Scope::Private);
}

pub fn every_special_block_has_its_scope(steps: Steps) {
    expect_scopes(
        &steps,
        &[
            ("169.254.169.254", Scope::LinkLocal),
            ("169.253.255.255", Scope::Public),
            ("169.255.0.0", Scope::Public),
            ("100.63.255.255", Scope::Public),
            ("100.64.0.0", Scope::Shared),
            ("100.127.255.255", Scope::Shared),
            ("100.128.0.0", Scope::Public),
            ("fe80::1", Scope::LinkLocal),
            ("febf:ffff::1", Scope::LinkLocal),
            ("fe7f::1", Scope::Reserved),
            ("fec0::1", Scope::Reserved),
            ("fe00::1", Scope::Reserved),
            ("fbff::1", Scope::Reserved),
            ("fc00::1", Scope::UniqueLocal),
            ("fd00::1", Scope::UniqueLocal),
            ("fdff:ffff::", Scope::UniqueLocal),
            ("0.0.0.0", Scope::Unspecified),
            ("0.1.2.3", Scope::Reserved),
            ("224.0.0.1", Scope::Multicast),
            ("239.255.255.255", Scope::Multicast),
            ("ff02::1", Scope::Multicast),
            ("ff05::1", Scope::Multicast),
            ("ffff::1", Scope::Multicast),
            ("240.0.0.1", Scope::Reserved),
            ("255.255.255.254", Scope::Reserved),
            ("255.255.255.255", Scope::Broadcast),
            ("192.0.0.8", Scope::Reserved),
            ("192.0.1.1", Scope::Public),
            ("191.255.255.255", Scope::Public),
            ("192.0.2.1", Scope::Documentation),
            ("198.51.100.255", Scope::Documentation),
            ("203.0.113.7", Scope::Documentation),
            ("192.88.98.255", Scope::Public),
            ("192.88.99.1", Scope::Reserved),
            ("192.88.100.0", Scope::Public),
            ("192.0.3.1", Scope::Public),
            ("198.51.99.1", Scope::Public),
            ("198.51.101.1", Scope::Public),
            ("203.0.112.255", Scope::Public),
            ("203.0.114.0", Scope::Public),
            ("223.255.255.255", Scope::Public),
            ("1.0.0.0", Scope::Public),
            ("198.17.255.255", Scope::Public),
            ("198.18.0.0", Scope::Reserved),
            ("198.19.255.255", Scope::Reserved),
            ("198.20.0.0", Scope::Public),
            ("2001:db8::1", Scope::Documentation),
            ("2001:db7:ffff::", Scope::Public),
            ("2001:db9::", Scope::Public),
            ("2001:4860:4860::8888", Scope::Public),
            ("2000:ffff::1", Scope::Public),
            ("2001::1", Scope::Reserved),
            ("2001:1ff:ffff::1", Scope::Reserved),
            ("2001:200::", Scope::Public),
            ("1fff::1", Scope::Reserved),
            ("2000::1", Scope::Public),
            ("2003::1", Scope::Public),
            ("3ffe:ffff::1", Scope::Public),
            ("3fff::1", Scope::Documentation),
            ("3fff:fff:ffff::1", Scope::Documentation),
            ("3fff:1000::", Scope::Public),
            ("3fff:ffff::1", Scope::Public),
            ("4000::1", Scope::Reserved),
            ("2002:a00:1::", Scope::Reserved),
            ("64:ff9b::a00:1", Scope::Reserved),
            ("2606:4700:4700::1111", Scope::Public),
            ("8.8.8.8", Scope::Public),
            ("1.1.1.1", Scope::Public),
        ],
    );
    // Listed and called globally reachable, or not listed at all
    // although older lists had them.
    let public = [
        "192.31.196.1",
        "192.52.193.1",
        "192.175.48.1",
        "191.255.0.1",
        "223.255.255.1",
        "2001:200::1",
        "2620:4f:8000::1",
        "3ffe::1",
    ];
    for text in public {
        steps.step(format!("find the scope of {text}, in no block"));
        steps.equal(text, &Scope::of(ip(text)), &Scope::Public);
    }
    // Both ends of every entry of the registries in a block that
    // is refused as a whole.
    let whole = [
        ("192.0.0.0", "192.0.0.7"),
        ("192.0.0.8", "192.0.0.8"),
        ("192.0.0.9", "192.0.0.10"),
        ("192.0.0.170", "192.0.0.171"),
        ("192.88.99.0", "192.88.99.255"),
        ("2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:1::1", "2001:1::3"),
        ("2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff"),
        ("2001:3::", "2001:3:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:4:112::", "2001:4:112:ffff:ffff:ffff:ffff:ffff"),
        ("2001:10::", "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:20::", "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:30::", "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff"),
    ];
    for text in whole.iter().flat_map(|(first, last)| [first, last]) {
        steps.step(format!(
            "find the scope of {text}, in a block that is reserved \
             as a whole"
        ));
        steps.equal(text, &Scope::of(ip(text)), &Scope::Reserved);
    }
    let reserved = [
        "::8.8.8.8",
        "::127.0.0.1",
        "::10.0.0.1",
        "::ffff:0:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::1",
        "100::1",
        "100:0:0:1::1",
        "200::1",
        "5f00::1",
    ];
    for text in reserved {
        steps.step(format!(
            "find the scope of {text}, outside 2000::/3"
        ));
        steps.equal(text, &Scope::of(ip(text)), &Scope::Reserved);
    }
    // Groups that other lists keep for books or for one use.
    for text in
        ["224.0.0.251", "232.1.1.1", "233.252.0.1", "ff0e::db8:0:1"]
    {
        steps.step(format!("find the scope of the group {text}"));
        steps.equal(text, &Scope::of(ip(text)), &Scope::Multicast);
    }
    expect_ranges(&steps, &V4);
    expect_ranges(&steps, &V6);
}

pub fn a_mapped_address_has_the_scope_of_its_ipv4_address(
    steps: Steps,
) {
    expect_scopes(
        &steps,
        &[
            ("::ffff:127.0.0.1", Scope::Loopback),
            ("::ffff:10.0.0.1", Scope::Private),
            ("::ffff:169.254.169.254", Scope::LinkLocal),
            ("::ffff:8.8.8.8", Scope::Public),
        ],
    );
    for (first, scope) in V4 {
        expect_scopes(&steps, &[(&format!("::ffff:{first}"), scope)]);
    }
}

fn expect_scopes(steps: &Steps, cases: &[(&str, Scope)]) {
    for (text, expected) in cases {
        steps.step(format!("find the scope of {text}"));
        steps.equal(text, &Scope::of(ip(text)), expected);
    }
}

fn expect_other(steps: &Steps, outside: &[&str], scope: Scope) {
    for text in outside {
        steps.step(format!("find the scope of {text}"));
        let seen = Scope::of(ip(text));
        steps.holds(
            format!("{text} has another scope than {scope:?}"),
            seen != scope,
        );
    }
}

/// Looks at both ends of each range, and at addresses in between.
fn expect_ranges(steps: &Steps, ranges: &[(&str, Scope)]) {
    for (index, (text, scope)) in ranges.iter().enumerate() {
        let (first, width) = bits(ip(text));
        let next = ranges.get(index + 1);
        let last = match next {
            Some((next, _)) => bits(ip(next)).0 - 1,
            None => u128::MAX >> (128 - width),
        };
        let end = address(last, width);
        steps.step(format!("find the scopes from {text} to {end}"));
        let stride = ((last - first) / SAMPLES).max(1);
        let samples = (0..=SAMPLES).map(|index| {
            // Not the first of every stride: low bits differ too.
            let at = index * stride + (index * 7919) % stride;
            first.saturating_add(at).min(last)
        });
        for bits in samples.chain([first, last]) {
            expect_at(steps, address(bits, width), *scope);
        }
    }
}

/// Announces the address only where its scope is wrong: there
/// are thousands of them.
fn expect_at(steps: &Steps, address: IpAddr, scope: Scope) {
    let mapped = address != address.to_canonical();
    let seen = Scope::of(address);
    if !mapped && seen != scope {
        steps.step(format!("find the scope of {address}"));
        steps.equal(address, &seen, &scope);
    }
}

fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(v4) => (v4.to_bits().into(), 32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    }
}

fn address(bits: u128, width: u32) -> IpAddr {
    match u32::try_from(bits) {
        Ok(bits) if width == 32 => Ipv4Addr::from_bits(bits).into(),
        _ => Ipv6Addr::from_bits(bits).into(),
    }
}
