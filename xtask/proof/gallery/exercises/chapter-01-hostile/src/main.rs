fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    hostile::serve(&words[0], &words[1]);
}
