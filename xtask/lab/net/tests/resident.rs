//! The sampler, on children that grow. A child is an ignored test of this file.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use lab::process;
use lab::server::{Program, Server};
use lab_net::resident::{Error, Sampler};

const MIB: u64 = 1 << 20;
const INTERVAL: Duration = Duration::from_millis(10);

fn start(scenario: &str) -> Server {
    let program = Program::new(std::env::current_exe().expect("own path"))
        .arg(format!("scenario::{scenario}"))
        .args(["--exact", "--ignored", "--nocapture"]);
    program.start(Duration::from_secs(30)).expect("ready")
}

/// Tells the child to go on, and waits until it did.
fn ask(server: &Server) {
    let mut stream = TcpStream::connect(server.address()).expect("it listens");
    stream.write_all(b"?").expect("it reads");
    stream.read_exact(&mut [0]).expect("it answers");
}

#[test]
fn a_child_that_grows_is_seen_growing() {
    let server = start("grows");
    let sampler = Sampler::start(server.pid(), INTERVAL).expect("it runs");
    ask(&server);
    let series = sampler.stop();
    let first = series.samples.first().expect("a sample");
    let last = series.samples.last().expect("a sample");
    let grown = last.bytes - first.bytes;
    assert!((32 * MIB..48 * MIB).contains(&grown), "{grown}");
    assert!(series.peak() >= last.bytes && last.seconds > first.seconds);
    assert!(series.samples.is_sorted_by(|a, b| a.seconds < b.seconds));
}

#[test]
fn the_high_water_mark_keeps_a_spike_between_two_samples() {
    if !process::has_proc() {
        return;
    }
    let server = start("spikes");
    let never = Duration::from_secs(3600);
    let sampler = Sampler::start(server.pid(), never).expect("it runs");
    ask(&server);
    let series = sampler.stop();
    assert_eq!(series.samples.len(), 2, "the first and the last");
    let high = series.high_water.expect("the kernel has one");
    assert!(
        series.samples[1].bytes < 32 * MIB && high >= 32 * MIB,
        "{series:?}"
    );
    assert_eq!(series.peak(), high);
}

#[test]
fn a_process_that_ends_ends_its_series() {
    let mut server = start("ends");
    let sampler = Sampler::start(server.pid(), INTERVAL).expect("it runs");
    ask(&server);
    server.wait(Duration::from_secs(30)).expect("it ended");
    let series = sampler.stop();
    assert!(series.samples.iter().all(|sample| sample.bytes > 0));
    let error = Sampler::start(server.pid(), INTERVAL).expect_err("gone");
    assert!(matches!(error, Error::Gone(_)), "{error}");
}

#[test]
fn the_portable_switch_leaves_out_proc() {
    let output = Command::new(std::env::current_exe().expect("own path"))
        .args(["scenario::has_no_high_water_mark", "--exact", "--ignored"])
        .env(process::PORTABLE, "1")
        .output()
        .expect("this program starts again");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    assert!(printed.contains("1 passed"), "{printed}");
}

mod scenario {
    use std::hint::black_box;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::time::Duration;

    use lab_net::resident::Sampler;

    fn serve(mut answer: impl FnMut()) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        println!("{}", listener.local_addr().expect("bound"));
        let (mut stream, _) = listener.accept().expect("a client");
        stream.read_exact(&mut [0]).expect("a question");
        answer();
        stream.write_all(b"!").expect("it waits");
    }

    #[test]
    #[ignore = "a child of another test"]
    fn grows() {
        let mut kept = Vec::new();
        serve(|| kept.push(black_box(vec![1_u8; 32 << 20])));
        // Until it is killed.
        loop {
            std::thread::park();
        }
    }

    #[test]
    #[ignore = "a child of another test"]
    fn spikes() {
        serve(|| drop(black_box(vec![1_u8; 32 << 20])));
        loop {
            std::thread::park();
        }
    }

    #[test]
    #[ignore = "a child of another test"]
    fn ends() {
        serve(|| {});
    }

    #[test]
    #[ignore = "a child of another test"]
    fn has_no_high_water_mark() {
        let pid = std::process::id();
        assert_eq!(lab::process::resident(pid), None);
        let sampler = Sampler::start(pid, Duration::from_millis(10));
        let series = sampler.expect("sysinfo works").stop();
        assert_eq!(series.high_water, None);
        assert!(series.peak() > 0);
    }
}
