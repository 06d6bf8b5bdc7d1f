//! The checks of chapter 1. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-1`.

use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use addresses::{AllowList, Endpoint, Host, Scope, Subnet};
use lab::server::{Program, Server};
use lab::{Steps, check};

/// The listener, whichever tree it is built from.
const LISTENER: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-1"),
    option_env!("CARGO_BIN_EXE_chapter-1-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

/// Ends a wait for something that does not come; nothing depends on it.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn loopback_is_a_whole_block() {
    check(|steps| {
        let inside = [
            "127.0.0.1",
            "127.0.0.2",
            "127.0.0.0",
            "127.255.255.255",
            "::1",
        ];
        expect_scopes(
            &steps,
            &inside.map(|text| (text, Scope::Loopback)),
        );
        expect_scopes(
            &steps,
            &[
                ("126.255.255.255", Scope::Public),
                ("128.0.0.0", Scope::Public),
                ("::", Scope::Unspecified),
                ("::2", Scope::Reserved),
            ],
        );
    });
}

#[test]
fn private_blocks_have_exact_edges() {
    check(|steps| {
        expect_scopes(
            &steps,
            &[
                ("9.255.255.255", Scope::Public),
                ("10.0.0.0", Scope::Private),
                ("10.255.255.255", Scope::Private),
                ("11.0.0.0", Scope::Public),
                ("100.1.2.3", Scope::Public),
                ("172.15.255.255", Scope::Public),
                ("172.16.0.0", Scope::Private),
                ("172.31.255.255", Scope::Private),
                ("172.32.0.0", Scope::Public),
                ("192.167.255.255", Scope::Public),
                ("192.168.0.0", Scope::Private),
                ("192.168.255.255", Scope::Private),
                ("192.169.0.0", Scope::Public),
            ],
        );
    });
}

#[test]
fn every_special_block_has_its_scope() {
    check(|steps| {
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
                ("1fff::1", Scope::Reserved),
                ("2000::1", Scope::Public),
                ("2003::1", Scope::Public),
                ("3fff:ffff::1", Scope::Public),
                ("4000::1", Scope::Reserved),
                ("2002:a00:1::", Scope::Reserved),
                ("64:ff9b::a00:1", Scope::Reserved),
                ("2606:4700:4700::1111", Scope::Public),
                ("8.8.8.8", Scope::Public),
                ("1.1.1.1", Scope::Public),
            ],
        );
    });
}

#[test]
fn a_mapped_address_has_the_scope_of_its_ipv4_address() {
    check(|steps| {
        expect_scopes(
            &steps,
            &[
                ("::ffff:127.0.0.1", Scope::Loopback),
                ("::ffff:10.0.0.1", Scope::Private),
                ("::ffff:169.254.169.254", Scope::LinkLocal),
                ("::ffff:8.8.8.8", Scope::Public),
            ],
        );
    });
}

#[test]
fn a_subnet_masks_its_base() {
    check(|steps| {
        let subnet = parsed(&steps, "192.168.1.5/24");
        steps.equal(
            "its network",
            &subnet.network(),
            &ip("192.168.1.0"),
        );
        steps.equal("its prefix", &subnet.prefix(), &24);
        expect_contained(
            &steps,
            "192.168.1.5/24",
            "192.168.1.77",
            true,
        );
        expect_contained(
            &steps,
            "192.168.1.5/24",
            "192.168.2.5",
            false,
        );
        let subnet = parsed(&steps, "2001:db8::5/64");
        steps.equal(
            "its network",
            &subnet.network(),
            &ip("2001:db8::"),
        );
        expect_contained(
            &steps,
            "2001:db8::5/64",
            "2001:db8::77",
            true,
        );
    });
}

