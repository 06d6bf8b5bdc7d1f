//! Checks of `joined`.

use bytes::Bytes;
use futures_util::StreamExt;
use lab::Steps;
use lab::payload::Payload;
use lab::work::CallCounter;
use pipelines::{BoxError, Source, joined};

use crate::script::{Fault, Script, Then};
use crate::wait::ended;

const LEAST: usize = 1000;

/// What comes out of it: chunks, and the error that ends them.
async fn all(
    steps: &Steps,
    mut source: Source,
) -> (Vec<Bytes>, Option<BoxError>) {
    let mut chunks = Vec::new();
    loop {
        let next = source.next();
        match ended(steps, "the next chunk", next).await {
            None => return (chunks, None),
            Some(Ok(chunk)) => chunks.push(chunk),
            Some(Err(error)) => return (chunks, Some(error)),
        }
    }
}

/// Random bytes in chunks of these lengths, one after another.
fn cut(lengths: &[usize]) -> (Vec<u8>, Vec<Bytes>) {
    let sum = lengths.iter().sum::<usize>() as u64;
    let bytes = Payload::new(sum).bytes(0..sum);
    let mut rest = Bytes::from(bytes.clone());
    let chunks = lengths.iter().map(|length| rest.split_to(*length));
    (bytes, chunks.collect())
}

pub async fn short(steps: Steps) {
    let single = [1; 2500];
    let sevens = [7; 400];
    let almost = [LEAST - 1; 5];
    let cases: [(&str, &[usize]); 9] = [
        ("chunks of 1 byte", &single),
        ("chunks of 7 bytes", &sevens),
        ("chunks of 999 bytes", &almost),
        ("two chunks of 500 bytes", &[500, 500]),
        ("one chunk of 1 byte", &[1]),
        ("1 byte between chunks of 5000", &[5000, 1, 5000, 1, 5000]),
        ("empty chunks between others", &[0, 400, 0, 0, 700, 0]),
        ("nothing but an empty chunk", &[0]),
        ("no chunk", &[]),
    ];
    for (name, lengths) in cases {
        steps.step(name);
        let (bytes, chunks) = cut(lengths);
        let source = Script::new(chunks, Then::Ends).source();
        let (chunks, error) = all(&steps, joined(source, LEAST)).await;
        if let Some(error) = error {
            steps.fail("a good end", format!("{error:?}"));
        }
        steps.equal_bytes("the bytes", &chunks.concat(), &bytes);
        let Some((last, others)) = chunks.split_last() else {
            continue;
        };
        let shortest = others.iter().map(Bytes::len).min();
        let shortest = shortest.unwrap_or(LEAST);
        let what = "bytes of the shortest chunk but the last";
        steps.at_least(what, shortest, LEAST);
        steps.at_least("bytes of the last chunk", last.len(), 1);
    }
    no_further(&steps).await;
}

/// It takes what it needs for one chunk, when it's asked for it.
async fn no_further(steps: &Steps) {
    steps.step("look at the source before and after the first chunk");
    let taken = CallCounter::new();
    let source = Script::of(100, 300, Then::Waits).counted_by(&taken);
    let mut source = joined(source.source(), LEAST);
    steps.equal("bytes taken before", &taken.bytes(), &0);
    let next = ended(steps, "the first chunk", source.next()).await;
    let next = next.and_then(Result::ok).unwrap_or_default();
    steps.equal("bytes of the first chunk", &next.len(), &1200);
    steps.equal("bytes taken after it", &taken.bytes(), &1200);
}

pub async fn long(steps: Steps) {
    for length in [LEAST, LEAST + 1, 64 * 1024] {
        steps.step(format!("three chunks of {length} bytes"));
        let (_, chunks) = cut(&[length; 3]);
        let source = Script::new(chunks.clone(), Then::Ends).source();
        let (passed, _) = all(&steps, joined(source, LEAST)).await;
        let lengths: Vec<usize> =
            passed.iter().map(Bytes::len).collect();
        steps.equal("lengths", &lengths, &vec![length; 3]);
        let same = passed
            .iter()
            .zip(&chunks)
            .all(|(passed, chunk)| passed.as_ptr() == chunk.as_ptr());
        steps.holds("the bytes are where they were", same);
    }
    steps.step("a short chunk, then long ones");
    let (_, chunks) = cut(&[1, 5000, 5000]);
    let source = Script::new(chunks.clone(), Then::Ends).source();
    let (passed, _) = all(&steps, joined(source, LEAST)).await;
    let last = passed.last().map(|chunk| chunk.as_ptr());
    let same = last == Some(chunks[2].as_ptr());
    steps.holds("the last chunk's bytes are where they were", same);
}

pub async fn end(steps: Steps) {
    for (name, lengths) in [
        ("the source fails at once", &[][..]),
        ("the source fails behind a long chunk", &[5000]),
        ("the source fails while a chunk waits", &[5000, 10]),
    ] {
        steps.step(name);
        let late = CallCounter::new();
        let (_, chunks) = cut(lengths);
        let script = Script::new(chunks, Then::Fails(7)).late_in(&late);
        let mut source = joined(script.source(), LEAST);
        let long = lengths.iter().filter(|length| **length >= LEAST);
        for _ in long {
            let next = ended(&steps, "a chunk", source.next()).await;
            let length =
                next.and_then(Result::ok).map(|next| next.len());
            steps.equal("bytes of the chunk", &length, &Some(5000));
        }
        let next = ended(&steps, "the error", source.next()).await;
        let error = next.and_then(Result::err);
        let fault = error.and_then(|e| e.downcast_ref().copied());
        steps.equal("the error", &fault, &Some(Fault(7)));
        nothing_more(&steps, source, &late).await;
    }
    for lengths in [&[][..], &[10], &[5000]] {
        let bytes: usize = lengths.iter().sum();
        steps.step(format!("the source ends after {bytes} bytes"));
        let late = CallCounter::new();
        let (_, chunks) = cut(lengths);
        let script = Script::new(chunks, Then::Ends).late_in(&late);
        let mut source = joined(script.source(), LEAST);
        for _ in lengths {
            let next = ended(&steps, "a chunk", source.next()).await;
            let length =
                next.and_then(Result::ok).map(|next| next.len());
            steps.equal("bytes of the chunk", &length, &Some(bytes));
        }
        let next = ended(&steps, "the end", source.next()).await;
        steps.holds("there is no chunk any more", next.is_none());
        nothing_more(&steps, source, &late).await;
    }
}

async fn nothing_more(
    steps: &Steps,
    mut source: Source,
    late: &CallCounter,
) {
    let next = ended(steps, "the end", source.next()).await;
    steps.holds("nothing comes after it", next.is_none());
    let what = "polls of the source after its end";
    steps.equal(what, &late.calls(), &0);
}
