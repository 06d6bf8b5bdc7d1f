//! The checks of chapter 10. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-10`.

use std::time::Duration;

mod ahead;
mod bodies;
mod coded;
mod conditions;
mod disposition;
mod fields;
mod head;
mod names;
mod parts;
mod program;
mod ranges;
mod site;
mod versions;

/// Ends a wait for something that does not come; nothing depends
/// on it.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn both_ends_of_a_range_are_sent() {
    lab::check(ranges::both_ends);
}

#[test]
fn every_form_of_range_has_an_allowed_answer() {
    lab::check(ranges::every_form);
}

#[test]
fn any_file_name_makes_a_header_that_reads_back() {
    lab::check(names::any_name);
}

#[test]
fn preconditions_come_before_the_range() {
    lab_net::check_on_one_thread(conditions::before_the_range);
}

#[test]
fn a_tag_list_comes_before_a_date() {
    lab_net::check(conditions::lists_before_dates);
}

#[test]
fn a_changed_file_is_sent_whole_again() {
    lab_net::check(conditions::changed_file);
}

#[test]
fn a_whole_file_carries_its_length() {
    lab_net::check(bodies::whole_length);
}

#[test]
fn a_part_is_answered_with_206() {
    lab_net::check(parts::with_206);
}

#[test]
fn a_part_holds_exactly_its_bytes() {
    lab_net::check(parts::exact_bytes);
}

#[test]
fn content_range_names_the_part_and_the_length() {
    lab_net::check_on_one_thread(parts::content_range);
}

#[test]
fn several_parts_come_in_one_answer() {
    lab_net::check(parts::several);
}

#[test]
fn head_has_the_fields_of_get_and_no_body() {
    lab_net::check_on_one_thread(head::like_get);
}

#[test]
fn a_resumed_download_equals_the_original() {
    lab_net::check(parts::resumed);
}

#[test]
fn a_file_is_read_in_large_chunks() {
    lab_net::check(bodies::large_chunks);
}

#[test]
fn a_stalled_client_bounds_what_is_read() {
    lab_net::check(ahead::bounded);
}

#[test]
fn the_last_byte_of_5_gib_is_served() {
    lab_net::check(parts::five_gib);
}

#[test]
fn peak_memory_does_not_depend_on_the_size() {
    lab_net::check(bodies::peak_memory);
}

#[test]
fn a_name_reads_back_from_an_answer() {
    lab_net::check(names::reads_back_from_an_answer);
}

#[test]
fn a_gzip_answer_carries_no_length_of_the_file() {
    lab_net::check(coded::no_length);
}

#[test]
fn the_gzip_form_has_its_own_validator() {
    lab_net::check(coded::own_validator);
}

#[test]
fn gzip_is_sent_to_those_who_accept_it() {
    lab_net::check(coded::negotiated);
}

#[test]
fn a_file_that_shrinks_ends_incomplete() {
    lab_net::check(versions::shrinks);
}

#[test]
fn a_file_that_grows_keeps_its_promise() {
    lab_net::check(versions::grows);
}

#[test]
fn a_file_that_is_replaced_goes_on() {
    lab_net::check(versions::replaced);
}

#[test]
fn the_length_is_that_of_the_open_file() {
    lab_net::check(versions::length_of_the_open_file);
}

#[test]
fn an_edit_within_the_second_changes_the_tag() {
    lab_net::check(versions::tag_of_each_edit);
}

#[test]
fn a_fifo_is_refused() {
    lab_net::check(names::fifo);
}

#[test]
fn a_link_leads_nowhere() {
    lab_net::check(names::links);
}

#[test]
fn a_hidden_name_is_not_found() {
    lab_net::check(names::hidden);
}

#[test]
fn fifty_aborted_downloads_leave_no_file_open() {
    lab_net::check(bodies::aborted);
}

#[test]
fn the_program_serves_a_file_and_a_folder() {
    lab_net::check(program::serves);
}
