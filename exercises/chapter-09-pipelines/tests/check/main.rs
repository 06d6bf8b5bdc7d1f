//! The checks of chapter 9. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-9`.

use std::time::Duration;

mod bounds;
mod counting;
mod ending;
mod failing;
mod given;
mod joining;
mod leaving;
mod lines;
mod probe;
mod program;
mod script;
mod shelf;
mod staging;
mod wait;

/// Ends a wait for something that does not come; nothing depends
/// on it. With a clock that stands still, it costs no time.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn progress_is_counted_behind_the_sink() {
    lab_net::check_paused(counting::behind);
}

#[test]
fn progress_is_a_sink_like_its_inner_one() {
    lab_net::check_paused(counting::inner);
}

#[test]
fn a_stage_takes_every_chunk_and_finishes_once() {
    lab_net::check_paused(staging::once);
}

#[test]
fn an_error_is_never_an_end() {
    lab_net::check_paused(staging::never_an_end);
}

#[test]
fn nothing_follows_an_error() {
    lab_net::check_paused(staging::nothing_follows);
}

#[test]
fn an_error_goes_on_as_it_is() {
    lab_net::check_paused(staging::as_it_is);
}

#[test]
fn chunks_keep_their_order() {
    lab_net::check(ending::order);
}

#[test]
fn every_byte_goes_through_all_stages() {
    lab_net::check_paused(ending::well);
}

#[test]
fn nothing_is_polled_after_the_end() {
    lab_net::check_paused(ending::fused);
}

#[test]
fn a_stalled_sink_stops_the_source() {
    lab_net::check_paused(bounds::stalled);
}

#[test]
fn memory_does_not_grow_with_the_source() {
    lab_net::check(bounds::memory);
}

#[test]
fn a_failed_source_ends_every_stage() {
    lab_net::check_paused(ending::failed_source);
}

#[test]
fn an_error_in_any_stage_comes_back() {
    lab_net::check_paused(failing::failed_stage);
}

#[test]
fn a_failed_sink_ends_every_stage() {
    lab_net::check_paused(failing::failed_sink);
}

#[test]
fn a_stage_that_panics_is_no_end() {
    lab_net::check_paused(ending::panicked_stage);
}

#[test]
fn a_dropped_pipeline_stops_all() {
    lab_net::check_paused(leaving::dropped);
}

#[test]
fn a_client_that_leaves_ends_every_stage() {
    lab_net::check_paused(leaving::client);
}

#[test]
fn a_waiting_pipeline_takes_no_polls() {
    lab_net::check_paused(bounds::takes_no_polls);
}

#[test]
fn a_line_becomes_an_object() {
    lab_net::check_paused(lines::objects);
}

#[test]
fn a_last_line_without_an_end_is_kept() {
    lab_net::check_paused(lines::last);
}

#[test]
fn a_final_newline_adds_no_record() {
    lab_net::check_paused(lines::final_newline);
}

#[test]
fn records_do_not_depend_on_the_cuts() {
    lab_net::check_paused(lines::cuts);
}

#[test]
fn a_large_expansion_stays_in_the_bound() {
    lab_net::check_paused(bounds::expansion);
}

#[test]
fn two_pipelines_do_not_mix() {
    lab_net::check_paused(lines::two);
}

#[test]
fn a_line_that_is_no_text_ends_the_records() {
    lab_net::check_paused(lines::no_text);
}

#[test]
fn the_digest_does_not_depend_on_the_cuts() {
    lab_net::check(given::digest);
}

#[test]
fn gzip_output_has_its_trailer() {
    lab_net::check(given::trailer);
}

#[test]
fn gzip_of_small_chunks_stays_small() {
    lab_net::check(given::small_chunks);
}

#[test]
fn gzip_does_not_stop_the_heartbeat() {
    lab_net::check_on_one_thread(given::heartbeat);
}

#[test]
fn a_read_runs_ahead_of_gzip_by_the_mark() {
    lab_net::check(bounds::ahead_of_gzip);
}

#[test]
fn a_failed_pipeline_leaves_no_digest_and_no_trailer() {
    lab_net::check(given::failed);
}

#[test]
fn short_chunks_leave_as_long_ones() {
    lab_net::check_paused(joining::short);
}

#[test]
fn a_long_chunk_is_not_copied() {
    lab_net::check_paused(joining::long);
}

#[test]
fn joining_ends_as_its_source_does() {
    lab_net::check_paused(joining::end);
}

#[test]
fn the_program_compresses_and_hashes() {
    lab::check(program::compresses);
}
