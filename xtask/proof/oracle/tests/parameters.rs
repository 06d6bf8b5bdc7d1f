//! The parameters of field values, as RFC 9110, section 5.6.6, and RFC 7578 write
//! them.

use messages::parameter;

#[test]
fn a_parameter_is_found_by_its_name_in_any_case() {
    for (value, name, found) in [
        ("text/plain; charset=utf-8", "charset", Some("utf-8")),
        ("text/plain;charset=utf-8", "Charset", Some("utf-8")),
        ("text/plain; CHARSET=utf-8 ; a=b", "charset", Some("utf-8")),
        ("text/plain; a; charset=utf-8", "charset", Some("utf-8")),
        ("text/plain;; charset=utf-8;", "charset", Some("utf-8")),
        ("text/plain", "charset", None),
        ("text/plain; charset", "charset", None),
        ("charset=utf-8", "charset", None),
        ("a; filename=b; name=c", "name", Some("c")),
        ("a; charset=", "charset", Some("")),
    ] {
        assert_eq!(parameter(value, name).as_deref(), found, "{value}");
    }
}

#[test]
fn quotes_are_taken_off_and_hide_semicolons() {
    for (value, found) in [
        ("form-data; name=\"a b\"", Some("a b")),
        ("form-data; name=\"a;b\"; x=y", Some("a;b")),
        ("form-data; name=\"say \\\"a\\\"\"", Some("say \"a\"")),
        ("form-data; x=\"; name=no\"; name=yes", Some("yes")),
        ("form-data; name=\"\"", Some("")),
        (
            "form-data; name=\"gr\u{fc}\u{df}e\"",
            Some("gr\u{fc}\u{df}e"),
        ),
        ("form-data; name=\"never closed", None),
        ("form-data; name=\"a\\", None),
    ] {
        assert_eq!(parameter(value, "name").as_deref(), found, "{value}");
    }
}
