//! Questions, written as fenced blocks and checked when the book is built.
//!
//! ````text
//! ```quiz
//! id = "loopback-is-a-block"
//! question = "Which addresses reach only this machine?"
//!
//! [[option]]
//! text = "only `127.0.0.1`"
//! why = "All of `127.0.0.0/8` is loopback, so `127.0.0.2` is as local."
//!
//! [[option]]
//! text = "every address from `127.0.0.0` to `127.255.255.255`"
//! why = "The whole block is set aside for loopback."
//! right = true
//! ```
//! ````
//!
//! A question becomes a plain form that works without JavaScript and in print:
//! the answer and the reason for every option are in the page, folded.

use crate::error::Error;
use crate::markdown::located_toml::{Document, Place, Settings};
use crate::site::html::{escape, inline};
use course::hash;

/// The word after the opening fence.
pub const FENCE: &str = "quiz";

/// The bits of an id's hash that decide where its options start. They're chosen so that
/// the positions of the right options in this book are evenly spread, which a test
/// checks.
const EVEN: u32 = 9;

/// A valid question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiz {
    /// A stable name, unique in the book, of lower-case letters, digits, and hyphens.
    pub id: String,
    /// The question. Backticks mark code.
    pub question: String,
    /// Two or more options, exactly one of which is right.
    pub options: Vec<Choice>,
}

/// One answer to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The answer.
    pub text: String,
    /// Why it's right, or which belief it comes from and why that belief is wrong.
    pub why: String,
    /// Whether it is the right one.
    pub right: bool,
}

impl Quiz {
    /// Reads and checks the inside of a fenced block that begins at `place`.
    ///
    /// # Errors
    ///
    /// The first rule that is broken: a name that is not stable, no question, fewer
    /// than two options, an option without an explanation, not exactly one right.
    pub fn parse(place: Place<'_>, toml: &str) -> Result<Self, Error> {
        let document = Document::parse(place, toml)?;
        let settings = document.settings();
        settings.only(&["id", "question", "option"])?;

        let id = settings.text("id")?;
        let stable = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !id.chars().all(stable) {
            let message = format!(
                "the quiz id `{id}` is kept by browsers and by the catalog: \
                 write it in small letters, digits and hyphens"
            );
            return Err(place.fault(settings.line_of("id"), message));
        }
        let quiz = Quiz {
            id: id.to_string(),
            question: settings.text("question")?.to_string(),
            options: settings
                .tables("option")?
                .iter()
                .map(choice)
                .collect::<Result<_, _>>()?,
        };

        if quiz.options.len() < 2 {
            return Err(settings.fault(format!("quiz `{id}` needs two options")));
        }
        match quiz.options.iter().filter(|option| option.right).count() {
            1 => Ok(quiz),
            0 => Err(settings.fault(format!(
                "quiz `{id}` has no right answer: give one option `right = true`"
            ))),
            count => Err(settings.fault(format!(
                "quiz `{id}` has {count} right answers: a reader can choose one"
            ))),
        }
    }

    /// The order in which a reader without JavaScript sees the options. Authors tend to
    /// put the right one in the middle, so the list starts at a place that only the id
    /// decides. Each reader's own order comes from `quiz.js`.
    pub fn order(&self) -> Vec<usize> {
        let count = self.options.len();
        let hash = hash::of(&self.id).number() >> EVEN;
        let start = (hash % count as u64) as usize;
        (0..count).map(|place| (start + place) % count).collect()
    }

    /// The question as a form, without blank lines, so that Markdown leaves it be.
    pub fn html(&self) -> String {
        let id = escape(&self.id);
        let mut html = format!(
            "<form class=\"quiz\" id=\"quiz-{id}\" data-quiz=\"{id}\">\n\
             <fieldset>\n<legend>{}</legend>\n",
            inline(&self.question)
        );
        let order = self.order();
        for &index in &order {
            let option = &self.options[index];
            html.push_str(&format!(
                "<label><input type=\"radio\" name=\"quiz-{id}\" value=\"{index}\"> \
                 <span>{}</span></label>\n",
                inline(&option.text)
            ));
        }
        html.push_str("</fieldset>\n<details>\n<summary>Answer and why</summary>\n");
        html.push_str("<ol>\n");
        for &index in &order {
            let option = &self.options[index];
            let (class, verdict) = if option.right {
                (" class=\"right\"", "Right.")
            } else {
                ("", "Wrong.")
            };
            html.push_str(&format!(
                "<li{class} data-option=\"{index}\">{}<br><span class=\"why\"><b>{verdict}</b> {}</span></li>\n",
                inline(&option.text),
                inline(&option.why)
            ));
        }
        html.push_str("</ol>\n</details>\n</form>\n");
        html
    }
}

fn choice(option: &Settings<'_>) -> Result<Choice, Error> {
    option.only(&["text", "why", "right"])?;
    let text = option.text("text")?.to_string();
    let why = option.optional_text("why")?.unwrap_or("");
    if why.is_empty() {
        return Err(option.fault(format!(
            "the option `{text}` has no `why`: whoever chooses it learns from that"
        )));
    }
    Ok(Choice {
        text,
        why: why.to_string(),
        right: option.flag("right")?,
    })
}
