use super::*;

fn every_kind() -> Vec<Record> {
    let nasty = "tab\there, line\nfeed, return\rand \\n that is none, é €".to_owned();
    let mut all = vec![
        Record::Begin,
        Record::Step(nasty.clone()),
        Record::Note(String::new()),
        Record::Repeat(nasty.clone()),
        Record::Wrong {
            what: nasty.clone(),
            expected: "ends in a backslash \\".to_owned(),
            seen: nasty.clone(),
        },
        Record::Memory {
            peak: u64::MAX,
            limit: 0,
            refused: 1,
        },
        Record::Passed,
        Record::NotCheckable(nasty.clone()),
    ];
    for kind in [Kind::Failure, Kind::Todo, Kind::Panic] {
        for place in [Place::Check, Place::Task, Place::Server] {
            all.push(Record::Panic(Panic {
                kind,
                place,
                file: "C:\\new\\table.rs".to_owned(),
                line: 7,
                message: nasty.clone(),
            }));
        }
    }
    all
}

#[test]
fn every_record_comes_back_as_it_was_written() {
    for record in every_kind() {
        let line = line(&record);
        assert_eq!(line.matches('\n').count(), 1, "{line:?}");
        assert_eq!(parse(&line), Some(record.clone()));
        assert_eq!(parse(line.trim_end_matches('\n')), Some(record));
    }
}

#[test]
fn the_lines_are_those_of_the_contract() {
    let panic = Record::Panic(Panic {
        kind: Kind::Todo,
        place: Place::Server,
        file: "src/a.rs".to_owned(),
        line: 12,
        message: "not yet implemented: a\tb".to_owned(),
    });
    assert_eq!(
        line(&panic),
        "panic\ttodo\tserver\tsrc/a.rs\t12\tnot yet implemented: a\\tb\n"
    );
    let wrong = Record::Wrong {
        what: "hosts".to_owned(),
        expected: "254".to_owned(),
        seen: "256".to_owned(),
    };
    assert_eq!(line(&wrong), "wrong\thosts\t254\t256\n");
}

#[test]
fn a_long_field_is_cut_between_characters() {
    for padding in 0..3 {
        let long = format!("{}{}", "x".repeat(padding), "€".repeat(2000));
        let Some(Record::Step(cut)) = parse(&line(&Record::Step(long.clone()))) else {
            panic!("the record is lost");
        };
        assert!(cut.len() <= FIELD_LIMIT && cut.len() > FIELD_LIMIT - 6);
        assert!(cut.ends_with('…') && long.starts_with(cut.trim_end_matches('…')));
    }
    let exact = "y".repeat(FIELD_LIMIT);
    let line = line(&Record::Step(exact.clone()));
    assert_eq!(parse(&line), Some(Record::Step(exact)));
}

#[test]
fn an_unknown_kind_or_a_missing_field_is_no_record() {
    assert_eq!(parse("applause\tloud"), None);
    assert_eq!(parse("wrong\tonly\ttwo"), None);
    assert_eq!(parse("memory\t1\t2\tmany"), None);
    assert_eq!(parse("panic\ttodo\tmoon\ta.rs\t1\tx"), None);
    assert_eq!(parse(""), None);
}

#[test]
fn a_later_version_may_add_fields() {
    assert_eq!(parse("passed\t12 ms\n"), Some(Record::Passed));
    assert_eq!(parse("step\ta\tb\n"), Some(Record::Step("a".to_owned())));
}

#[test]
fn truncated_and_foreign_lines_are_left_out() {
    assert_eq!(parse_all("wrong\tonly\nhello\npassed\n"), [Record::Passed]);
}
