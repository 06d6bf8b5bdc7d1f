//! Names in a message.

use lab::Steps;
use names::{Name, NameError, read_name};

use crate::wire::{Wire, name};

/// How many labels of one letter a name of 255 octets has.
const MOST_LABELS: usize = 127;

/// Reads the name at `at`, and expects it and what follows it.
fn expect(
    steps: &Steps,
    wire: &Wire,
    at: usize,
    text: &str,
    after: usize,
) {
    steps.step(format!("read {text:?} at byte {at}"));
    let read = read_name(&wire.bytes, at);
    let (seen, next) = steps.succeeds("the name", read);
    steps.equal("the name", &seen, &name(steps, text));
    steps.equal("the offset of what follows", &next, &after);
}

/// Reads what isn't a name, and gives the error.
fn refused(
    steps: &Steps,
    what: &str,
    wire: &Wire,
    at: usize,
) -> NameError {
    steps.step(format!("read {what}, at byte {at}"));
    steps.refuses(what, read_name(&wire.bytes, at))
}

pub fn a_name_is_read_label_by_label(steps: Steps) {
    let wire = Wire::default().raw(b"twelve bytes");
    let wire = wire.name("www.example.org").name("b").raw(&[0, 9]);
    expect(&steps, &wire, 12, "www.example.org", 29);
    expect(&steps, &wire, 29, "b", 32);
    expect(&steps, &wire, 32, "", 33);
    expect(&steps, &wire, 16, "example.org", 29);

    let label = "a".repeat(63);
    let three = format!("{label}.{label}.{label}");
    let longest = format!("{three}.{}", "b".repeat(61));
    let wire = Wire::default().name(&longest);
    expect(&steps, &wire, 0, &longest, 255);
    let wire = Wire::default().name(&format!("{longest}b"));
    let error = refused(&steps, "a name of 256 octets", &wire, 0);
    steps.equal("the error", &error, &NameError::TooLong);

    // The octets of a name are counted across its pointers.
    let rest = format!("{three}.{}", "b".repeat(59));
    let wire = Wire::default().name(&rest);
    let at = wire.here();
    let fits = wire.clone().labels("c").pointer(0);
    expect(&steps, &fits, at, &format!("c.{rest}"), at + 4);
    let long = wire.labels("cc").pointer(0);
    let what = "a name of 256 octets, with a pointer in it";
    let error = refused(&steps, what, &long, at);
    steps.equal("the error", &error, &NameError::TooLong);

    steps.step("read labels of any bytes");
    let wire = Wire::default().raw(b"\x03a.\xff\x01\x00\x00");
    let (seen, next) =
        steps.succeeds("the name", read_name(&wire.bytes, 0));
    let mut expected = Name::root();
    for label in [&b"a.\xff"[..], b"\x00"] {
        steps.succeeds("a label", expected.push_label(label));
    }
    steps.equal("the name", &seen, &expected);
    steps.equal("the offset of what follows", &next, &7);
}

