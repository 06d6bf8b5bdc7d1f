//! The program, with real sockets.

use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use addresses::Endpoint;
use lab::Steps;
use lab::server::{Program, Server};

/// The listener, whichever tree it is built from.
const LISTENER: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-1"),
    option_env!("CARGO_BIN_EXE_chapter-1-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

/// Ends a wait for something that does not come; nothing depends on it.
const PATIENCE: Duration = Duration::from_secs(10);

pub fn port_zero_lets_the_system_choose(steps: Steps) {
    for text in ["127.0.0.1:0", ":0", "localhost:0"] {
        steps.step(format!("listen on {text:?}, default port 4001"));
        let address =
            steps.succeeds(text, Endpoint::listening(text, 4001));
        steps.equal(format!("port of {text}"), &address.port(), &0);
    }
    steps.step("start the listener twice at the same time, on port 0");
    let (one, other) =
        (listener(&steps, ":0", "::1"), listener(&steps, ":0", "::1"));
    let differ = one.address().port() != other.address().port();
    steps.holds("the two have ports of their own", differ);
}

pub fn the_listener_tells_every_peer_who_it_is(steps: Steps) {
    steps.step("start the listener, admitting 127.0.0.0/8");
    let server = listener(&steps, ":0", "127.0.0.0/8");
    steps.repeat_with(
        "cargo run -p chapter-1, then: curl telnet://127.0.0.1:4001",
    );
    steps.step("connect, and leave without a word");
    drop(
        steps.succeeds("connect", TcpStream::connect(server.address())),
    );
    for peer in 1..=3 {
        steps.step(format!(
            "connect as peer {peer} and read to the end"
        ));
        let (me, answer) = greeting(&steps, server.address());
        let expected = format!(
            "You are 127.0.0.1, port {} (loopback). You may enter.\n",
            me.port()
        );
        steps.equal("the answer", &answer, &expected);
    }
    steps.step("start the listener, admitting 10.0.0.0/8 only");
    let server = listener(&steps, ":0", "10.0.0.0/8");
    steps.step("connect from 127.0.0.1 and read to the end");
    let (_, answer) = greeting(&steps, server.address());
    let turned_away = answer.ends_with("You may not enter.\n");
    steps.holds(format!("{answer:?} turns the peer away"), turned_away);
}

fn listener(steps: &Steps, address: &str, list: &str) -> Server {
    let started =
        Program::new(LISTENER).args([address, list]).start(PATIENCE);
    match started {
        Ok(server) => server,
        Err(error) => {
            steps.fail("a listener that says where it listens", error)
        }
    }
}

/// Who we are to the listener, and all that it says.
fn greeting(
    steps: &Steps,
    address: SocketAddr,
) -> (SocketAddr, String) {
    let mut stream =
        steps.succeeds("connect", TcpStream::connect(address));
    let me = steps.succeeds("our own address", stream.local_addr());
    steps.succeeds(
        "set a time limit",
        stream.set_read_timeout(Some(PATIENCE)),
    );
    let mut answer = String::new();
    steps.succeeds(
        "read to the end",
        stream.read_to_string(&mut answer),
    );
    (me, answer)
}
