//! One question and its answer, in memory, on a clock that
//! stands still.

use std::time::Duration;

use lab::Steps;
use lab_net::dns::{Memory, Responder, Transport, Zone};
use names::{Message, NameError, RecordData, RetrySchedule, exchange};
use tokio::time::Instant;

use crate::servers::{InMemory, Refusing, by_hand, memory, question};

/// The id of every question here.
const ID: u16 = 0x4C1A;

/// The zone of example.org with the record `192.0.2.80` for
/// `web`, and these lines.
fn zone(lines: &str) -> String {
    format!(
        "example.org. 300 SOA ns.example.org. a.example.org. 1 2 3 4 60
         web.example.org. 60 A 192.0.2.80
         {lines}"
    )
}

/// Waits of so many seconds.
fn schedule(seconds: &[u64]) -> RetrySchedule {
    let waits = seconds.iter().copied().map(Duration::from_secs);
    RetrySchedule {
        waits: waits.collect(),
    }
}

/// Asks for web.example.org.
async fn ask(
    steps: &Steps,
    server: &Memory,
) -> Result<Message, NameError> {
    let question = question(steps, "web.example.org");
    let servers = InMemory(server.clone());
    exchange(&servers, ID, &question, &schedule(&[1, 2, 4])).await
}

/// Asks for web.example.org, and expects its one address.
async fn expect_address(steps: &Steps, server: &Memory) {
    let message = steps.succeeds("an answer", ask(steps, server).await);
    let data: Vec<RecordData> = message
        .answers
        .into_iter()
        .map(|record| record.data)
        .collect();
    let expected = [RecordData::A([192, 0, 2, 80].into())];
    steps.equal("the answer", data.as_slice(), expected.as_slice());
}

fn transports(server: &Memory) -> Vec<Transport> {
    server.seen().iter().map(|seen| seen.transport).collect()
}

pub async fn a_truncated_answer_is_asked_again_over_tcp(steps: Steps) {
    steps.repeat_with(by_hand("long.example.org"));
    steps.step("ask a server whose answers do not fit over UDP");
    let zone = zone("web.example.org. ! truncated");
    let server = memory(&steps, &zone);
    expect_address(&steps, &server).await;
    let expected = [Transport::Udp, Transport::Tcp];
    steps.equal("queries", transports(&server).as_slice(), &expected);
}

pub async fn a_tcp_query_carries_its_length(steps: Steps) {
    steps.repeat_with(by_hand("long.example.org"));
    steps.step("ask over UDP, and then over TCP");
    let zone = zone("web.example.org. ! truncated");
    let server = memory(&steps, &zone);
    // A query that the server cannot tell apart gets no answer.
    let answered = ask(&steps, &server).await;
    let seen = server.seen();
    let Some(query) = seen.first().map(|seen| &seen.bytes) else {
        steps.fail("a query over UDP", "nothing came");
    };
    let mut expected = (query.len() as u16).to_be_bytes().to_vec();
    expected.extend(query);
    let streamed = server.streamed();
    let first = &streamed[..streamed.len().min(expected.len())];
    steps.equal_bytes("the stream", first, &expected);
    steps.succeeds("an answer", answered);
}

pub async fn tcp_answers_are_delimited_by_their_length(steps: Steps) {
    steps.repeat_with(by_hand("long.example.org"));
    for size in [1, 2, 3, 7, 64] {
        steps.step(format!("read an answer in pieces of {size} bytes"));
        let zone = zone(&format!(
            "web.example.org. ! truncated
             web.example.org. ! pieces {size}"
        ));
        expect_address(&steps, &memory(&steps, &zone)).await;
    }
    steps.step("read an answer with another one behind it");
    let zone = zone(
        "web.example.org. ! truncated
         web.example.org. ! doubled",
    );
    expect_address(&steps, &memory(&steps, &zone)).await;
}

