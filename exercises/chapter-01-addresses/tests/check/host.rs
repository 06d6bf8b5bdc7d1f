//! Hosts: addresses and names.

use addresses::{AddressError, Host};
use lab::Steps;

use crate::ip;

/// Names, and how they are kept.
const NAMES: [(&str, &str); 9] = [
    ("example.org", "example.org"),
    ("Example.ORG", "example.org"),
    ("localhost", "localhost"),
    ("a", "a"),
    ("a-b.c--d", "a-b.c--d"),
    ("1a.2b", "1a.2b"),
    ("1.2.3.x", "1.2.3.x"),
    ("4.example", "4.example"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"),
];

/// Texts that are neither an IPv4 address nor a name.
const REFUSED: [&str; 25] = [
    "",
    ".",
    "..",
    ".a",
    "a.",
    "a..b",
    "-",
    "-a.b",
    "a-.b",
    "a.-b",
    "a_b",
    "a b",
    " a",
    "a ",
    "a\n",
    "a/b",
    "a:80",
    "caf\u{e9}",
    "4",
    "127.1",
    "1.2.3.4.5",
    "256.0.0.1",
    "010.0.0.1",
    "a.1",
    "::1",
];

pub fn a_host_is_an_ipv4_address_or_a_name(steps: Steps) {
    for text in ["192.0.2.1", "0.0.0.0", "255.255.255.255"] {
        read(&steps, text, &Host::Address(ip(text)));
    }
    for (text, kept) in NAMES {
        read(&steps, text, &Host::Name(kept.to_owned()));
    }
    let (label, longer) = ("a".repeat(63), "a".repeat(64));
    let name = [label.as_str(); 3].join(".") + "." + &label[..61];
    read(&steps, &label, &Host::Name(label.clone()));
    read(&steps, &name, &Host::Name(name.clone()));
    let too_long = name.clone() + "a";
    let long = [&longer, &(label + "." + &longer), &too_long];
    let long = long.into_iter().map(String::as_str);
    for text in REFUSED.into_iter().chain(long) {
        steps.step(format!("read {text:?}"));
        let error = steps.refuses(text, text.parse::<Host>());
        let expected = AddressError::Host(text.to_owned());
        steps.equal("the error", &error, &expected);
    }
}

fn read(steps: &Steps, text: &str, expected: &Host) {
    steps.step(format!("read {text:?}"));
    let host = steps.succeeds(text, text.parse::<Host>());
    steps.equal("the host", &host, expected);
}