pub fn the_next_field_follows_the_pointer(steps: Steps) {
    // 0: example.org, 13: www and a pointer, 19: a bare pointer,
    // 21: a label and a pointer to a pointer.
    let wire = Wire::default()
        .name("example.org")
        .labels("www")
        .pointer(0)
        .pointer(13)
        .labels("a")
        .pointer(19)
        .raw(b"what follows");
    expect(&steps, &wire, 13, "www.example.org", 19);
    expect(&steps, &wire, 19, "www.example.org", 21);
    expect(&steps, &wire, 21, "a.www.example.org", 25);
    expect(&steps, &wire, 0, "example.org", 13);

    let mut wire = Wire::default().name("end");
    for _ in 0..10 {
        let last = wire.here().saturating_sub(2);
        let last = if last < 5 { 0 } else { last };
        wire = wire.pointer(last);
    }
    let last = wire.here() - 2;
    expect(&steps, &wire, last, "end", last + 2);

    // The root is a name as well: 13 is behind a whole name.
    let wire = Wire::default().name("example.org");
    let wire = wire.pointer(12).labels("www").pointer(12);
    let wire = wire.raw(b"what follows");
    expect(&steps, &wire, 13, "", 15);
    expect(&steps, &wire, 15, "www", 21);

    // As many pointers as a name can have labels: each label is
    // followed by a pointer to the rest.
    let mut wire = Wire::default().name("a");
    let mut piece = 0;
    for _ in 1..MOST_LABELS {
        let at = wire.here();
        wire = wire.labels("a").pointer(piece);
        piece = at;
    }
    let text = ["a"; MOST_LABELS].join(".");
    let after = wire.here();
    expect(&steps, &wire, piece, &text, after);

    // No pointer leads to an offset above 16,383, but names may
    // stand there: over TCP a message has up to 65,535 bytes.
    let far = 65_500;
    let wire = Wire::default().name("example.org");
    let mut wire = wire.labels("www").pointer(0);
    wire.bytes.resize(far, 0xFF);
    let wire = wire.labels("ftp").pointer(13).raw(b"what follows");
    expect(&steps, &wire, far, "ftp.www.example.org", far + 6);
}

pub fn a_pointer_holds_fourteen_bits(steps: Steps) {
    for offset in [12, 0xFF, 0x100, 0x234, 0x1F0C, 0x3FF0] {
        let wire = Wire::default().raw(&vec![0; offset]);
        let wire = wire.name("far.example").labels("www");
        let (at, wire) = (wire.here() - 4, wire.pointer(offset));
        expect(&steps, &wire, at, "www.far.example", at + 6);
    }
}

pub fn a_pointer_only_leads_backwards(steps: Steps) {
    let forwards = Wire::default().pointer(2).name("later");
    let itself = Wire::default().name("a").pointer(3);
    let middle = Wire::default().name("a").pointer(4).raw(b"b\0");
    let far = Wire::default().name("a").pointer(0x3FFF);
    let own = Wire::default().name("a").labels("b").pointer(3);
    let past = Wire::default().labels("b").pointer(4).name("a");
    // In these the name begins after what it is led to, so all of
    // them stay before `at`. Only the first pointer is compared
    // with `at`; the next one, with where the first one led.
    let again = Wire::default().pointer(2).name("a").pointer(0);
    let own_again = Wire::default().labels("b").pointer(0).pointer(0);
    let inside =
        Wire::default().raw(b"\x03\x01x\x00").pointer(1).pointer(0);
    let third = Wire::default()
        .name("a")
        .pointer(5)
        .pointer(0)
        .pointer(3)
        .pointer(7);
    // What is read, where it begins, and where the pointer is
    // that is refused.
    let cases = [
        ("a pointer to what comes after it", forwards, 0, 0),
        ("a pointer to itself", itself, 3, 3),
        ("a pointer to its own second byte", middle, 3, 3),
        ("a pointer past the end", far, 3, 3),
        ("a pointer to the label before it", own, 3, 5),
        ("a label and a pointer forwards", past, 0, 2),
        ("a pointer back, and one forwards again", again, 5, 0),
        ("a pointer back, and one to its own label", own_again, 4, 2),
        ("a pointer back, and one into its own label", inside, 6, 4),
        ("two pointers back, and one forwards again", third, 9, 3),
    ];
    for (what, wire, at, pointer) in cases {
        let error = refused(&steps, what, &wire, at);
        steps.variant("the error", &error, &["Pointer"]);
        let expected = NameError::Pointer { at: pointer };
        steps.equal("where it is", &error, &expected);
    }
}

