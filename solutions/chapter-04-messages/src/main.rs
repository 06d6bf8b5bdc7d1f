//! A small site over HTTP/1.1, and a client that asks for one page.
//!
//! We provide this file: it only chooses between the server and the
//! client.
//!
//! ```text
//! cargo run -p chapter-4
//! cargo run -p chapter-4 -- get http://localhost:4004/
//! ```

use std::process::ExitCode;

mod program;

use program::command::Command;

const HELP: &str = "\
Serves the files of a folder over HTTP/1.1, or fetches a page.

Usage: cargo run -p chapter-4 -- [FLAGS]
       cargo run -p chapter-4 -- get URL [FLAGS]

As a server:
  --listen ADDR    an address and a port, 127.0.0.1:4004 by default;
                   port 0 lets the system choose
  --root FOLDER    the folder, the chapter's own site by default

As a client, the head goes to standard error, the body to standard
output:
  --server ADDR    the DNS server that is asked for the host,
                   127.0.0.1:4002 by default: the lab's

  --help           this text

Examples: cargo run -p chapter-4 -- --listen :4005 --root book
          cargo run -p chapter-4 -- get http://localhost:4005/
          curl -v http://127.0.0.1:4005/
";

#[tokio::main]
async fn main() -> ExitCode {
    let result = match Command::from_args() {
        Ok(Command::Help) => {
            print!("{HELP}");
            Ok(())
        }
        Ok(Command::Serve { listen, root }) => {
            program::server::run(listen, root).await
        }
        Ok(Command::Get(request)) => program::fetch::run(request).await,
        Err(error) => Err(format!("{error} (--help lists the flags)")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapter-4: {error}");
            ExitCode::FAILURE
        }
    }
}
