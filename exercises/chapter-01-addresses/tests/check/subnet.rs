//! Subnets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use addresses::Subnet;
use lab::Steps;

use crate::ip;

pub fn a_subnet_masks_its_base(steps: Steps) {
    let subnet = parsed(&steps, "192.168.1.5/24");
    steps.equal("its network", &subnet.network(), &ip("192.168.1.0"));
    steps.equal("its prefix", &subnet.prefix(), &24);
    expect_contained(&steps, "192.168.1.5/24", "192.168.1.77", true);
    expect_contained(&steps, "192.168.1.5/24", "192.168.2.5", false);
    let subnet = parsed(&steps, "2001:db8::5/64");
    steps.equal("its network", &subnet.network(), &ip("2001:db8::"));
    expect_contained(&steps, "2001:db8::5/64", "2001:db8::77", true);
    for (text, expected) in [
        ("192.168.1.5/24", "192.168.1.0/24"),
        ("2001:db8::5/64", "2001:db8::/64"),
        ("::1", "::1/128"),
    ] {
        let subnet = parsed(&steps, text);
        steps.step(format!("write the subnet {text:?}"));
        steps.equal(
            "the text",
            &subnet.to_string().as_str(),
            &expected,
        );
    }
}

pub fn a_subnet_ends_exactly_at_its_edges(steps: Steps) {
    // A wrong byte order shows in addresses whose bytes differ.
    let v4 = Ipv4Addr::new(172, 30, 7, 129);
    // A prefix of 0 has a check of its own.
    for prefix in 1..=32_u32 {
        let text = format!("{v4}/{prefix}");
        let flipped = |bit: u32| {
            Ipv4Addr::from_bits(v4.to_bits() ^ (1 << (31 - bit)))
        };
        let kept = u64::from(v4.to_bits()) >> (32 - prefix);
        let network = (kept << (32 - prefix)) as u32;
        let network = Ipv4Addr::from_bits(network);
        expect_parts(&steps, &text, network.into(), prefix);
        let last_inside = flipped(prefix - 1).to_string();
        expect_contained(&steps, &text, &last_inside, false);
        if prefix < 32 {
            expect_contained(
                &steps,
                &text,
                &flipped(prefix).to_string(),
                true,
            );
            expect_contained(
                &steps,
                &text,
                &flipped(31).to_string(),
                true,
            );
        }
    }
    let v6 = Ipv6Addr::new(
        0x2001, 0xdb8, 0x17, 0x2a, 0x99, 0x1, 0xfe, 0x8001,
    );
    for prefix in 1..=128_u32 {
        let text = format!("{v6}/{prefix}");
        let flipped = |bit: u32| {
            Ipv6Addr::from_bits(v6.to_bits() ^ (1 << (127 - bit)))
        };
        let free = (0..128 - prefix).map(|bit| 1_u128 << bit);
        let network = v6.to_bits() & !free.sum::<u128>();
        let network = Ipv6Addr::from_bits(network);
        expect_parts(&steps, &text, network.into(), prefix);
        let last_inside = flipped(prefix - 1).to_string();
        expect_contained(&steps, &text, &last_inside, false);
        if prefix < 128 {
            expect_contained(
                &steps,
                &text,
                &flipped(prefix).to_string(),
                true,
            );
        }
    }
}

