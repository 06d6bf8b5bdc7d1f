use std::fs::File;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use lab::server::Program;
use lab::{Steps, check};

/// A check that does one hostile thing and expects nothing of it.
fn doing(what: &str, hostile: impl FnOnce(&Steps)) {
    check(|steps| {
        steps.step(what);
        hostile(&steps);
        steps.holds("it came back", true);
    });
}

macro_rules! hostile {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            doing(stringify!($name), |_| {
                hostile::$name();
            });
        }
    )*};
}

hostile! {
    endless_loop blocked_for_ever panics panics_in_a_task not_written aborts exits
    takes_100_gib reserves_100_gib grows_slowly grows_in_a_child prints_without_end
    prints_what_is_no_text closes_its_output leaves_a_child
    leaves_a_child_in_a_group_of_its_own leaves_an_orphan_in_a_session_of_its_own
    ignores_signals
}

#[test]
fn overflows_the_stack() {
    doing("overflow", |_| {
        hostile::overflows_the_stack(0);
    });
}

#[test]
fn reads_a_sparse_file_of_8_gib() {
    doing("read 8 GiB", |_| {
        let path = std::env::temp_dir().join("sparse");
        File::create(&path).unwrap().set_len(8 << 30).unwrap();
        hostile::reads_all_of(&path);
    });
}

#[test]
fn starts_400_threads() {
    check(|steps| {
        steps.step("start 400 threads");
        steps.equal("threads", &hostile::starts_400_threads(), &400);
    });
}

#[test]
fn reads_its_input() {
    check(|steps| {
        steps.step("read standard input to its end");
        steps.equal("bytes", &hostile::reads_its_input(), &0);
    });
}

#[test]
fn a_server_with_a_todo() {
    doing("start the server and connect", |steps| {
        let program = Program::new(env!("CARGO_BIN_EXE_chapter-1"));
        let server = program.args(["todo", "127.0.0.1:0"]).start(Duration::from_secs(10));
        let server = server.unwrap_or_else(|error| steps.fail("a server", error));
        steps.note(format!("port {}", server.address().port()));
        let mut stream = TcpStream::connect(server.address()).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        steps.equal("the answer", &answer.as_str(), &"hello");
    });
}

#[test]
fn a_server_that_ends_early() {
    doing("start the server", |steps| {
        let program = Program::new(env!("CARGO_BIN_EXE_chapter-1"));
        let server = program.args(["early", "127.0.0.1:0"]).start(Duration::from_secs(10));
        server.unwrap_or_else(|error| steps.fail("a server that listens", error));
    });
}

#[test]
fn a_server_on_a_taken_port() {
    doing("start the server on a taken port", |steps| {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let program = Program::new(env!("CARGO_BIN_EXE_chapter-1"));
        let server = program.args(["todo", &address]).start(Duration::from_secs(10));
        server.unwrap_or_else(|error| steps.fail("a server that listens", error));
    });
}
