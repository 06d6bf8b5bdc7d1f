//! The small site: a folder, and a page made on the way.

use std::path::PathBuf;
use std::sync::Arc;

use lab::Steps;
use messages::{Site, folder_site};

use crate::serving::{get, send_by_hand};

pub async fn methods(steps: Steps) {
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get"] {
        for target in ["/index.html", "/squares.csv"] {
            let request = format!(
                "{method} {target} HTTP/1.1\r\nHost: a\r\n\r\n"
            );
            let mut served =
                send_by_hand(&steps, site(), &request).await;
            let (head, _) = served.answer(&steps, method).await;
            steps.equal("status", &head.status, &405);
            let allow = head.header("Allow").unwrap_or_default();
            let list: Vec<&str> =
                allow.split(',').map(str::trim).collect();
            for allowed in ["GET", "HEAD"] {
                steps.holds(
                    format!("Allow: {allow:?} lists {allowed}"),
                    list.contains(&allowed),
                );
            }
            steps.holds(
                format!("Allow: {allow:?} does not list {method}"),
                !list.contains(&method),
            );
        }
    }
}

pub async fn pages(steps: Steps) {
    for (target, kind, part) in [
        ("/", "text/html", "<!doctype html>"),
        ("/index.html?x", "text/html", "<!doctype html>"),
        ("http://a/picture.svg", "image/svg+xml", "<svg "),
        ("/squares.csv", "text/csv", "19999,399960001\n"),
    ] {
        let (head, body) = get(&steps, site(), target).await;
        steps.equal("status", &head.status, &200);
        let told = head.header("Content-Type").unwrap_or_default();
        let what = format!("Content-Type: {told:?} begins with {kind}");
        steps.holds(what, told.starts_with(kind));
        let there = body.contains(part);
        steps.holds(format!("the body has {part:?} in it"), there);
    }
    // A browser keeps the connection for what a page needs.
    let request = |target: &str| {
        format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n")
    };
    let all: String =
        ["/", "/picture.svg?size=large", "/squares.csv", "/nothing"]
            .map(request)
            .concat();
    let mut served = send_by_hand(&steps, site(), &all).await;
    for status in [200, 200, 200, 404] {
        let (head, _) = served.answer(&steps, "GET").await;
        steps.equal("status", &head.status, &status);
    }
    served.nothing_more(&steps).await;
}

/// The site of this chapter, whichever tree it is served from.
fn site() -> Arc<Site> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let site = "../../exercises/chapter-04-messages/site";
    folder_site(here.join(site))
}
