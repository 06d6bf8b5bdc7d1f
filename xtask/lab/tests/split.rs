//! The split feeder cuts where the book's table says, and where the simulator cuts.

use std::path::Path;

use lab::split::{self, Pieces};
use lab::trace::{Case, Table};

/// The bytes of a cell, in which a backslash and a letter stand for one byte.
fn bytes(cell: Option<&str>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut letters = cell.unwrap_or_default().bytes();
    while let Some(letter) = letters.next() {
        bytes.push(match letter {
            b'\\' => match letters.next() {
                Some(b'r') => b'\r',
                Some(b'n') => b'\n',
                Some(b't') => b'\t',
                Some(sign @ (b'\\' | b'-')) => sign,
                other => panic!("{other:?} behind a backslash in {cell:?}"),
            },
            other => other,
        });
    }
    bytes
}

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
            .map(|row| bytes(row.text("piece").expect("a column")))
            .filter(|piece| !piece.is_empty())
            .collect();
        let input = written.concat();
        let pieces: Vec<Vec<u8>> =
            cut(&input, how).iter().map(<[u8]>::to_vec).collect();
        assert_eq!(pieces, written, "{name}, cut by {how}");
    }
}
