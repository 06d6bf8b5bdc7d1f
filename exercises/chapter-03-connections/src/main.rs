//! A server and a client of HTTP/0.9: the request is one line, the
//! response is bytes, and it ends when the connection closes.
//!
//! We provide this file: it only chooses between the server and the
//! client.
//!
//! ```text
//! cargo run -p chapter-3
//! cargo run -p chapter-3 -- get localhost/hello
//! ```

use std::process::ExitCode;

mod http09;

use http09::command::Command;

const HELP: &str = "\
Serves three pages over HTTP/0.9, or asks for one.

Usage: cargo run -p chapter-3 -- [FLAGS]
       cargo run -p chapter-3 -- get HOST[:PORT]/NAME [FLAGS]

As a server:
  --listen ADDR    an address and a port, 127.0.0.1:4003 by default;
                   port 0 lets the system choose
  --connections N  how many are served at once, 100 by default
  --idle SECONDS   how long a client may take, 10 by default

As a client (the port is 4003 by default):
  --server ADDR    the DNS server that is asked for the host,
                   127.0.0.1:4002 by default: the lab's

  --help           this text

Examples: cargo run -p chapter-3 -- --listen :4004 --connections 1
          cargo run -p chapter-3 -- get localhost:4004/hello
          curl --http0.9 http://127.0.0.1:4004/hello
";

#[tokio::main]
async fn main() -> ExitCode {
    let result = match Command::from_args() {
        Ok(Command::Help) => {
            print!("{HELP}");
            Ok(())
        }
        Ok(Command::Serve(options)) => {
            http09::server::run(options).await
        }
        Ok(Command::Get(request)) => http09::client::run(request).await,
        Err(error) => Err(format!("{error} (--help lists the flags)")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapter-3: {error}");
            ExitCode::FAILURE
        }
    }
}