#[test]
fn a_subnet_ends_exactly_at_its_edges() {
    check(|steps| {
        // A wrong byte order shows in addresses whose bytes differ.
        let v4 = Ipv4Addr::new(172, 30, 7, 129);
        for prefix in 0..=32_u32 {
            let text = format!("{v4}/{prefix}");
            let flipped = |bit: u32| {
                Ipv4Addr::from_bits(v4.to_bits() ^ (1 << (31 - bit)))
            };
            if prefix > 0 {
                let last_inside = flipped(prefix - 1).to_string();
                expect_contained(&steps, &text, &last_inside, false);
            }
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
        for prefix in 0..=128_u32 {
            let text = format!("{v6}/{prefix}");
            let flipped = |bit: u32| {
                Ipv6Addr::from_bits(v6.to_bits() ^ (1 << (127 - bit)))
            };
            if prefix > 0 {
                let last_inside = flipped(prefix - 1).to_string();
                expect_contained(&steps, &text, &last_inside, false);
            }
            if prefix < 128 {
                expect_contained(
                    &steps,
                    &text,
                    &flipped(prefix).to_string(),
                    true,
                );
            }
        }
    });
}

#[test]
fn a_prefix_of_zero_contains_everything() {
    check(|steps| {
        for address in ["0.0.0.0", "8.8.8.8", "255.255.255.255"] {
            expect_contained(&steps, "0.0.0.0/0", address, true);
            expect_contained(&steps, "10.1.2.3/0", address, true);
        }
        for address in ["::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]
        {
            expect_contained(&steps, "::/0", address, true);
        }
        expect_contained(&steps, "10.1.2.3/32", "10.1.2.3", true);
        expect_contained(&steps, "10.1.2.3/32", "10.1.2.2", false);
        expect_contained(&steps, "10.1.2.3", "10.1.2.3", true);
        expect_contained(&steps, "10.1.2.3", "10.1.2.2", false);
        expect_contained(&steps, "::1", "::1", true);
        expect_contained(&steps, "::1", "::", false);
    });
}

#[test]
fn a_mapped_address_is_judged_as_ipv4() {
    check(|steps| {
        expect_contained(&steps, "10.0.0.0/8", "::ffff:10.1.2.3", true);
        expect_contained(
            &steps,
            "10.0.0.0/8",
            "::ffff:11.1.2.3",
            false,
        );
        expect_contained(
            &steps,
            "127.0.0.0/8",
            "::ffff:127.0.0.1",
            true,
        );
        expect_contained(&steps, "10.0.0.0/8", "a01:203::", false);
        expect_contained(&steps, "2001:db8::/32", "32.1.13.184", false);
        expect_contained(&steps, "::ffff:10.1.2.3", "10.1.2.3", true);
        expect_contained(
            &steps,
            "::ffff:10.1.2.3",
            "::ffff:10.1.2.3",
            true,
        );
    });
}

#[test]
fn an_address_of_the_other_family_is_outside() {
    check(|steps| {
        // A long IPv6 prefix has more bits than an IPv4 address.
        for subnet in ["2001:db8::/64", "::1/128", "::/0", "::/96"] {
            expect_contained(&steps, subnet, "127.0.0.1", false);
            expect_contained(&steps, subnet, "::ffff:127.0.0.1", false);
        }
        for subnet in ["127.0.0.0/8", "0.0.0.0/0", "0.0.0.0/32"] {
            expect_contained(&steps, subnet, "::1", false);
            expect_contained(&steps, subnet, "::", false);
        }
    });
}

#[test]
fn the_hosts_of_a_subnet_are_counted() {
    check(|steps| {
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
    });
}

#[test]
fn what_is_no_subnet_is_refused() {
    check(|steps| {
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
        ];
        for text in addresses {
            steps.step(format!("read {text:?}"));
            let error = steps
                .refuses(format!("{text:?}"), text.parse::<Subnet>());
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
            "8/8",
            "x",
            "4294967304",
        ];
        for prefix in prefixes {
            let text = format!("10.0.0.0/{prefix}");
            steps.step(format!("read {text:?}"));
            let error = steps
                .refuses(format!("{text:?}"), text.parse::<Subnet>());
            steps.variant("the error", &error, &["Prefix"]);
        }
        for text in ["::1/129", "10.0.0.0/8/8", "::ffff:10.0.0.0/104"] {
            steps.step(format!("read {text:?}"));
            steps.refuses(format!("{text:?}"), text.parse::<Subnet>());
        }
    });
}

#[test]
fn an_allow_list_compares_addresses_and_not_text() {
    check(|steps| {
        let list = "10.0.0.0/8, 192.168.1.7 2001:DB8::/32,fe80::/10";
        let list = allowed(&steps, list);
        let peers = [
            ("10.200.3.4", true),
            ("100.0.0.1", false),
            ("192.168.1.7", true),
            ("192.168.1.77", false),
            ("::ffff:10.0.0.1", true),
            ("2001:db8:0:0:0:0:0:1", true),
            ("2001:db8:ffff::", true),
            ("2001:db80::1", false),
            ("febf::1", true),
            ("fec0::1", false),
        ];
        for (peer, expected) in peers {
            steps.step(format!("may {peer} enter?"));
            steps.equal(peer, &list.admits(ip(peer)), &expected);
        }
    });
}

#[test]
fn one_bad_entry_refuses_the_whole_list() {
    check(|steps| {
        for text in
            ["10.0.0.0/8, 10.0.0.0/33", "10.0.0.0/8,nonsense", "127.1"]
        {
            steps.step(format!("read the list {text:?}"));
            steps.refuses(
                format!("{text:?}"),
                text.parse::<AllowList>(),
            );
        }
        for text in ["", "  ", " , "] {
            let list = allowed(&steps, text);
            steps.step("may 127.0.0.1 enter an empty list?");
            steps.equal(
                "127.0.0.1",
                &list.admits(ip("127.0.0.1")),
                &false,
            );
        }
    });
}

#[test]
fn an_endpoint_finds_its_port_behind_the_brackets() {
    check(|steps| {
        let v6 = |text: &str| Host::Address(ip(text));
        let name = |text: &str| Host::Name(text.to_owned());
        let cases = [
            ("[::1]:80", v6("::1"), 80),
            ("[2001:db8::1]", v6("2001:db8::1"), 4001),
            ("192.0.2.1:443", v6("192.0.2.1"), 443),
            ("192.0.2.1", v6("192.0.2.1"), 4001),
            ("example.org:8080", name("example.org"), 8080),
            ("Example.ORG", name("example.org"), 4001),
        ];
        for (text, host, port) in cases {
            steps.step(format!("read {text:?}, default port 4001"));
            let endpoint =
                steps.succeeds(text, Endpoint::parse(text, 4001));
            steps.equal(
                format!("host of {text}"),
                &endpoint.host,
                &host,
            );
            steps.equal(
                format!("port of {text}"),
                &endpoint.port,
                &port,
            );
        }
        let refused = [
            "",
            ":80",
            "::1",
            "::1:80",
            "[::1",
            "[::1]80",
            "[::1]x:80",
            "[]:80",
            "[127.0.0.1]:80",
            "a b:80",
            "127.1:80",
            "010.0.0.1:80",
            "example..org",
            "a:80:90",
        ];
        for text in refused {
            steps.step(format!("read {text:?}"));
            steps.refuses(
                format!("{text:?}"),
                Endpoint::parse(text, 4001),
            );
        }
    });
}

#[test]
fn a_port_is_sixteen_bits() {
    check(|steps| {
        for port in [0, 1, 80, 65535] {
            let text = format!("192.0.2.1:{port}");
            steps.step(format!("read {text:?}"));
            let endpoint =
                steps.succeeds(&text, Endpoint::parse(&text, 4001));
            steps.equal(
                format!("port of {text}"),
                &endpoint.port,
                &port,
            );
        }
        for port in [
            "65536",
            "70000",
            "-1",
            "+80",
            "",
            "4294967376",
            "8o",
            " 80",
        ] {
            let text = format!("192.0.2.1:{port}");
            steps.step(format!("read {text:?}"));
            let error = steps.refuses(
                format!("{text:?}"),
                Endpoint::parse(&text, 4001),
            );
            steps.variant("the error", &error, &["Port"]);
        }
    });
}

#[test]
fn a_server_is_on_loopback_unless_told_otherwise() {
    check(|steps| {
        let cases = [
            ("", "127.0.0.1:4001"),
            (":80", "127.0.0.1:80"),
            ("localhost", "127.0.0.1:4001"),
            ("localhost:80", "127.0.0.1:80"),
            ("127.0.0.2:80", "127.0.0.2:80"),
            ("0.0.0.0:80", "0.0.0.0:80"),
            ("[::]:80", "[::]:80"),
            ("[::1]", "[::1]:4001"),
        ];
        for (text, expected) in cases {
            steps
                .step(format!("listen on {text:?}, default port 4001"));
            let address = steps.succeeds(
                format!("{text:?}"),
                Endpoint::listening(text, 4001),
            );
            steps.equal(
                "address",
                &address.to_string().as_str(),
                &expected,
            );
        }
        for text in ["example.org:80", ":", ":65536", "::1"] {
            steps.step(format!("listen on {text:?}"));
            steps.refuses(
                format!("{text:?}"),
                Endpoint::listening(text, 4001),
            );
        }
    });
}

#[test]
fn port_zero_lets_the_system_choose() {
    check(|steps| {
        for text in ["127.0.0.1:0", ":0", "localhost:0"] {
            steps
                .step(format!("listen on {text:?}, default port 4001"));
            let address =
                steps.succeeds(text, Endpoint::listening(text, 4001));
            steps.equal(format!("port of {text}"), &address.port(), &0);
        }
        steps.step(
            "start the listener twice at the same time, on port 0",
        );
        let (one, other) = (
            listener(&steps, ":0", "::1"),
            listener(&steps, ":0", "::1"),
        );
        let differ = one.address().port() != other.address().port();
        steps.holds("the two have ports of their own", differ);
    });
}

#[test]
fn the_listener_tells_every_peer_who_it_is() {
    check(|steps| {
        steps.step("start the listener, admitting 127.0.0.0/8");
        let server = listener(&steps, ":0", "127.0.0.0/8");
        steps.repeat_with("cargo run -p chapter-1, then: curl telnet://127.0.0.1:4001");
        steps.step("connect, and leave without a word");
        drop(
            steps.succeeds(
                "connect",
                TcpStream::connect(server.address()),
            ),
        );
        for peer in 1..=3 {
            steps.step(format!(
                "connect as peer {peer} and read to the end"
            ));
            let (me, answer) = greeting(&steps, server.address());
            let expected = format!(
                "You are 127.0.0.1, port {} (loopback). You may enter.\n",
                me.port()
            );
            steps.equal("the answer", &answer, &expected);
        }
        steps.step("start the listener, admitting 10.0.0.0/8 only");
        let server = listener(&steps, ":0", "10.0.0.0/8");
        steps.step("connect from 127.0.0.1 and read to the end");
        let (_, answer) = greeting(&steps, server.address());
        let turned_away = answer.ends_with("You may not enter.\n");
        steps.holds(
            format!("{answer:?} turns the peer away"),
            turned_away,
        );
    });
}

fn expect_scopes(steps: &Steps, cases: &[(&str, Scope)]) {
    for (text, expected) in cases {
        steps.step(format!("find the scope of {text}"));
        steps.equal(text, &Scope::of(ip(text)), expected);
    }
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

fn allowed(steps: &Steps, text: &str) -> AllowList {
    steps.step(format!("read the list {text:?}"));
    steps.succeeds(format!("{text:?}"), text.parse::<AllowList>())
}

fn listener(steps: &Steps, address: &str, list: &str) -> Server {
    let started =
        Program::new(LISTENER).args([address, list]).start(PATIENCE);
    match started {
        Ok(server) => server,
        Err(error) => {
            steps.fail("a listener that says where it listens", error)
        }
    }
}

/// Who we are to the listener, and all that it says.
fn greeting(
    steps: &Steps,
    address: SocketAddr,
) -> (SocketAddr, String) {
    let mut stream =
        steps.succeeds("connect", TcpStream::connect(address));
    let me = steps.succeeds("our own address", stream.local_addr());
    steps.succeeds(
        "set a time limit",
        stream.set_read_timeout(Some(PATIENCE)),
    );
    let mut answer = String::new();
    steps.succeeds(
        "read to the end",
        stream.read_to_string(&mut answer),
    );
    (me, answer)
}

fn ip(text: &str) -> IpAddr {
    text.parse()
        .expect("every address of a check is written right")
}