pub fn a_prefix_of_zero_contains_everything(steps: Steps) {
    for address in ["0.0.0.0", "8.8.8.8", "255.255.255.255"] {
        expect_contained(&steps, "0.0.0.0/0", address, true);
        expect_contained(&steps, "10.1.2.3/0", address, true);
    }
    for address in
        ["2001:db8::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]
    {
        expect_contained(&steps, "::/0", address, true);
    }
    expect_parts(&steps, "10.1.2.3/0", ip("0.0.0.0"), 0);
    expect_parts(&steps, "2001:db8::1/0", ip("::"), 0);
    expect_contained(&steps, "10.1.2.3/32", "10.1.2.3", true);
    expect_contained(&steps, "10.1.2.3/32", "10.1.2.2", false);
    expect_contained(&steps, "10.1.2.3", "10.1.2.3", true);
    expect_contained(&steps, "10.1.2.3", "10.1.2.2", false);
    expect_contained(&steps, "2001:db8::1", "2001:db8::1", true);
    expect_contained(&steps, "2001:db8::1", "2001:db8::", false);
}

pub fn a_mapped_address_is_judged_as_ipv4(steps: Steps) {
    expect_contained(&steps, "10.0.0.0/8", "::ffff:10.1.2.3", true);
    expect_contained(&steps, "10.0.0.0/8", "::ffff:11.1.2.3", false);
    expect_contained(&steps, "127.0.0.0/8", "::ffff:127.0.0.1", true);
    expect_contained(&steps, "10.0.0.0/8", "a01:203::", false);
    expect_contained(&steps, "2001:db8::/32", "32.1.13.184", false);
    expect_contained(&steps, "::ffff:10.1.2.3", "10.1.2.3", true);
    expect_contained(
        &steps,
        "::ffff:10.1.2.3",
        "::ffff:10.1.2.3",
        true,
    );
    expect_contained(&steps, "0.0.0.0/0", "::ffff:10.1.2.3", true);
    // An address that holds an IPv4 address need not be mapped.
    for (subnet, address, expected) in [
        ("10.0.0.0/8", "::10.1.2.3", false),
        ("0.0.0.0/0", "::10.1.2.3", false),
        ("10.0.0.0/8", "::ffff:0:10.1.2.3", false),
        ("10.0.0.0/8", "64:ff9b::10.1.2.3", false),
        ("::/96", "::10.1.2.3", true),
        ("::1", "::1", true),
        ("::/0", "::", true),
        ("::1", "::", false),
    ] {
        expect_contained(&steps, subnet, address, expected);
    }
    // The prefix of a mapped base is that of its IPv4 address.
    for (text, network, prefix) in [
        ("::ffff:10.1.2.3", "10.1.2.3", 32),
        ("::ffff:10.1.2.3/8", "10.0.0.0", 8),
        ("::ffff:10.1.2.3/0", "0.0.0.0", 0),
    ] {
        expect_parts(&steps, text, ip(network), prefix);
    }
}

pub fn an_address_of_the_other_family_is_outside(steps: Steps) {
    // A long IPv6 prefix has more bits than an IPv4 address.
    for subnet in ["2001:db8::/64", "::1/128", "::/0", "::/96"] {
        expect_contained(&steps, subnet, "127.0.0.1", false);
        expect_contained(&steps, subnet, "::ffff:127.0.0.1", false);
    }
    for subnet in ["127.0.0.0/8", "0.0.0.0/0", "0.0.0.0/32"] {
        expect_contained(&steps, subnet, "::1", false);
        expect_contained(&steps, subnet, "::", false);
    }
}

pub fn the_hosts_of_a_subnet_are_counted(steps: Steps) {
    let counts: [(&str, u128); 12] = [
        ("192.168.1.0/24", 254),
        ("10.0.0.0/8", 16_777_214),
        ("10.0.0.0/30", 2),
        ("10.0.0.0/31", 2),
        ("10.0.0.1/32", 1),
        ("10.0.0.1", 1),
        ("0.0.0.0/0", 4_294_967_294),
        ("2001:db8::/64", 1 << 64),
        ("2001:db8::/127", 2),
        ("::1", 1),
        ("::/1", 1 << 127),
        ("::/0", u128::MAX),
    ];
    for (text, expected) in counts {
        let subnet = parsed(&steps, text);
        steps.step(format!("count the hosts of {text}"));
        steps.equal(
            format!("hosts of {text}"),
            &subnet.hosts(),
            &expected,
        );
    }
}

pub fn what_is_no_subnet_is_refused(steps: Steps) {
    let addresses = [
        "",
        "010.0.0.1",
        "127.1",
        "256.0.0.1",
        "1.2.3.4.",
        "1.2.3",
        " 1.2.3.4",
        "1.2.3.4 ",
        "+1.2.3.4",
        "0x7f.0.0.1",
        "2130706433",
        "1.2.3.4.5",
        "::g",
        "fe80::1%eth0",
        "[::1]",
        "/8",
        "/",
        "10/8",
        "localhost/8",
        "1.2.3.4,8",
        "1.2.3.4 /8",
        "1.2.3.4\n",
        ":::1",
    ];
    for text in addresses {
        steps.step(format!("read {text:?}"));
        let error =
            steps.refuses(format!("{text:?}"), text.parse::<Subnet>());
        steps.variant("the error", &error, &["Address"]);
    }
    let prefixes = [
        "33",
        "256",
        "-1",
        "+8",
        "",
        " 8",
        "8 ",
        "x",
        "4294967304",
        "18446744073709551624",
        "255.0.0.0",
        "0x8",
        "8.0",
        "\u{ff18}",
    ];
    for prefix in prefixes {
        let text = format!("10.0.0.0/{prefix}");
        steps.step(format!("read {text:?}"));
        let error =
            steps.refuses(format!("{text:?}"), text.parse::<Subnet>());
        steps.variant("the error", &error, &["Prefix"]);
    }
    for text in [
        "::1/129",
        "::1/256",
        "::1/",
        "::ffff:10.0.0.0/33",
        "::ffff:10.0.0.0/104",
    ] {
        steps.step(format!("read {text:?}"));
        let error =
            steps.refuses(format!("{text:?}"), text.parse::<Subnet>());
        steps.variant("the error", &error, &["Prefix"]);
    }
    // Where both are wrong, or the slash could be either of two,
    // either may be named.
    for text in ["10.0.0/33", "10.0.0.0/8/8", "10.0.0.0//8", "::1/8/"] {
        steps.step(format!("read {text:?}"));
        steps.refuses(format!("{text:?}"), text.parse::<Subnet>());
    }
}

fn expect_parts(
    steps: &Steps,
    text: &str,
    network: IpAddr,
    prefix: u32,
) {
    let subnet = parsed(steps, text);
    steps.equal("its network", &subnet.network(), &network);
    steps.equal("its prefix", &u32::from(subnet.prefix()), &prefix);
}

fn expect_contained(
    steps: &Steps,
    subnet: &str,
    address: &str,
    expected: bool,
) {
    let parsed = parsed(steps, subnet);
    steps.step(format!("is {address} in {subnet}?"));
    steps.equal(address, &parsed.contains(ip(address)), &expected);
}

fn parsed(steps: &Steps, text: &str) -> Subnet {
    steps.step(format!("read {text:?}"));
    steps.succeeds(text, text.parse::<Subnet>())
}
