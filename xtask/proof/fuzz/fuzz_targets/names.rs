//! Chapter 2's decoder on any bytes: an answer or an error, and what was read can
//! be asked for again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use names::{Message, Name, encode_query, find_answer, read_name};

fuzz_target!(|bytes: &[u8]| {
    for at in 0..bytes.len().min(64) {
        if let Ok((_, next)) = read_name(bytes, at) {
            assert!(next > at && next <= bytes.len());
        }
    }
    let Ok(message) = Message::read(bytes) else {
        return;
    };
    // An error here is an answer too.
    let _ = find_answer(&message, &message.question);
    let query = encode_query(message.id, &message.question);
    let (name, _) = read_name(&query, 12).expect("a name that was read");
    assert_eq!(name, message.question.name);
    let shown = name.to_string();
    if !shown.contains('\\') {
        assert_eq!(shown.parse::<Name>().as_ref(), Ok(&name));
    }
});
