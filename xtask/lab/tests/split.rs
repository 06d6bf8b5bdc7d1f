//! The split feeder cuts where the book's table says, and where the simulator cuts.

use std::path::Path;

use lab::split::{self, Pieces};
use lab::trace::{Case, Table};

fn cut<'i>(input: &'i [u8], how: &str) -> Pieces<'i> {
    let number = |text: &str| text.parse().expect("a number of bytes");
    match (how, how.strip_prefix("after ")) {
        ("whole", _) => split::whole(input),
        ("line", _) => split::line_by_line(input),
        ("1", _) => split::byte_by_byte(input),
        (_, Some(length)) => split::in_two(input, number(length)),
        (length, None) => split::every_so_many(input, number(length)),
    }
}

#[test]
fn the_pieces_are_those_of_the_table() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/traces/exchange.tsv");
    let table = Table::read(&file).expect("the table can be read");
    for Case { name, rows } in table.cases() {
        let text = |column| rows[0].text(column).expect("a column");
        let how = text("cut").expect("each case is cut");
        // A dash is the end of the connection, and no piece.
        let written: Vec<Vec<u8>> = rows
            .iter()
            .filter_map(|row| row.bytes("piece").expect("bytes"))
            .collect();
        let input = written.concat();
        let pieces: Vec<Vec<u8>> =
            cut(&input, how).iter().map(<[u8]>::to_vec).collect();
        assert_eq!(pieces, written, "{name}, cut by {how}");
    }
}
