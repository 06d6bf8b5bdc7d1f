//! The flags: one table for the command line, the environment and
//! `--help`.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fmt;

/// One flag, and how it is explained.
pub(crate) struct Flag {
    pub(crate) name: &'static str,
    /// What its value is called. Empty: a switch, without value.
    value: &'static str,
    /// The variable that stands in for it.
    variable: &'static str,
    /// What holds when nobody says otherwise. Empty: nothing.
    default: &'static str,
    meaning: &'static str,
}

const fn flag(
    name: &'static str,
    value: &'static str,
    variable: &'static str,
    default: &'static str,
    meaning: &'static str,
) -> Flag {
    Flag {
        name,
        value,
        variable,
        default,
        meaning,
    }
}

/// All of them, in the order of `--help`. An empty name begins a
/// group.
#[rustfmt::skip]
pub(crate) const FLAGS: &[Flag] = &[
    flag("", "", "", "", "Where, and what"),
    flag("--listen", "ADDR", "SERVER_LISTEN", "127.0.0.1:3000",
        "an address and a port; port 0 lets the system choose"),
    flag("--allow", "SUBNETS", "SERVER_ALLOW", "0.0.0.0/0,::/0",
        "who may connect, with commas between; the others are dropped"),
    flag("--file", "FILE", "SERVER_FILE", "largefile.zip",
        "the file behind /download"),
    flag("--root", "FOLDER", "SERVER_ROOT", "",
        "serve its files at /files/"),
    flag("--body", "KIND", "SERVER_BODY", "queued",
        "queued reads ahead of the client; direct reads at once what \
         is in memory"),
    flag("--no-gzip", "", "SERVER_NO_GZIP", "",
        "send every file as it is"),
    flag("--uploads", "FOLDER", "SERVER_UPLOADS", "",
        "take files at POST /files, and save them here"),
    flag("--database", "FILE", "SERVER_DATABASE", "",
        "send the tables of this SQLite file at /exports/; if it can \
         be written, it is switched to WAL mode and stays so, which \
         lets others write during an export"),
    flag("--imports", "", "SERVER_IMPORTS", "",
        "fetch files by URL at POST /imports, into --uploads"),
    flag("--dns", "ADDR", "SERVER_DNS", "127.0.0.53:53",
        "the DNS server that imports ask"),
    flag("--import-allow", "SUBNETS", "SERVER_IMPORT_ALLOW", "",
        "fetch from here too, although it is not public"),
    flag("--admin", "ADDR", "SERVER_ADMIN", "",
        "serve /healthz, /ready and /metrics at an address of their \
         own; `public` serves them at --listen"),
    flag("", "", "", "", "Limits"),
    flag("--lean", "", "SERVER_LEAN", "",
        "other defaults, for very many slow clients: small pieces, \
         small buffers"),
    flag("--connections", "COUNT", "SERVER_CONNECTIONS", "1024",
        "served at once; the next ones wait (lean: 16384)"),
    flag("--header-timeout", "TIME", "SERVER_HEADER_TIMEOUT", "20s",
        "for the head of a request, and for the handshake of TLS"),
    flag("--idle-timeout", "TIME", "SERVER_IDLE_TIMEOUT", "15s",
        "between an answer and the next request"),
    flag("--write-timeout", "TIME", "SERVER_WRITE_TIMEOUT", "30s",
        "for a client that takes nothing"),
    flag("--read-timeout", "TIME", "SERVER_READ_TIMEOUT", "30s",
        "for a client that sends nothing of its upload"),
    flag("--total-timeout", "TIME", "SERVER_TOTAL_TIMEOUT", "24h",
        "for a connection, whatever it does"),
    flag("--upload-limit", "SIZE", "SERVER_UPLOAD_LIMIT", "4GiB",
        "the longest file that is taken"),
    flag("--upload-parts", "COUNT", "SERVER_UPLOAD_PARTS", "256",
        "the most files and fields of one form"),
    flag("--high-water-mark", "SIZE", "SERVER_HIGH_WATER_MARK", "64KiB",
        "how far a queued body reads ahead of its client"),
    flag("--write-buffer", "SIZE", "SERVER_WRITE_BUFFER", "64KiB",
        "collected for a client; a head must fit, too (lean: 16KiB)"),
    flag("--unsent", "SIZE", "SERVER_UNSENT", "512KiB",
        "in the kernel and not sent, on Linux; 0B: no limit (lean: \
         16KiB)"),
    flag("--send-buffer", "SIZE", "SERVER_SEND_BUFFER", "",
        "the kernel's, for each client; without it, the kernel grows \
         it (lean: 64KiB)"),
    flag("", "", "", "", "The end, after SIGTERM or Ctrl-C"),
    flag("--notice", "TIME", "SERVER_NOTICE", "0s",
        "/ready says 503 for so long before connections are refused"),
    flag("--grace", "TIME", "SERVER_GRACE", "30s",
        "for what is in flight; then it is cut, as by a second signal"),
    flag("", "", "", "", "TLS"),
    flag("--tls-certificate", "FILE", "SERVER_TLS_CERTIFICATE", "",
        "PEM: the certificate, and those that vouch for it"),
    flag("--tls-key", "FILE", "SERVER_TLS_KEY", "",
        "PEM: its key"),
    flag("--tls-self-signed", "", "SERVER_TLS_SELF_SIGNED", "",
        "make a certificate for localhost and the address, and print it"),
    flag("", "", "", "", "Messages"),
    flag("--log", "FORMAT", "SERVER_LOG", "text",
        "text, json or off: one line a request, at its end, to stderr"),
    flag("--log-details", "", "SERVER_LOG_DETAILS", "",
        "also why connections failed"),
    flag("--help", "", "", "", "this text"),
];

