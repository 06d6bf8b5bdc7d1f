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
    ] {
        steps.step(format!("shorten {text:?} to {limit} bytes"));
        steps.equal("the text", &shorten(text, limit), &expected);
    }
}
