//! The files of a run: JSON and SVG.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::error::Error;
use crate::figures::{Figures, Measure, Spread};
use crate::options::Options;
use crate::{page, picture};

/// The version of the JSON file.
const SCHEMA: u32 = 1;

/// Makes the folder, before anything is measured: a run must not be lost.
pub(crate) fn folder(options: &Options) -> Result<PathBuf, Error> {
    let folder = match &options.out {
        Some(folder) => folder.clone(),
        None => programs::root().join("target").join("bench"),
    };
    fs::create_dir_all(&folder).map_err(|error| Error::File {
        doing: "make the folder",
        path: folder.clone(),
        error,
    })?;
    Ok(folder)
}

/// Writes both, and says where they are.
pub(crate) fn write(
    figures: &Figures,
    folder: &Path,
    options: &Options,
) -> Result<Vec<PathBuf>, Error> {
    let text = serde_json::to_string_pretty(&json(figures)).unwrap_or_default() + "\n";
    let files = [
        ("json", text),
        ("svg", picture::svg(figures)?),
        ("md", page::tables(figures)),
    ];
    let mut written = Vec::new();
    for (ending, text) in files {
        let path = folder.join(format!("{}.{ending}", options.name));
        let part = path.with_extension("part");
        let saved = fs::write(&part, text).and_then(|()| fs::rename(&part, &path));
        saved.map_err(|error| Error::File {
            doing: "write",
            path: path.clone(),
            error,
        })?;
        written.push(path);
    }
    Ok(written)
}

fn json(figures: &Figures) -> Value {
    let mut measures = serde_json::Map::new();
    for measure in &figures.measures {
        let servers: serde_json::Map<String, Value> = figures
            .servers
            .iter()
            .map(|(name, _)| ((*name).to_owned(), server(measure, name)))
            .collect();
        let entry = json!({
            "title": measure.title,
            "unit": measure.unit,
            "against": measure.against,
            "servers": servers,
        });
        measures.insert(measure.key.clone(), entry);
    }
    let servers: serde_json::Map<String, Value> = figures
        .servers
        .iter()
        .map(|(name, what)| ((*name).to_owned(), json!(what)))
        .collect();
    json!({
        "schema": SCHEMA,
        "command": figures.command,
        "machine": figures.machine,
        "servers": servers,
        "measures": measures,
    })
}

fn server(measure: &Measure, name: &str) -> Value {
    let spread = |spread: Spread| json!({ "least": spread.least, "median": spread.median, "most": spread.most });
    // The same as text: what a page of the book shows.
    let value = measure.value(name);
    json!({
        "rounds": measure.values.get(name),
        "value": value.map(spread),
        "ratio": measure.ratio(name).map(spread),
        "shown": value.map(|value| shown(value.median)),
        "shown_ratio": measure.ratio(name).map(|ratio| format!("{:.2}", ratio.median)),
    })
}

/// Three figures, and no more.
pub(crate) fn shown(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_every_server_in_every_measure() {
        let mut measure = Measure::new("speed_1", "1 client", "MB/s", "nginx");
        measure.add("queued", Some(1234.5));
        measure.add("nginx", Some(2469.0));
        let figures = Figures {
            command: "cargo xtask bench".to_owned(),
            machine: "a test".to_owned(),
            servers: vec![
                ("queued", "ours".to_owned()),
                ("nginx", "nginx/1".to_owned()),
            ],
            measures: vec![measure],
        };
        let value = json(&figures);
        let speed = &value["measures"]["speed_1"]["servers"];
        assert_eq!(speed["queued"]["shown"], "1234");
        assert_eq!(speed["queued"]["shown_ratio"], "0.50");
        assert_eq!(speed["nginx"]["ratio"]["median"], 1.0);
        assert_eq!(value["servers"]["nginx"], "nginx/1");
    }
}
