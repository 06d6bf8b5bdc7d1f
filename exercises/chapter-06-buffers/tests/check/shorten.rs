//! The check of `shorten`.

use buffers::shorten;
use lab::Steps;

pub fn between_characters(steps: Steps) {
    for (text, limit, expected) in [
        ("Grüße", 10, "Grüße"),
        ("Grüße", 7, "Grüße"),
        ("Grüße", 6, "Grüß"),
        ("Grüße", 5, "Grü"),
        ("Grüße", 4, "Grü"),
        ("Grüße", 3, "Gr"),
        ("Grüße", 2, "Gr"),
        ("Grüße", 0, ""),
        ("🦀🦀", 8, "🦀🦀"),
        ("🦀🦀", 7, "🦀"),
        ("🦀🦀", 5, "🦀"),
        ("🦀🦀", 4, "🦀"),
        ("🦀🦀", 3, ""),
        ("🦀🦀", 1, ""),
        ("", 0, ""),
        ("", 5, ""),
        ("plain", 3, "pla"),
        ("one two", 4, "one "),
        ("one\r\n", 5, "one\r\n"),
        ("\0\0\0", 2, "\0\0"),
        ("plain", usize::MAX, "plain"),
        // Its lower 32 bits are zero.
        ("plain", usize::MAX / 2 + 1, "plain"),
        // What people call one character may be several.
        ("e\u{301}", 2, "e"),
        ("a\r\nb", 2, "a\r"),
        ("🇩🇪", 7, "🇩"),
        ("👩\u{200d}🚀", 7, "👩\u{200d}"),
    ] {
        steps.step(format!("shorten {text:?} to {limit} bytes"));
        steps.equal("the text", &shorten(text, limit), &expected);
    }
    for c in ["a", "é", "€", "🦀"] {
        let text = c.repeat(70_000);
        for limit in
            [127, 128, 254, 255, 256, 257, 65_535, 65_536, 65_537]
        {
            steps
                .step(format!("shorten 70,000 {c:?} to {limit} bytes"));
            let length = shorten(&text, limit).len();
            let expected = limit / c.len() * c.len();
            steps.equal("bytes of the text", &length, &expected);
        }
    }
}
