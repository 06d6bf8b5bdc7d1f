//! Allow lists.

use addresses::AllowList;
use lab::Steps;

use crate::ip;

/// How many subnets a long list holds.
const LONG: u32 = 6000;

pub fn an_allow_list_compares_addresses_and_not_text(steps: Steps) {
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
    // A list that somebody keeps in a file has lines.
    for between in [
        ",", ", ", " ", "\t", "\n", "\r\n", ",\r\n", " ,\t", "\n\n",
        "\r", ",\r,", "\t\r",
    ] {
        let text = ["10.0.0.0/8", "192.168.1.7", "::1"].join(between);
        for text in [text.clone(), format!("{between}{text}{between}")]
        {
            let list = allowed(&steps, &text);
            for (peer, expected) in [
                ("10.1.2.3", true),
                ("192.168.1.7", true),
                ("::1", true),
                ("192.168.1.8", false),
            ] {
                steps.step(format!("may {peer} enter {text:?}?"));
                steps.equal(peer, &list.admits(ip(peer)), &expected);
            }
        }
    }
    expect_all_entries(&steps);
    for (text, expected) in [
        ("10.1.2.3/8,::1", "10.0.0.0/8, ::1/128"),
        ("192.0.2.1", "192.0.2.1/32"),
        ("", "nobody"),
    ] {
        let list = allowed(&steps, text);
        steps.step(format!("write the list {text:?}"));
        steps.equal("the text", &list.to_string().as_str(), &expected);
    }
}

pub fn one_bad_entry_refuses_the_whole_list(steps: Steps) {
    for text in [
        "10.0.0.0/8, 10.0.0.0/33",
        "10.0.0.0/8,nonsense",
        "nonsense,10.0.0.0/8",
        "10.0.0.0/8,nonsense,::1",
        "10.0.0.0/8 nonsense",
        "10.0.0.0/8\nnonsense",
        "10.0.0.0/8;::1",
        "10.0.0.0/8|::1",
        "10.0.0.0 / 8",
        "*",
        "localhost",
        "127.1",
        // Other lists have comments, quotes and signs.
        "10.0.0.0/8,#",
        "10.0.0.0/8\n#office",
        "10.0.0.0/8\n# 192.168.1.7",
        "10.0.0.0/8,//",
        "10.0.0.0/8,//office",
        "10.0.0.0/8,/",
        "10.0.0.0/8,-",
        "10.0.0.0/8,--",
        "10.0.0.0/8,!10.0.0.1",
        "10.0.0.0/8,;",
        "10.0.0.0/8,.",
        "10.0.0.0/8,:",
        "\"10.0.0.0/8\"",
        "\"10.0.0.0/8\",\"::1\"",
        "'10.0.0.0/8'",
        "[10.0.0.0/8]",
        "<10.0.0.0/8>",
        "10.0.0.0/8,\"\"",
    ] {
        steps.step(format!("read the list {text:?}"));
        steps.refuses(format!("{text:?}"), text.parse::<AllowList>());
    }
    let long = format!("{},nonsense", long_list());
    steps.step(format!("read {LONG} subnets, then \"nonsense\""));
    steps.refuses("the long list", long.parse::<AllowList>());
    for text in ["", "  ", " , ", ",", ",,", "\n", "\r", "\t,\r\n"] {
        let list = allowed(&steps, text);
        steps.step("may 127.0.0.1 enter an empty list?");
        steps.equal("127.0.0.1", &list.admits(ip("127.0.0.1")), &false);
    }
}

/// Every entry counts: the wider and the narrower, and the last of
/// many.
fn expect_all_entries(steps: &Steps) {
    for text in [
        "10.0.0.0/24,10.0.0.0/8",
        "10.0.0.0/8,10.0.0.0/24",
        "10.0.0.0/8,10.1.0.0/16",
        "10.1.0.0/16,10.0.0.0/8",
        "10.0.0.0/32,10.0.0.0/8,10.0.0.0/31",
        "10.0.0.0/8,10.0.0.0/8",
    ] {
        let list = allowed(steps, text);
        for (peer, expected) in [
            ("10.0.0.0", true),
            ("10.200.3.4", true),
            ("11.0.0.0", false),
        ] {
            steps.step(format!(
                "may {peer} enter {text:?}, where blocks overlap?"
            ));
            steps.equal(peer, &list.admits(ip(peer)), &expected);
        }
    }
    steps.step(format!("read a list of {LONG} subnets"));
    let list = steps
        .succeeds("the long list", long_list().parse::<AllowList>());
    for index in
        [0, 15, 16, 63, 64, 254, 255, 256, 1023, 1024, LONG - 1]
    {
        let peer = format!("20.{}.{}.9", index / 256, index % 256);
        steps.step(format!(
            "may {peer} enter, as subnet {} of {LONG}?",
            index + 1
        ));
        steps.equal(&peer, &list.admits(ip(&peer)), &true);
    }
}

/// More than 64 KiB of subnets.
fn long_list() -> String {
    let subnet =
        |index| format!("20.{}.{}.0/24", index / 256, index % 256);
    let subnets: Vec<_> = (0..LONG).map(subnet).collect();
    subnets.join(",")
}

fn allowed(steps: &Steps, text: &str) -> AllowList {
    steps.step(format!("read the list {text:?}"));
    steps.succeeds(format!("{text:?}"), text.parse::<AllowList>())
}