/// What a variable says to turn something on, or off.
const ON: [&str; 4] = ["1", "true", "yes", "on"];
const OFF: [&str; 5] = ["", "0", "false", "no", "off"];

impl Flag {
    /// What the text of its variable stands for; `None` if the
    /// flag counts as not given.
    ///
    /// Nothing is on by accident: what means off to one program
    /// means off here, and a word that nobody can be sure about
    /// is an error.
    fn of_variable(
        &self,
        text: OsString,
    ) -> Result<Option<OsString>, String> {
        let word = text.to_str().map(str::to_ascii_lowercase);
        let word = word.as_deref();
        let off = word.is_some_and(|word| OFF.contains(&word));
        let on = word.is_some_and(|word| ON.contains(&word));
        let is_switch = self.value.is_empty();
        if off && (is_switch || self.default.is_empty()) {
            return Ok(None);
        }
        if is_switch && !on {
            let variable = self.variable;
            return Err(format!(
                "`{variable}={}` is neither on nor off: write \
                 {variable}=1 or {variable}=0",
                text.display()
            ));
        }
        // An empty list would not mean everybody.
        let default = text.is_empty() && self.name != "--allow";
        Ok((!default).then_some(text))
    }
}

/// What was given, by flag, and where.
#[derive(Debug, Default)]
pub(crate) struct Values {
    given: HashMap<&'static str, Given>,
}

/// What to say about a word that is none. A value stands apart
/// from its flag here; many programs take `--flag=value`, too.
fn no_flag(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    match text.split_once('=') {
        Some((name, value))
            if FLAGS.iter().any(|it| it.name == name) =>
        {
            format!("`{text}` is no flag here; write `{name} {value}`")
        }
        _ => format!(
            "`{text}` is no flag here; --help shows those that are"
        ),
    }
}

/// A value, and whether its variable said it.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) text: OsString,
    flag: &'static str,
    variable: Option<&'static str>,
}

impl Values {
    /// Reads the words after the program's name; what they do not
    /// say comes from the environment.
    pub(crate) fn read(
        words: impl IntoIterator<Item = OsString>,
        environment: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, String> {
        let mut values = Self::default();
        for flag in FLAGS.iter().filter(|it| !it.variable.is_empty()) {
            let Some(text) = environment(flag.variable) else {
                continue;
            };
            if let Some(text) = flag.of_variable(text)? {
                values.set(flag, text, Some(flag.variable));
            }
        }
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let known =
                |it: &&Flag| word == it.name && !word.is_empty();
            let flag = FLAGS
                .iter()
                .find(known)
                .ok_or_else(|| no_flag(&word))?;
            let text = match flag.value {
                "" => OsString::from("1"),
                value => words.next().ok_or_else(|| {
                    let Flag { name, default, .. } = flag;
                    let example = match *default {
                        "" => value,
                        default => default,
                    };
                    format!(
                        "`{name}` needs a value, such as {name} \
                         {example}"
                    )
                })?,
            };
            values.set(flag, text, None);
        }
        Ok(values)
    }

    fn set(
        &mut self,
        flag: &Flag,
        text: OsString,
        variable: Option<&'static str>,
    ) {
        let flag = flag.name;
        let given = Given {
            text,
            flag,
            variable,
        };
        self.given.insert(flag, given);
    }

    /// Whether a switch is on.
    pub(crate) fn is_on(&self, flag: &str) -> bool {
        self.given.contains_key(flag)
    }

    /// What was given for a flag.
    pub(crate) fn get(&self, flag: &str) -> Option<&Given> {
        self.given.get(flag)
    }
}

/// As it was typed.
impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.display();
        match self.variable {
            Some(variable) => write!(f, "{variable}={text}"),
            None => write!(f, "{} {text}", self.flag),
        }
    }
}

/// The text of `--help`.
pub(crate) fn help() -> String {
    let mut text = String::from(
        "The streaming download server.\n\n\
         Usage: cargo run -p chapter-13 -- [FLAGS]\n",
    );
    for flag in FLAGS {
        if flag.name.is_empty() {
            text.push_str(&format!("\n{}:\n", flag.meaning));
            continue;
        }
        let name = format!("{} {}", flag.name, flag.value);
        text.push_str(&format!("  {name:<26}{}\n", flag.meaning));
        let default = match flag.default {
            "" => "nothing",
            default => default,
        };
        if !flag.variable.is_empty() {
            let variable = flag.variable;
            text.push_str(&format!(
                "{:<28}default {default}; variable {variable}\n",
                ""
            ));
        }
    }
    text.push_str(
        "\nTIME is a number with ms, s, m or h; SIZE one with B, KiB, \
         MiB or GiB.\nA flag counts more than its variable. A \
         variable that is empty counts as not set, but for \
         SERVER_ALLOW.\nFor a flag without value, and for one \
         whose default is nothing, a variable with 0, false, no or \
         off means off; 1, true, yes or on turn a flag without \
         value on.\n\
         Example: cargo run -p chapter-13 -- --root . --grace 10s\n",
    );
    text
}
