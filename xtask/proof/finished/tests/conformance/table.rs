//! The table of requests.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use super::allowed::Allowed;
use super::request::Request;
use super::seen::Seen;

/// What stands in braces in the table, and what it means for this server.
pub type Values = BTreeMap<&'static str, String>;

/// One request, and the answers that are allowed.
#[derive(Debug)]
pub struct Row {
    /// The section that says so.
    pub section: String,
    /// The request in words.
    pub name: String,
    request: String,
    answers: String,
}

/// All rows in their order.
pub fn read() -> Result<Vec<Row>, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/requests.tsv");
    let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let lines = text.lines().enumerate();
    let rows = lines.filter(|(_, line)| !line.starts_with('#')).skip(1);
    rows.map(|(at, line)| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [section, name, request, answers] = cells[..] else {
            return Err(format!("line {}: {} cells", at + 1, cells.len()));
        };
        let [section, name, request, answers] =
            [section, name, request, answers].map(str::to_owned);
        Ok(Row {
            section,
            name,
            request,
            answers,
        })
    })
    .collect()
}

impl Row {
    /// Sends the request and looks at the answer.
    pub async fn ask(&self, server: SocketAddr, values: &Values) -> Result<(), String> {
        let request = Request::parse(&filled(&self.request, values))?;
        let allowed = Allowed::parse(&filled(&self.answers, values))?;
        let mut seen = Seen::ask(server, &request).await;
        let mut reasons = Vec::new();
        for answer in allowed {
            match answer.judge(&mut seen).await {
                Ok(()) => return Ok(()),
                Err(reason) => reasons.push(format!("  not `{answer}`: {reason}")),
            }
        }
        let sent = String::from_utf8_lossy(&request.bytes)
            .chars()
            .take(300)
            .collect();
        let sent: String = str::escape_debug(&sent as &String).collect();
        Err(format!(
            "seen {seen}\n{}\n  sent {sent}",
            reasons.join("\n")
        ))
    }
}

fn filled(text: &str, values: &Values) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}
