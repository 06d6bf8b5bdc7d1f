//! Hosts and ports.

use addresses::{Endpoint, Host};
use lab::Steps;

use crate::ip;

pub fn an_endpoint_finds_its_port_behind_the_brackets(steps: Steps) {
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
        steps.equal(format!("host of {text}"), &endpoint.host, &host);
        steps.equal(format!("port of {text}"), &endpoint.port, &port);
    }
    // The default is the caller's, and only for a text without a
    // port.
    for default in [0, 1, 80, u16::MAX] {
        for (text, port) in [
            ("example.org", default),
            ("192.0.2.1", default),
            ("[::1]", default),
            ("example.org:0", 0),
            ("192.0.2.1:8080", 8080),
            ("[::1]:443", 443),
        ] {
            steps.step(format!(
                "read {text:?}, where the default port is {default}"
            ));
            let endpoint =
                steps.succeeds(text, Endpoint::parse(text, default));
            steps.equal(
                format!("port of {text}"),
                &endpoint.port,
                &port,
            );
        }
    }
    for text in ["[::1]:80", "192.0.2.1:0", "example.org:65535"] {
        steps.step(format!("read {text:?}, and write it"));
        let endpoint =
            steps.succeeds(text, Endpoint::parse(text, 4001));
        steps.equal("the text", &endpoint.to_string().as_str(), &text);
    }
    let no_host = [
        "",
        "4002",
        "*",
        "*:80",
        "[",
        "]",
        "[]",
        "[]:80",
        "[:80",
        "[::1",
        "[::1:80",
        "[[::1]]:80",
        "[ ::1]:80",
        "[fe80::1%eth0]:80",
        "[example.org]:80",
        "[127.0.0.1]:80",
        // What follows the bracket is no port without a colon.
        "[::1]80",
        "[::1]x:80",
        "[::1] :80",
        "192.0.2.1.",
        "192.0.2.256:80",
        ":80",
        "a b:80",
        " example.org",
        "example.org ",
        "example.org :80",
        " [::1]:80",
        " 192.0.2.1",
        "127.1:80",
        "010.0.0.1:80",
        "example..org",
        "example.org.",
        // A link holds more than a host and a port.
        "user@example.org",
        "user@example.org:80",
        "@example.org",
        "example.org/",
        "example.org/path:80",
        "//example.org",
        "example.org?",
        "example.org#",
        "\"example.org\":80",
    ];
    for text in no_host {
        steps.step(format!("read {text:?}, which names no host"));
        let error = steps
            .refuses(format!("{text:?}"), Endpoint::parse(text, 4001));
        steps.variant("the error", &error, &["Host"]);
    }
    // Of too many colons, host or port may get the blame.
    for text in [
        "::1",
        "::1:80",
        "::1]:80",
        "2001:db8::1",
        "2001:db8:0:0:0:0:0:1",
        "fe80::1",
        "::ffff:192.0.2.1",
        "a:80:90",
        "http://example.org",
        "user:secret@example.org",
        "user:secret@example.org:80",
    ] {
        steps.step(format!("read {text:?}"));
        steps.refuses(format!("{text:?}"), Endpoint::parse(text, 4001));
    }
}

pub fn a_port_is_sixteen_bits(steps: Steps) {
    for port in [0, 1, 80, 65535] {
        let text = format!("192.0.2.1:{port}");
        steps.step(format!("read {text:?}"));
        let endpoint =
            steps.succeeds(&text, Endpoint::parse(&text, 4001));
        steps.equal(format!("port of {text}"), &endpoint.port, &port);
    }
    for port in [
        "65536",
        "70000",
        "-1",
        "-0",
        "+0",
        "+80",
        "",
        "4294967376",
        "99999999999999999999",
        "8o",
        "0x50",
        "8.0",
        " 80",
        "80 ",
        "80/",
        "80?",
        "80#",
        "80,",
        "80/index.html",
        "\"80\"",
        "\u{ff18}\u{ff10}",
    ] {
        let text = format!("192.0.2.1:{port}");
        steps.step(format!("read {text:?}"));
        let error = steps
            .refuses(format!("{text:?}"), Endpoint::parse(&text, 4001));
        steps.variant("the error", &error, &["Port"]);
    }
    // After a colon there must be a port, whatever the host is.
    for text in [
        "[::1]:",
        "example.org:",
        "[::1]:65536",
        "[::1]:+80",
        "[::1]:80:80",
        "[::1]:x",
        "[::1]:-0",
        "[::1]:80/",
        "example.org:80/",
        "example.org:99999",
        "example.org:http",
    ] {
        steps.step(format!("read {text:?}"));
        let error = steps
            .refuses(format!("{text:?}"), Endpoint::parse(text, 4001));
        steps.variant("the error", &error, &["Port"]);
    }
}

pub fn a_server_is_on_loopback_unless_told_otherwise(steps: Steps) {
    let cases = [
        ("", "127.0.0.1:4001"),
        (":80", "127.0.0.1:80"),
        ("localhost", "127.0.0.1:4001"),
        ("localhost:80", "127.0.0.1:80"),
        ("LocalHost:80", "127.0.0.1:80"),
        ("192.0.2.1", "192.0.2.1:4001"),
        (":65535", "127.0.0.1:65535"),
        ("[2001:db8::1]:65535", "[2001:db8::1]:65535"),
        ("127.0.0.2:80", "127.0.0.2:80"),
        ("0.0.0.0:80", "0.0.0.0:80"),
        ("[::]:80", "[::]:80"),
        ("[::1]", "[::1]:4001"),
    ];
    for (text, expected) in cases {
        steps.step(format!("listen on {text:?}, default port 4001"));
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
    steps.step("listen on \"\" and \"[::]\", default port 80");
    for (text, expected) in [("", "127.0.0.1:80"), ("[::]", "[::]:80")]
    {
        let address =
            steps.succeeds(text, Endpoint::listening(text, 80));
        steps.equal(
            "address",
            &address.to_string().as_str(),
            &expected,
        );
    }
    // No other name is an address of this machine, and no star or
    // number stands for all of them.
    let hosts = [
        "example.org",
        "example.org:80",
        "a.localhost",
        "a.localhost:80",
        "localhost.localdomain",
        "localhost.",
        "mylocalhost:80",
        " localhost",
        " ",
        "[localhost]:80",
        "*",
        "*:80",
        "4002",
        "0:80",
        "[::1]80",
    ];
    let ports = [
        ":",
        ":65536",
        ":x",
        ":+80",
        ":80 ",
        "127.0.0.1:",
        "[::]:",
        "localhost:",
        "localhost:99999",
    ];
    let hosts = hosts.map(|text| (text, "Host"));
    let ports = ports.map(|text| (text, "Port"));
    for (text, kind) in hosts.into_iter().chain(ports) {
        let wrong = kind.to_lowercase();
        steps.step(format!(
            "listen on {text:?}, whose {wrong} is wrong"
        ));
        let error = steps.refuses(
            format!("{text:?}"),
            Endpoint::listening(text, 4001),
        );
        steps.variant("the error", &error, &[kind]);
    }
    for text in ["::1", "::", "::1:80", "fe80::1"] {
        steps.step(format!("listen on {text:?}"));
        steps.refuses(
            format!("{text:?}"),
            Endpoint::listening(text, 4001),
        );
    }
}
