//! Allow lists.

use addresses::AllowList;
use lab::Steps;

use crate::ip;

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
    for between in
        [",", ", ", " ", "\t", "\n", "\r\n", ",\r\n", " ,\t", "\n\n"]
    {
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
    ] {
        steps.step(format!("read the list {text:?}"));
        steps.refuses(format!("{text:?}"), text.parse::<AllowList>());
    }
    for text in ["", "  ", " , ", ",", ",,", "\n", "\t,\r\n"] {
        let list = allowed(&steps, text);
        steps.step("may 127.0.0.1 enter an empty list?");
        steps.equal("127.0.0.1", &list.admits(ip("127.0.0.1")), &false);
    }
}

fn allowed(steps: &Steps, text: &str) -> AllowList {
    steps.step(format!("read the list {text:?}"));
    steps.succeeds(format!("{text:?}"), text.parse::<AllowList>())
}