pub fn a_pointer_loop_ends_in_an_error(steps: Steps) {
    // Two pieces that each lead to the other: 12, and 14.
    let ring = Wire::default().raw(&[0; 12]).pointer(14).pointer(12);
    let itself = Wire::default().raw(&[0; 12]).pointer(12);
    let labels = Wire::default().labels("a").pointer(0);
    let pieces = Wire::default()
        .labels("a")
        .pointer(4)
        .labels("b")
        .pointer(0);
    let cases = [
        ("a pointer to itself", itself, 12),
        ("two pointers to each other", ring.clone(), 12),
        ("two pointers to each other", ring, 14),
        ("a label that leads to itself", labels, 0),
        ("two labels that lead to each other", pieces.clone(), 0),
        ("two labels that lead to each other", pieces, 4),
    ];
    for (what, wire, at) in cases {
        refused(&steps, what, &wire, at);
    }

    // The same, entered from behind: every target is before `at`,
    // and still the walk never ends.
    let at_itself = Wire::default().raw(&[0; 12]).pointer(12);
    let at_ring = Wire::default().raw(&[0; 12]).pointer(14).pointer(12);
    let pieces = Wire::default()
        .raw(&[0; 12])
        .pointer(15)
        .raw(&[0])
        .pointer(12);
    for (what, wire, target) in [
        ("a pointer to one that leads to itself", at_itself, 12),
        ("a pointer into a ring of two", at_ring.clone(), 12),
        ("a pointer to the second of the ring", at_ring, 14),
        ("a pointer into a ring with a gap", pieces, 15),
    ] {
        let at = wire.here();
        let wire = wire.pointer(target).raw(b"what follows");
        let error = refused(&steps, what, &wire, at);
        steps.variant("the error", &error, &["Pointer"]);
        let bare = wire.labels("www").pointer(at);
        let at = bare.here() - 6;
        let what = format!("a label and {what}");
        refused(&steps, &what, &bare, at);
    }

    steps.step("read a chain of 8000 pointers, each to the one before");
    let mut wire = Wire::default().raw(&[0, 0]);
    for index in 0..8000 {
        wire = wire.pointer(2 * index);
    }
    // Longer than any name needs, but with an end: it may be read
    // or refused.
    let read = read_name(&wire.bytes, 16_000);
    let is_root = read.is_ok_and(|(name, _)| name == Name::root());
    steps.note(format!("a chain of 8000 pointers is read: {is_root}"));
    steps.holds("it came to an end", true);
}

pub fn reserved_label_types_are_refused(steps: Steps) {
    for byte in [0x40, 0x41, 0x7F, 0x80, 0x81, 0xBF] {
        let wire = Wire::default().labels("a").raw(&[byte]);
        let wire = wire.raw(&[b'x'; 200]).raw(&[0]);
        let at = wire.here();
        let wire = wire.labels("b").pointer(0);
        for (what, at) in [
            ("a label and the byte", 0),
            ("the byte", 2),
            ("a pointer to a label and the byte", at),
        ] {
            let what = format!("{what} {byte:#x}");
            let error = refused(&steps, &what, &wire, at);
            steps.variant("the error", &error, &["Label"]);
            let expected = NameError::Label { at: 2 };
            steps.equal("where it is", &error, &expected);
        }
    }
}

pub fn a_cut_name_is_an_error(steps: Steps) {
    let whole = Wire::default().name("example.org").labels("www");
    let whole = whole.pointer(0);
    expect(&steps, &whole, 13, "www.example.org", 19);
    for end in 0..whole.here() {
        let mut cut = whole.clone();
        cut.bytes.truncate(end);
        let at = if end < 13 { 0 } else { 13 };
        let what = format!("the first {end} of 19 bytes");
        let error = refused(&steps, &what, &cut, at);
        steps.variant("the error", &error, &["Truncated"]);
        let expected = NameError::Truncated { at: end };
        steps.equal("where it is", &error, &expected);
    }
    // Past the end is nothing, however far that is.
    let end = whole.here();
    for at in [end, end + 1, 100, 1 << 16, usize::MAX - 1, usize::MAX] {
        let error = refused(&steps, "what is past the end", &whole, at);
        steps.variant("the error", &error, &["Truncated"]);
        let expected = NameError::Truncated { at: end };
        steps.equal("where it is", &error, &expected);
    }
}
