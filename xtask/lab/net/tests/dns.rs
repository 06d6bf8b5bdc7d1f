//! The DNS server: what it says byte by byte, its faults, and that no bytes harm it.

use std::net::SocketAddr;

use lab::random::Random;
use lab_net::dns::{
    Fault, Loopback, Memory, Responder, Sender, Transport, ZONE, Zone, ZoneError,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

const SMALL: &str = "
    example.org.     300 SOA ns.example.org. a.example.org. 1 2 3 4 60
    www.example.org. 300 CNAME web.example.org.
    web.example.org.  60 A 192.0.2.80  ; a comment
    far.example.org.  60 CNAME web.example.net.
    odd.example.org.  60 TYPE65280 0a 0b0c
";

/// A query for the A records of a name, without an EDNS record.
fn query(name: &str, kind: u8) -> Vec<u8> {
    let mut bytes = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00".to_vec();
    for label in name.split('.') {
        bytes.push(label.len() as u8);
        bytes.extend(label.as_bytes());
    }
    bytes.extend([0, 0, kind, 0, 1]);
    bytes
}

/// The same, with an EDNS record of 1232 bytes.
fn with_edns(name: &str) -> Vec<u8> {
    let mut bytes = query(name, 1);
    bytes[11] = 1;
    bytes.extend(b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00");
    bytes
}

fn responder(zone: &str) -> Responder {
    Responder::new(zone.parse().expect("a zone"))
}

fn only(replies: Vec<lab_net::dns::Reply>) -> Vec<u8> {
    let [reply] = replies.as_slice() else {
        panic!("one reply, not {replies:?}");
    };
    assert_eq!(reply.sender, Sender::Server);
    reply.bytes.clone()
}

fn ask(zone: &str, message: &[u8]) -> Vec<u8> {
    only(responder(zone).respond(message, Transport::Udp))
}

/// Response code, truncation, and how many answers and authorities.
fn summary(reply: &[u8]) -> (u8, bool, u8, u8) {
    (reply[3] & 15, reply[2] & 2 != 0, reply[7], reply[9])
}

#[test]
fn an_answer_has_its_alias_its_address_and_compressed_names() {
    let reply = ask(SMALL, &query("www.example.org", 1));
    let expected = b"\x12\x34\x81\x80\x00\x01\x00\x02\x00\x00\x00\x00\
        \x03www\x07example\x03org\x00\x00\x01\x00\x01\
        \xc0\x0c\x00\x05\x00\x01\x00\x00\x01\x2c\x00\x06\x03web\xc0\x10\
        \xc0\x2d\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x50";
    assert_eq!(
        reply.escape_ascii().to_string(),
        expected.escape_ascii().to_string()
    );
}

#[test]
fn no_name_no_data_and_another_zone_differ() {
    for (name, kind, expected) in [
        ("nobody.example.org", 1, (3, false, 0, 1)),
        ("web.example.org", 28, (0, false, 0, 1)),
        ("org", 1, (5, false, 0, 0)),
        ("example.net", 1, (5, false, 0, 0)),
        ("far.example.org", 1, (0, false, 1, 0)),
        ("WEB.Example.ORG", 1, (0, false, 1, 0)),
    ] {
        let reply = ask(SMALL, &query(name, kind));
        assert_eq!(summary(&reply), expected, "{name}");
    }
    let odd = query("odd.example.org", 255);
    assert!(ask(SMALL, &odd).ends_with(b"\x00\x03\x0a\x0b\x0c"));
}

#[test]
fn an_answer_that_does_not_fit_is_truncated_to_its_question() {
    let many: String = (0..60)
        .map(|last| format!("many.example.org. 60 A 192.0.2.{last}\n"))
        .collect();
    let zone = format!("{SMALL}{many}");
    let plain = query("many.example.org", 1);
    let reply = ask(&zone, &plain);
    assert_eq!(summary(&reply), (0, true, 0, 0));
    assert_eq!(reply.len(), plain.len());
    let reply = ask(&zone, &with_edns("many.example.org"));
    assert_eq!(summary(&reply), (0, false, 60, 0));
    let replies = responder(&zone).respond(&plain, Transport::Tcp);
    assert_eq!(summary(&only(replies)), (0, false, 60, 0));
}

#[test]
fn each_fault_does_what_it_says() {
    let zone = |fault: Fault| -> Zone {
        let zone: Zone = SMALL.parse().expect("a zone");
        zone.with_fault("web.example.org", fault)
    };
    let message = query("web.example.org", 1);
    let replies = |fault| Responder::new(zone(fault)).respond(&message, Transport::Udp);

    assert!(replies(Fault::Lost(1)).is_empty());
    assert!(replies(Fault::Late(1)).is_empty());
    assert_eq!(summary(&only(replies(Fault::Truncated))), (0, true, 0, 0));
    assert_eq!(summary(&only(replies(Fault::Code(2)))), (2, false, 0, 0));
    assert_eq!(only(replies(Fault::Cut(20))).len(), 20);
    assert_eq!(only(replies(Fault::PointerLoop))[33..35], [0xC0, 33]);
    let mixed = only(replies(Fault::MixedCase));
    assert_eq!(
        mixed[12..33],
        *b"\x03wEb\x07eXaMpLe\x03oRg\x00\x00\x01\x00\x01"
    );
    for (fault, sender) in [
        (Fault::WrongId, Sender::Server),
        (Fault::WrongQuestion, Sender::Server),
        (Fault::ForgedAddress, Sender::OtherAddress),
        (Fault::ForgedPort, Sender::OtherPort),
    ] {
        let replies = replies(fault);
        assert_eq!(replies.len(), 2, "{fault:?}");
        assert_eq!(replies[0].sender, sender, "{fault:?}");
        assert!(replies[0].bytes.ends_with(&[203, 0, 113, 66]), "{fault:?}");
        assert!(replies[1].bytes.ends_with(&[192, 0, 2, 80]), "{fault:?}");
    }
    let mut doubled = Responder::new(zone(Fault::Doubled));
    assert_eq!(doubled.respond(&message, Transport::Tcp).len(), 2);
}

#[test]
fn lost_and_late_queries_count_anew_after_an_answer() {
    let message = query("web.example.org", 1);
    for (fault, second) in [("lost 1", 1), ("late 1", 2)] {
        let zone = format!("{SMALL}web.example.org. ! {fault}");
        let mut responder = responder(&zone);
        for _ in 0..2 {
            let counts =
                [(); 2].map(|()| responder.respond(&message, Transport::Udp).len());
            assert_eq!(counts, [0, second], "{fault}");
        }
    }
}

#[test]
fn a_zone_names_the_line_that_it_cannot_read() {
    for line in [
        "web.example.org. 60 A 192.0.2",
        "web.example.org. sixty A 192.0.2.1",
        "web..example.org. 60 A 192.0.2.1",
        "web.example.org. 60 MX mail.example.org.",
        "web.example.org. 60 TYPE65280 abc",
        "web.example.org. ! lost many",
        "web.example.org. ! pieces 0",
        "web.example.org.",
    ] {
        let zone = format!("a.example.org. 60 A 192.0.2.1\n\n{line}");
        let error = zone.parse::<Zone>().expect_err(line);
        let text = line.to_owned();
        assert_eq!(error, ZoneError { line: 3, text });
    }
    let names = ZONE.parse::<Zone>().expect("the lab's own zone");
    assert!(names.names().any(|name| name == "www.example.org."));
}

#[test]
fn hostile_bytes_are_refused_or_passed_over() {
    let mut responder = responder(ZONE);
    let mut random = Random::new(4);
    let whole = with_edns("www.example.org");
    let (mut silent, mut answered) = (0, 0);
    for _ in 0..50_000 {
        let mut bytes = whole.clone();
        for _ in 0..random.below(6) {
            let at = random.below(bytes.len());
            bytes[at] = [random.number() as u8, 0, 0xC0, 0xFF][random.below(4)];
        }
        bytes.truncate(random.below(2 * whole.len()));
        let transport = [Transport::Udp, Transport::Tcp][random.below(2)];
        match responder.respond(&bytes, transport).first() {
            Some(reply) => {
                assert_eq!(reply.bytes[..2], bytes[..2], "the id");
                answered += 1;
            }
            None => silent += 1,
        }
    }
    assert!(silent > 1000 && answered > 1000, "{silent}, {answered}");
    // An answer is never answered: two servers would talk forever.
    let mut answer = whole;
    answer[2] |= 0x80;
    assert!(responder.respond(&answer, Transport::Udp).is_empty());
}

#[tokio::test]
async fn on_loopback_both_transports_have_one_port() {
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Loopback::start(responder(SMALL), address)
        .await
        .expect("it listens");
    let message = query("web.example.org", 1);

    let socket = UdpSocket::bind(address).await.expect("a socket");
    socket.connect(server.address()).await.expect("a peer");
    socket.send(&message).await.expect("sent");
    let mut reply = [0; 512];
    let length = socket.recv(&mut reply).await.expect("a reply");
    assert!(reply[..length].ends_with(&[192, 0, 2, 80]));

    let mut stream = TcpStream::connect(server.address())
        .await
        .expect("connected");
    for round in 0..2 {
        let mut framed = (message.len() as u16).to_be_bytes().to_vec();
        framed.extend(&message);
        // Byte by byte: the length comes in two pieces as well.
        for byte in framed {
            stream.write_u8(byte).await.expect("written");
        }
        let length = stream.read_u16().await.expect("a length");
        assert_eq!(usize::from(length), reply_length(&reply), "round {round}");
        let mut answer = vec![0; length.into()];
        stream.read_exact(&mut answer).await.expect("a message");
        assert!(answer.ends_with(&[192, 0, 2, 80]));
    }
    let seen = server.seen();
    let transports: Vec<Transport> = seen.iter().map(|seen| seen.transport).collect();
    assert_eq!(transports, [Transport::Udp, Transport::Tcp, Transport::Tcp]);
    assert_eq!(
        (seen[0].id(), seen[0].name()),
        (0x1234, "web.example.org.".into())
    );
}

/// The length of the answer in `buffer`, whose last bytes are an address.
fn reply_length(buffer: &[u8]) -> usize {
    let end = buffer.windows(4).rposition(|four| four == [192, 0, 2, 80]);
    end.expect("an address") + 4
}

#[tokio::test]
async fn in_memory_an_answer_comes_in_the_pieces_asked_for() {
    let zone = format!("{SMALL}web.example.org. ! pieces 3");
    let memory = Memory::new(responder(&zone));
    let message = query("web.example.org", 1);
    let mut stream = memory.stream();
    let mut framed = (message.len() as u16).to_be_bytes().to_vec();
    framed.extend(&message);
    stream.write_all(&framed).await.expect("written");
    let mut piece = [0; 100];
    let length = stream.read(&mut piece).await.expect("a piece");
    assert!(length <= 3, "{length}");
    assert_eq!(memory.streamed(), framed);

    let mut datagrams = memory.datagrams();
    datagrams.send(&message);
    let mut small = [0; 20];
    let (length, from) = datagrams.receive(&mut small).await;
    assert_eq!((length, from), (20, memory.address()));
    assert_eq!((memory.seen().len(), memory.sockets()), (2, 1));
}
