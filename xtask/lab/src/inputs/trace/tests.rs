use super::{Error, Flaw, Table};
use std::path::Path;

const TABLE: &str = "\
# A comment.
case\taction\tsize\tanswer

one\tnew\t10\t-
one\twrite\t9\ttrue
# Another.
two\tnew\t0\t-
";

fn parse(text: &str) -> Result<Table, Error> {
    Table::parse(Path::new("traces/a.tsv"), text)
}

#[test]
fn a_table_is_read_case_by_case_and_row_by_row() {
    let table = parse(TABLE).expect("it is right");
    let cases = table.cases();
    let names: Vec<&str> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names, ["one", "two"]);
    let rows = &cases[0].rows;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1].line(), 5);
    assert_eq!(rows[1].text("action").expect("a column"), Some("write"));
    assert_eq!(rows[1].number("size").expect("a number"), Some(9));
    assert_eq!(rows[1].flag("answer").expect("a flag"), Some(true));
}

#[test]
fn a_dash_is_an_empty_cell() {
    let table = parse(TABLE).expect("it is right");
    let row = table.cases()[0].rows[0];
    assert_eq!(row.text("answer").expect("a column"), None);
    assert_eq!(row.flag("answer").expect("a column"), None);
}

#[test]
fn a_backslash_and_a_letter_stand_for_one_byte() {
    let bytes = |cell: &str| {
        let table = parse(&format!("case\tpiece\none\t{cell}\n"))?;
        table.cases()[0].rows[0].bytes("piece")
    };
    let seen = bytes(r"a\r\n\t\-\\b").expect("it is right");
    assert_eq!(seen.as_deref(), Some(&b"a\r\n\t-\\b"[..]));
    assert_eq!(bytes("-").expect("it is right"), None);
    for cell in [r"\x", "a\\"] {
        let error = bytes(cell).expect_err("no such letter");
        assert!(error.to_string().contains("behind a \\"), "{error}");
    }
}

#[test]
fn lines_may_end_as_on_windows() {
    let table = parse(&TABLE.replace('\n', "\r\n"));
    assert_eq!(
        table.expect("it is right"),
        parse(TABLE).expect("it is right")
    );
}

#[test]
fn what_is_wrong_is_told_with_file_and_line() {
    for (text, place, what) in [
        ("", "traces/a.tsv: ", "no line with the column names"),
        (
            "# only a comment\n",
            "traces/a.tsv: ",
            "no line with the column names",
        ),
        ("case\tsize\tsize\n", "traces/a.tsv:1: ", "`size`"),
        ("case\t\tsize\n", "traces/a.tsv:1: ", "``"),
        ("action\tsize\n", "traces/a.tsv:1: ", "no column `case`"),
        ("case\tsize\none\n", "traces/a.tsv:2: ", "1 cells under 2"),
        ("case\none\t1\n", "traces/a.tsv:2: ", "2 cells under 1"),
        ("case\none\ntwo\none\n", "traces/a.tsv:4: ", "`one` began"),
    ] {
        let message = parse(text).expect_err(what).to_string();
        assert!(message.starts_with(place), "{message}");
        assert!(message.contains(what), "{message}");
    }
}

#[test]
fn a_cell_of_another_kind_is_told_with_its_column() {
    let table = parse("case\tsize\tanswer\none\t-9\tyes\n").expect("it is right");
    let row = table.cases()[0].rows[0];
    let size = row.number("size").expect_err("-9 isn't a size").to_string();
    assert_eq!(
        size,
        "traces/a.tsv:2: `-9` under `size` isn't a whole number"
    );
    let answer = row
        .flag("answer")
        .expect_err("yes isn't a flag")
        .to_string();
    assert!(answer.contains("`yes` under `answer`"), "{answer}");
    let missing = row.text("length").expect_err("no such column").to_string();
    assert!(missing.contains(":2: there is no column `length`"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Table::read(Path::new("traces/none.tsv")).expect_err("no such file");
    assert!(matches!(error.flaw, Flaw::Unreadable(_)));
    assert!(error.to_string().starts_with("traces/none.tsv: can't"));
}

#[test]
fn the_tables_of_the_book_can_be_read() {
    let traces = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/traces");
    let writable = Table::read(&traces.join("writable.tsv")).expect("it is right");
    for case in writable.cases() {
        let first = case.rows[0];
        assert_eq!(first.text("action").expect("a column"), Some("new"));
        for row in &case.rows {
            row.number("length").expect("a number").expect("no dash");
            row.flag("needs_drain").expect("a flag").expect("no dash");
            row.number("writing").expect("a number");
            row.flag("answer").expect("a flag");
        }
    }
    for name in ["buffer.tsv", "clients.tsv"] {
        let table = Table::read(&traces.join(name)).expect(name);
        assert!(table.cases().len() > 3, "{name}");
    }
}
