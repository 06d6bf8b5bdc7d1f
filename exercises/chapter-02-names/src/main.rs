//! A small `dig`: asks one server one question, and prints what it
//! answers.
//!
//! We provide this file: it only reads the command line and prints.
//!
//! ```text
//! cargo run -p chapter-2
//! cargo run -p chapter-2 -- web.example.org AAAA
//! cargo run -p chapter-2 -- www.rust-lang.org --server 9.9.9.9
//! ```

use std::net::{AddrParseError, IpAddr, SocketAddr};
use std::process::ExitCode;

use lexopt::prelude::*;
use lexopt::{Error, Parser};
use names::{
    Answer, Message, NameError, Question, Record, RecordData,
    RecordType, RetrySchedule, UdpAndTcp, exchange, find_answer,
    random_id,
};

/// Where the lab's server listens.
const SERVER: &str = "127.0.0.1:4002";
/// Where every other DNS server listens.
const PORT: u16 = 53;

const HELP: &str = "\
Asks a server for the records of a name.

Usage: cargo run -p chapter-2 -- [NAME] [TYPE] [FLAGS]

  NAME           www.example.org by default
  TYPE           A (the default), AAAA, CNAME, SOA, or TYPE15 for number 15
  --server ADDR  the server's address, 127.0.0.1:4002 by default;
                 without a port it is 53
  --help         this text

The lab's server listens on 127.0.0.1:4002. Start it in another terminal:
cargo run -p lab-net --bin dns

Example: cargo run -p chapter-2 -- web.example.org AAAA
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let result = match Command::from_args() {
        Ok(Command::Help) => {
            print!("{HELP}");
            Ok(())
        }
        Ok(Command::Ask { question, server }) => {
            ask(&question, server).await
        }
        Err(error) => Err(format!("{error} (--help lists the flags)")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapter-2: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Sends the question, and prints the answer.
async fn ask(
    question: &Question,
    server: SocketAddr,
) -> Result<(), String> {
    let schedule = RetrySchedule::default();
    let servers = UdpAndTcp { server };
    let message = exchange(&servers, random_id(), question, &schedule)
        .await
        .map_err(|error| no_answer(server, &error))?;
    print(&message, server);
    if matches!(question.kind, RecordType::A | RecordType::Aaaa) {
        let answer = find_answer(&message, question)
            .map_err(|error| format!("{}: {error}", question.name))?;
        println!("\n{}", in_words(question, &answer));
    }
    Ok(())
}

/// What the command line asks the program to do.
enum Command {
    Help,
    Ask {
        question: Question,
        server: SocketAddr,
    },
}

impl Command {
    fn from_args() -> Result<Self, Error> {
        let mut server = SERVER.to_owned();
        let mut words = Vec::new();
        let mut args = Parser::from_env();
        while let Some(arg) = args.next()? {
            match arg {
                Long("server") => server = args.value()?.string()?,
                Long("help") => return Ok(Self::Help),
                Value(word) => words.push(word.string()?),
                _ => return Err(arg.unexpected()),
            }
        }
        let (name, kind) = match &words[..] {
            [] => ("www.example.org", "A"),
            [name] => (name.as_str(), "A"),
            [name, kind] => (name.as_str(), kind.as_str()),
            _ => return Err("ask for one name and one type".into()),
        };
        let name = name.parse();
        let name =
            name.map_err(|error: NameError| error.to_string())?;
        let kind = type_of(kind)?;
        let server = server
            .parse()
            .or_else(|_| Ok(SocketAddr::new(server.parse()?, PORT)))
            .map_err(|_: AddrParseError| {
                format!("`{server}` is not an address: try {SERVER}")
            })?;
        let question = Question { name, kind };
        Ok(Self::Ask { question, server })
    }
}

fn type_of(word: &str) -> Result<RecordType, String> {
    let word = word.to_ascii_uppercase();
    Ok(match word.as_str() {
        "A" => RecordType::A,
        "AAAA" => RecordType::Aaaa,
        "CNAME" => RecordType::Cname,
        "SOA" => RecordType::Soa,
        _ => word
            .strip_prefix("TYPE")
            .and_then(|number| number.parse::<u16>().ok())
            .ok_or(format!("`{word}` is not a type: try A, or TYPE15"))?
            .into(),
    })
}

fn print(message: &Message, server: SocketAddr) {
    let Question { name, kind } = &message.question;
    println!(";; status {}, id {}", status(message.code), message.id);
    println!(";; question\n;{name:<29} IN {kind}");
    for (title, records) in [
        ("answer", &message.answers),
        ("authority", &message.authorities),
    ] {
        if !records.is_empty() {
            println!(";; {title}");
            records.iter().for_each(print_record);
        }
    }
    println!(";; server {server}");
}

fn print_record(Record { name, ttl, data }: &Record) {
    let (kind, data) = match data {
        RecordData::A(address) => (RecordType::A, address.to_string()),
        RecordData::Aaaa(address) => {
            (RecordType::Aaaa, address.to_string())
        }
        RecordData::Cname(name) => {
            (RecordType::Cname, name.to_string())
        }
        RecordData::Soa { minimum } => {
            (RecordType::Soa, format!("(minimum {minimum})"))
        }
        RecordData::Other(number) => {
            (RecordType::Other(*number), "(not read)".to_owned())
        }
    };
    println!("{name:<23} {ttl:>6} IN {kind:<5} {data}");
}

fn status(code: u8) -> String {
    match code {
        0 => "NOERROR".to_owned(),
        2 => "SERVFAIL".to_owned(),
        3 => "NXDOMAIN".to_owned(),
        5 => "REFUSED".to_owned(),
        code => format!("code {code}"),
    }
}

/// Returns the answer in words.
fn in_words(
    Question { name, kind }: &Question,
    answer: &Answer,
) -> String {
    match answer {
        Answer::Addresses { addresses, ttl } => {
            let addresses: Vec<String> =
                addresses.iter().map(IpAddr::to_string).collect();
            let addresses = addresses.join(", ");
            format!("{name} is {addresses}, for {ttl} s")
        }
        Answer::NoSuchName { ttl } => {
            format!("{name} does not exist, for {ttl} s")
        }
        Answer::NoData { ttl } => {
            format!("{name} has no {kind} record, for {ttl} s")
        }
    }
}

/// Returns an error message for a question that got no answer, with the
/// command to type next.
fn no_answer(server: SocketAddr, error: &NameError) -> String {
    let mut text = format!("{server}: {error}");
    let nobody =
        matches!(error, NameError::NoAnswer | NameError::Exchange(_));
    if nobody && server.to_string() == SERVER {
        text += "\nIs the lab's server running? In another terminal: \
                 cargo run -p lab-net --bin dns";
    }
    text
}
