fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words[0].as_str() {
        // What a shell does elsewhere.
        #[cfg(windows)]
        "orphan" => hostile::orphan(),
        "sleep" => std::thread::sleep(std::time::Duration::from_secs(1000)),
        "grow" => { hostile::grows_slowly(); },
        what => hostile::serve(what, &words[1]),
    }
}
