//! How long pages and exercises take together, `{{#hours}}` and `{{#hours 5 7 8}}`.

use std::path::Path;

use crate::markdown::front_matter;

/// Reference pages, which nobody reads from top to bottom.
const REFERENCE: [&str; 4] = [
    "beliefs.md",
    "cheat-sheet.md",
    "glossary.md",
    "maintainers.md",
];

/// The sum of minutes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hours {
    minutes: u32,
}

impl Hours {
    /// Adds the minutes of a page, if it belongs to one of `chapters`. An empty list
    /// means all pages of the route through the book.
    pub fn add(
        &mut self,
        chapters: &[u32],
        path: &Path,
        text: &str,
    ) -> Result<(), String> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let counts = match chapters {
            [] => !REFERENCE.contains(&&*name),
            _ => front_matter::page_chapter(&name)
                .is_some_and(|it| chapters.contains(&(it as u32))),
        };
        if !counts {
            return Ok(());
        }
        let found =
            front_matter::read(&name, text).map_err(|error| error.to_string())?;
        if let Some((page, _)) = found {
            self.minutes += page.reading + page.exercise.unwrap_or_default();
        }
        Ok(())
    }

    /// Returns the sum in words, rounded up to full hours.
    pub fn text(self) -> Result<String, String> {
        match self.minutes.div_ceil(60) {
            0 => Err("none of these pages says how long it takes".to_string()),
            1 => Ok("1 hour".to_string()),
            hours => Ok(format!("{hours} hours")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!-- page\nminutes = { reading = 10, exercise = 35 }\n-->\n";

    #[test]
    fn minutes_of_the_chosen_chapters_are_summed() {
        let mut hours = Hours::default();
        for name in [
            "chapter-05-a.md",
            "chapter-05-b.md",
            "chapter-06-c.md",
            "async.md",
            "glossary.md",
        ] {
            hours.add(&[5], Path::new(name), PAGE).expect("a page");
        }
        assert_eq!(hours.text(), Ok("2 hours".to_string()));
        hours.add(&[], Path::new("async.md"), PAGE).expect("a page");
        assert_eq!(hours.text(), Ok("3 hours".to_string()));
        hours
            .add(&[], Path::new("glossary.md"), PAGE)
            .expect("a page");
        assert_eq!(hours.text(), Ok("3 hours".to_string()));
        assert!(Hours::default().text().is_err());
    }
}
