//! Checks of what a part of a form is called.

use futures_util::{StreamExt, stream};
use lab::Steps;
use uploads::{Multipart, UploadError, UploadLimits};

/// What the first file of a form with this field is called.
/// `None`: there is no file in it.
async fn name_in(field: &str) -> Result<Option<String>, UploadError> {
    let body = format!(
        "--b\r\nContent-Disposition: {field}\r\n\r\nx\r\n--b--\r\n"
    );
    let source = stream::iter([Ok(body.into())]).boxed();
    let kind = "multipart/form-data; boundary=b";
    let limits = UploadLimits::default();
    let mut parts = Multipart::new(source, kind, &limits)?;
    let part = parts.next().await?;
    Ok(part.map(|part| part.name.to_string()))
}

pub async fn named(steps: Steps) {
    steps.step("names as browsers, .NET, Python and curl send them");
    for (field, expected) in [
        ("form-data; name=f; filename=\"a.txt\"", "a.txt"),
        ("form-data; name=f; filename=a.txt", "a.txt"),
        ("form-data; filename=\"na\u{ef}ve.txt\"", "na\u{ef}ve.txt"),
        ("form-data; filename=\"50%25.txt\"", "50%25.txt"),
        (
            "form-data; filename*=utf-8''na%C3%AFve.txt",
            "na\u{ef}ve.txt",
        ),
        ("form-data; filename*=UTF-8'en'a%20b.txt", "a b.txt"),
        (
            "form-data; filename*=ISO-8859-1''na%EFve.txt",
            "na\u{ef}ve.txt",
        ),
        (
            "form-data; filename=\"x.txt\"; filename*=utf-8''y.txt",
            "y.txt",
        ),
        (
            "form-data; filename=\"=?utf-8?B?bmHDr3ZlLnR4dA==?=\"",
            "na\u{ef}ve.txt",
        ),
        (
            "form-data; filename=\"=?utf-8?q?na=C3=AFve_1.txt?=\"",
            "na\u{ef}ve 1.txt",
        ),
        ("form-data; filename=\"=?UTF-8?Q?50%.txt?=\"", "50%.txt"),
        ("form-data; filename*=us-ascii'en'a%20b.txt", "a b.txt"),
        ("form-data; filename*=utf-8''a+b.txt", "a+b.txt"),
        ("form-data; filename*=utf-8''it%27s.txt", "it's.txt"),
        (
            "form-data; filename=\"=?utf-8?b?YSBiLnR4dA==?=\"",
            "a b.txt",
        ),
        ("form-data; filename=\"=?utf-8?Q?a+b.txt?=\"", "a+b.txt"),
        ("form-data; filename=\"=?US-ASCII?Q?a_b.txt?=\"", "a b.txt"),
    ] {
        let seen = name_in(field).await.map_err(|it| it.to_string());
        let expected = Ok(Some(expected.to_owned()));
        steps.equal(format!("the name in {field}"), &seen, &expected);
    }
    steps.step("a quote that browsers write as %22");
    let field = "form-data; filename=\"a%22b.txt\"";
    let refused = name_in(field).await;
    let quote = matches!(
        refused,
        Err(UploadError::Name(name)) if name == "a\"b.txt"
    );
    steps.holds("the quote is read, and refused in a name", quote);
    steps.step("fields of the form aren't files");
    for field in [
        "form-data; name=f",
        "form-data; name=\"filename=x\"",
        "form-data; name=\"a; filename=x\"",
        "form-data; name=\"a; filename*=x\"; other=b",
        "form-data; name=\"a\\\"; filename=x\"",
    ] {
        let seen = name_in(field).await.map_err(|it| it.to_string());
        steps.equal(format!("the name in {field}"), &seen, &Ok(None));
    }
    steps.step("a name that nobody can read is an error, and no field");
    for field in [
        "form-data; filename*=utf-16''a.txt",
        "form-data; filename*=utf-8''%ff.txt",
        "form-data; filename*=us-ascii''na%C3%AFve.txt",
        "form-data; filename*=US-ASCII''na%EFve.txt",
        "form-data; filename=\"=?us-ascii?B?bmHDr3ZlLnR4dA==?=\"",
        "form-data; filename=\"=?utf-8?Q?na=EFve.txt?=\"",
        "form-data; filename*=a.txt",
        "form-data; filename=\"=?utf-8?X?YQ==?=\"",
        "form-data; filename=\"=?utf-8?B?*?=\"",
        "form-data; filename=\"=?utf-8?B?YQ==\"",
        "form-data; filename=\"a.txt",
        "form-data; FileName=\"a.txt",
        "form-data; name=\"a;b\"; filename=\"a.txt",
        "form-data; name=\"a\\\"b\"; filename=\"a.txt",
    ] {
        let refused = name_in(field).await;
        let head = matches!(refused, Err(UploadError::PartHead));
        steps.holds(format!("{field} is refused"), head);
    }
    steps.step("a separator inside a name does not end it");
    for (field, beginning) in [
        ("form-data; filename*=utf-8''it's.txt", "it"),
        ("form-data; filename=\"=?utf-8?Q?a?b.txt?=\"", "a"),
    ] {
        let seen = name_in(field).await.ok().flatten();
        let cut = seen.as_deref() == Some(beginning);
        steps.holds(format!("{field} is more than {beginning}"), !cut);
    }
    steps.step("an unreadable name beside one that can be read");
    for field in [
        "form-data; filename*=utf-16''a.txt; filename=\"a.txt\"",
        "form-data; filename=\"a.txt\"; filename*=utf-8''%ff.txt",
        "form-data; filename=\"a.txt\"; filename*=us-ascii''%C3.txt",
        "form-data; filename*=a.txt; filename=\"a.txt\"",
    ] {
        let refused = name_in(field).await;
        let head = matches!(refused, Err(UploadError::PartHead));
        steps.holds(format!("{field} is refused"), head);
    }
}
