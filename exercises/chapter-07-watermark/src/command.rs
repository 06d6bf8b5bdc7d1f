//! What the command line asks the program to do.

use watermark::Marks;

use crate::simulation::Plan;

/// Bytes in a KiB.
const KIB: usize = 1024;
/// The largest size, in KiB: 1 GiB a tick is plenty.
const MOST: usize = 1024 * 1024;
/// What fits into a line of a terminal that is wide.
const TICKS: usize = 200;

/// One of the two things that the program does.
pub(crate) enum Command {
    Help,
    Show(Plan),
}

impl Command {
    /// Reads the words after the program's name. An error says
    /// what to type instead.
    pub(crate) fn read(words: &[String]) -> Result<Self, String> {
        if words.iter().any(|word| word == "--help") {
            return Ok(Self::Help);
        }
        let (mut give, mut take, mut item) = (64, 16, 16);
        let (mut high, mut low, mut ticks) = (256, 128, 60);
        for pair in words.chunks(2) {
            let (flag, place, least, most) = match pair[0].as_str() {
                "--give" => ("--give", &mut give, 1, MOST),
                "--take" => ("--take", &mut take, 1, MOST),
                "--item" => ("--item", &mut item, 1, MOST),
                "--high" => ("--high", &mut high, 0, MOST),
                "--low" => ("--low", &mut low, 0, MOST),
                "--ticks" => ("--ticks", &mut ticks, 1, TICKS),
                other => {
                    return Err(format!(
                        "`{other}` means nothing here: try --help"
                    ));
                }
            };
            let value = pair.get(1).map_or("", String::as_str);
            let number = value.parse().ok();
            *place = number
                .filter(|number| (least..=most).contains(number))
                .ok_or(format!(
                    "{flag} {value}: a whole number from {least} to {most}"
                ))?;
        }
        Ok(Self::Show(Plan {
            give: give * KIB,
            take: take * KIB,
            item: item * KIB,
            marks: Marks::new(low * KIB, high * KIB),
            ticks,
        }))
    }
}
