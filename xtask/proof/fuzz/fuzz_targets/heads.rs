//! Chapter 4's heads on any bytes: a head, an error, or a wish for more; never
//! another answer because more bytes follow; and what was read can be written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use messages::{
    HeadLimits, Kind, RequestLine, body_length, parameter, parse_head, resource_path,
};

fuzz_target!(|bytes: &[u8]| {
    let limits = HeadLimits {
        bytes: 4096,
        fields: 20,
    };
    let Ok(Some((head, length))) = parse_head(bytes, &limits) else {
        return;
    };
    assert!(length <= bytes.len() && length <= limits.bytes);
    assert!(bytes[..length].ends_with(b"\r\n\r\n"));
    assert!(head.fields.iter().len() <= limits.fields);
    for come in 0..length.min(64) {
        assert!(matches!(parse_head(&bytes[..come], &limits), Ok(None)));
    }
    let mut again = format!("{}\r\n", head.start);
    for (name, value) in head.fields.iter() {
        again.extend([name, ":", value, "\r\n"]);
        // An error here is an answer too.
        let _ = parameter(value, "name");
    }
    again.push_str("\r\n");
    let limits = HeadLimits::default();
    let read = parse_head(again.as_bytes(), &limits);
    let (read, length) = read.expect("it was read").expect("it is whole");
    assert_eq!((read.start, length), (head.start.clone(), again.len()));
    assert!(read.fields.iter().eq(head.fields.iter()));

    let _ = body_length(&head.fields, Kind::Request);
    if let Ok(line) = head.start.parse::<RequestLine>()
        && let Ok(path) = resource_path(&line.target)
    {
        let path = path.as_path();
        assert!(path.is_relative());
        let normal = |part| matches!(part, std::path::Component::Normal(_));
        assert!(path.components().all(normal), "{path:?}");
    }
});
