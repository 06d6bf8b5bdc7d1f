//! The checks of chapter 12. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-12`.

use std::time::Duration;

mod ahead;
mod array;
mod csv_reader;
mod formats;
mod over_http;
mod program;
mod rows;
mod script;
mod table;
mod wait;

/// Ends a wait for something that does not come; nothing depends
/// on it.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn an_array_of_none_one_and_many_rows_is_json() {
    lab::check(array::none_one_and_many);
}

#[test]
fn the_first_bytes_leave_after_a_few_rows() {
    lab_net::check(rows::first_bytes);
}

#[test]
fn rows_leave_in_batches() {
    lab_net::check(rows::batches);
}

#[test]
fn an_export_that_waits_does_nothing() {
    lab_net::check_paused(ahead::resting);
}

#[test]
fn a_failed_row_leaves_the_body_incomplete() {
    lab_net::check(async |steps| {
        rows::failed_row(steps.clone()).await;
        over_http::failed_row(steps).await;
    });
}

#[test]
fn the_scan_stops_within_a_batch() {
    lab_net::check(ahead::stops);
}

#[test]
fn the_cursor_is_released_when_the_client_leaves() {
    lab_net::check(async |steps| {
        rows::released(steps.clone()).await;
        over_http::released(steps).await;
    });
}

#[test]
fn large_rows_stay_in_the_bound() {
    lab_net::check(ahead::large_rows);
}

#[test]
fn an_export_is_never_held_whole() {
    lab_net::check(ahead::never_whole);
}

#[test]
fn every_value_reads_back() {
    lab::check(formats::reads_back);
}

#[test]
fn large_integers_and_blobs_survive() {
    lab::check(formats::numbers_and_blobs);
}

#[test]
fn a_scan_continues_after_every_kind_of_key() {
    lab_net::check(table::values);
}

#[test]
fn a_stalled_export_does_not_starve_the_pool() {
    lab_net::check(table::starved);
}

#[test]
fn a_query_waits_beside_the_runtime() {
    lab::check(table::beside_the_runtime);
}

#[test]
fn all_rows_are_of_one_moment() {
    lab_net::check(table::snapshot);
}

#[test]
fn a_name_is_never_part_of_a_query() {
    lab_net::check(table::names);
}

#[test]
fn a_table_leaves_in_the_form_that_was_asked_for() {
    lab_net::check(over_http::forms);
}

#[test]
fn the_program_exports_a_sample_table() {
    lab_net::check(program::serves);
}
