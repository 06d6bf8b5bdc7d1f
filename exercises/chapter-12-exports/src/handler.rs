//! Exports: a table as the body of a response.
//!
//! We provide this file: it only decides which format a client wants.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use watermark::Watermarks;

use crate::{
    Csv, Database, Format, JsonArray, Ndjson, TableCursor, rows_to_body,
};

/// How far the rows may be ahead of their client, in bytes.
const MARKS: Watermarks = Watermarks {
    low: 32 * 1024,
    high: 64 * 1024,
};

/// The formats in which a table can be sent. The first is for clients
/// that don't ask for one.
const KINDS: [Kind; 3] = [
    Kind {
        ending: ".json",
        media_types: &["application/json"],
        content_type: "application/json",
        format: |_| Box::new(JsonArray::default()),
    },
    Kind {
        ending: ".ndjson",
        media_types: &["application/x-ndjson", "application/jsonl"],
        content_type: "application/x-ndjson",
        format: |_| Box::new(Ndjson),
    },
    Kind {
        ending: ".csv",
        media_types: &["text/csv"],
        content_type: "text/csv; charset=utf-8; header=present",
        format: |cursor| Box::new(Csv::new(cursor.names().clone())),
    },
];

/// One of these formats.
struct Kind {
    /// The extension after the table's name in the path.
    ending: &'static str,
    /// The media types that a client may accept.
    media_types: &'static [&'static str],
    /// The `Content-Type` of the response.
    content_type: &'static str,
    format: fn(&TableCursor) -> Box<dyn Format>,
}

/// Serves `GET /exports/{table}` from this database.
///
/// `GET /exports/items.csv` sends the rows of the table `items`;
/// `.json` and `.ndjson` are the other formats. Without an extension,
/// `Accept` decides which format is sent.
pub fn router(database: Arc<Database>) -> Router {
    Router::new()
        .route("/exports/{table}", get(export))
        .with_state(database)
}

/// Responds to `GET /exports/items.csv` with the rows of `items`.
///
/// The extension of `name` decides the format: `.json`, `.ndjson`, or
/// `.csv`. It comes before `Accept`, because a link in a page can't set
/// a header field. Without an extension, `Accept` decides, and the
/// response is 406 if the client accepts none of the formats. `HEAD`
/// opens the table, and reads only its first rows.
async fn export(
    State(database): State<Arc<Database>>,
    method: Method,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let by_ending = KINDS
        .iter()
        .find_map(|kind| Some((name.strip_suffix(kind.ending)?, kind)));
    let (table, kind, varies) = match by_ending {
        Some((table, kind)) => (table, kind, false),
        None => match accepted(&headers) {
            Some(kind) => (name.as_str(), kind, true),
            None => return not_acceptable(),
        },
    };
    let cursor = match database.table(table).await {
        Ok(cursor) => cursor,
        Err(error) => return error.into_response(),
    };
    let mut response = Response::new(Body::empty());
    if method != Method::HEAD {
        let format = (kind.format)(&cursor);
        let rows = rows_to_body(cursor, format, MARKS);
        *response.body_mut() = Body::from_stream(rows);
    }
    let fields = response.headers_mut();
    let mut set = |name, value| {
        fields.insert(name, header::HeaderValue::from_static(value));
    };
    set(header::CONTENT_TYPE, kind.content_type);
    set(header::CACHE_CONTROL, "no-store");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if varies {
        set(header::VARY, "accept");
    }
    response
}

/// Makes the response for a client that accepts none of the formats:
/// 406.
fn not_acceptable() -> Response {
    let said = "Exports come as application/json, \
                application/x-ndjson and text/csv.\n";
    let mut response =
        (StatusCode::NOT_ACCEPTABLE, said).into_response();
    let vary = header::HeaderValue::from_static("accept");
    response.headers_mut().insert(header::VARY, vary);
    response
}

/// Returns the format that the client prefers, or the first one of
/// several that it likes equally (RFC 9110, section 12.5.1).
fn accepted(headers: &HeaderMap) -> Option<&'static Kind> {
    let lists: Vec<_> = headers
        .get_all(header::ACCEPT)
        .iter()
        .map(|value| value.to_str().unwrap_or_default())
        .collect();
    let ranges: Vec<_> =
        lists.iter().flat_map(|list| list.split(',')).collect();
    if ranges.iter().all(|range| range.trim().is_empty()) {
        return Some(&KINDS[0]);
    }
    let mut best: Option<(u32, &'static Kind)> = None;
    for kind in &KINDS {
        let weights = kind
            .media_types
            .iter()
            .map(|media_type| weight(&ranges, media_type));
        let weight = weights.max().unwrap_or(0);
        if weight > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight, kind));
        }
    }
    best.map(|(_, kind)| kind)
}

/// Returns the weight of a media type, in thousandths. 0 means that it
/// isn't acceptable. The most specific range that matches it decides.
fn weight(ranges: &[&str], media_type: &str) -> u32 {
    let group = media_type.split('/').next().unwrap_or_default();
    let group = format!("{group}/*");
    let mut found = (0, 0);
    for range in ranges {
        let name = range.split(';').next().unwrap_or_default().trim();
        let exactness = if name.eq_ignore_ascii_case(media_type) {
            3
        } else if name.eq_ignore_ascii_case(&group) {
            2
        } else if name == "*/*" {
            1
        } else {
            continue;
        };
        if exactness > found.0 {
            found = (exactness, quality(range));
        }
    }
    found.1
}

/// Returns the `q` of a range, in thousandths, or 1000 if it has none.
/// If `q` isn't a number, the range counts as refused.
fn quality(range: &str) -> u32 {
    let Some(q) = messages::parameter(range, "q") else {
        return 1000;
    };
    match q.parse::<f32>() {
        Ok(q) if (0.0..=1.0).contains(&q) => (q * 1000.0) as u32,
        _ => 0,
    }
}
