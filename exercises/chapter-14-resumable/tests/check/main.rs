//! The checks of chapter 14. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-14`.
//!
//! They see the router and the program, and nothing inside of either.

use std::time::Duration;

mod abandoned;
mod body;
mod breaks;
mod concurrent;
mod disk;
mod ending;
mod flat;
mod idle;
mod ids;
mod lifecycle;
mod limits;
mod program;
mod refusals;
mod removing;
mod site;

/// Ends a wait for something that does not come; nothing depends
/// on it.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn an_upload_has_a_url_and_arrives_in_any_chunks() {
    lab_net::check(lifecycle::arrives);
}

#[test]
fn a_request_that_does_not_fit_changes_nothing() {
    lab_net::check(refusals::others);
}

#[test]
fn an_append_at_a_wrong_offset_changes_nothing() {
    lab_net::check(refusals::offsets);
}

#[test]
fn a_length_that_was_said_holds() {
    lab_net::check(limits::lengths);
}

#[test]
fn no_upload_is_longer_than_the_limit() {
    lab_net::check(limits::limit);
}

#[test]
fn what_came_before_the_break_is_kept() {
    lab_net::check(breaks::kept);
}

#[test]
fn an_id_cannot_be_guessed_and_leads_nowhere_else() {
    lab_net::check(ids::secret);
}

#[test]
fn a_name_appears_with_its_last_byte() {
    lab_net::check(ending::named);
}

#[test]
fn a_complete_upload_stays_as_it_is() {
    lab_net::check(ending::complete);
}

#[test]
fn two_appends_at_once_never_mix() {
    lab_net::check(concurrent::never_mixed);
}

#[test]
fn the_offset_never_says_more_than_the_file_has() {
    lab_net::check(breaks::no_more_than_written);
}

#[test]
fn a_write_that_outlives_its_request_mixes_with_nothing() {
    lab_net::check(breaks::outlived);
}

#[test]
fn a_slow_disk_makes_the_client_wait() {
    lab_net::check(flat::slow_disk);
}

#[test]
fn a_long_upload_needs_no_more_memory_than_a_short_one() {
    lab_net::check(flat::memory);
}

#[test]
fn a_full_disk_is_507_and_loses_nothing() {
    lab_net::check(flat::full_disk);
}

#[test]
fn a_client_that_stops_is_dropped_and_can_come_back() {
    lab_net::check_paused(idle::dropped);
}

#[test]
fn a_delete_gives_an_upload_up_at_any_moment() {
    lab_net::check(removing::removed);
}

#[test]
fn abandoned_uploads_are_removed_and_no_others() {
    lab_net::check(abandoned::removed);
}

#[test]
fn a_killed_program_keeps_what_it_has_promised() {
    lab_net::check(program::killed);
}
