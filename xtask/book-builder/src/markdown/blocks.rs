//! The directives and fenced blocks of our pages.

pub mod beliefs;
pub mod chapter_header;
pub mod exercise_box;
pub mod hints;
pub mod hours;
pub mod live_plot;
pub mod measured_value;
pub mod notes;
pub mod quiz;
pub mod server_map;
pub mod shares;
pub mod side_by_side;