pub async fn an_answer_of_1232_bytes_is_read_whole(steps: Steps) {
    // The header takes 12 bytes, the question 25, the EDNS record
    // 11; and each of 74 addresses 16.
    let name = "seventy.example.org";
    let lines: Vec<String> = (1..=74)
        .map(|last| format!("{name}. 60 A 192.0.2.{last}\n"))
        .collect();
    let zone = zone(&lines.concat());
    let question = question(&steps, name);
    steps.step("ask for a name with 74 addresses");
    let server = memory(&steps, &zone);
    let servers = InMemory(server.clone());
    let asked =
        exchange(&servers, ID, &question, &schedule(&[1])).await;
    let seen = server.seen();
    if let Some(query) = seen.first() {
        let parsed = steps.succeeds("a zone", zone.parse::<Zone>());
        let replies = Responder::new(parsed)
            .respond(&query.bytes, Transport::Udp);
        let sizes: Vec<usize> =
            replies.iter().map(|reply| reply.bytes.len()).collect();
        steps.equal("bytes that were sent", sizes.as_slice(), &[1232]);
    }
    let message = steps.succeeds("an answer", asked);
    steps.equal("addresses", &message.answers.len(), &74);
    let expected = [Transport::Udp];
    steps.equal("queries", transports(&server).as_slice(), &expected);
}

pub async fn a_forged_answer_is_passed_over(steps: Steps) {
    steps.repeat_with(by_hand("forged.example.org"));
    for (fault, what) in [
        ("wrong-id", "with another id"),
        ("wrong-question", "to another question"),
        ("forged-address", "from another address"),
        ("forged-port", "from another port"),
    ] {
        steps.step(format!("a lie comes first, {what}"));
        let zone = zone(&format!("web.example.org. ! {fault}"));
        expect_address(&steps, &memory(&steps, &zone)).await;
    }
}

pub async fn a_lost_query_is_sent_again(steps: Steps) {
    steps.repeat_with(by_hand("lost.example.org"));
    for lost in [1, 2] {
        steps.step(format!("ask, and lose the first {lost}"));
        let zone = zone(&format!("web.example.org. ! lost {lost}"));
        let server = memory(&steps, &zone);
        expect_address(&steps, &server).await;
        let seen = server.seen();
        steps.equal("queries", &seen.len(), &(lost + 1));
        steps.equal("sockets", &server.sockets(), &1);
        for again in &seen[1..] {
            let first = &seen[0].bytes;
            steps.equal_bytes("the query again", &again.bytes, first);
        }
    }
    steps.step("ask, and get the first answer only after 1 s");
    let zone = zone("web.example.org. ! late 1");
    expect_address(&steps, &memory(&steps, &zone)).await;
}

pub async fn tries_follow_the_schedule(steps: Steps) {
    let expected = [0, 1, 4];
    let question = question(&steps, "web.example.org");
    let schedule = schedule(&[1, 3, 9]);

    steps.step("ask a silent server: waits of 1, 3 and 9 s");
    let zone = zone("web.example.org. ! lost 1000");
    let server = memory(&steps, &zone);
    let servers = InMemory(server.clone());
    let start = Instant::now();
    let asked = exchange(&servers, ID, &question, &schedule).await;
    let error = steps.refuses("a silent server", asked);
    steps.equal("the error", &error, &NameError::NoAnswer);
    let tries: Vec<u64> = server
        .seen()
        .iter()
        .map(|seen| seconds(start, seen.at))
        .collect();
    steps.equal(
        "tries after so many seconds",
        &tries[..],
        &expected[..],
    );
    let end = seconds(start, Instant::now());
    steps.equal("gives up after so many seconds", &end, &13);

    steps.step("ask a server whose answers arrive cut");
    let zone = self::zone("web.example.org. ! cut 40");
    let server = memory(&steps, &zone);
    let servers = InMemory(server.clone());
    let asked = exchange(&servers, ID, &question, &schedule).await;
    let error = steps.refuses("a cut answer", asked);
    steps.variant("the error", &error, &["Truncated"]);
    steps.equal("tries", &server.seen().len(), &expected.len());

    steps.step("ask a server that refuses at once");
    let server = Refusing::default();
    let start = Instant::now();
    let asked = exchange(&server, ID, &question, &schedule).await;
    let error = steps.refuses("a refusing server", asked);
    steps.variant("the error", &error, &["Exchange"]);
    let tries: Vec<u64> = server
        .asked()
        .iter()
        .map(|at| seconds(start, *at))
        .collect();
    steps.equal(
        "tries after so many seconds",
        &tries[..],
        &expected[..],
    );
}

/// Whole seconds on the check's own clock.
fn seconds(start: Instant, at: Instant) -> u64 {
    (at - start + Duration::from_millis(500)).as_secs()
}
