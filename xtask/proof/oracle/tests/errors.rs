//! Chapter 9's pipeline ends after each fault as the simulator's table says: what the
//! example `faults` has measured is what stands there.

use std::fs;
use std::path::Path;

use lab::trace::Table;
use serde_json::Value;

#[test]
fn the_measured_faults_end_as_the_table_says() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../book");
    let table = Table::read(&book.join("traces/errors.tsv")).expect("the table");
    let measured = fs::read_to_string(book.join("measured/faults.json"));
    let measured: Value =
        serde_json::from_str(&measured.expect("the measured faults")).expect("JSON");
    let mut followed = 0;
    for case in table.cases() {
        let row = case.rows.first().expect("a row");
        let text = |column| row.text(column).expect("a column").unwrap_or_default();
        if text("wiring") != "ours" {
            continue;
        }
        let seen = &measured[text("fault")];
        assert_eq!(seen["told"], text("told"), "{}", case.name);
        assert_eq!(
            (seen["open"].as_str(), text("open")),
            (Some("0"), "nothing")
        );
        assert_eq!(text("all"), "no");
        followed += 1;
    }
    assert_eq!(followed, 3);
}
