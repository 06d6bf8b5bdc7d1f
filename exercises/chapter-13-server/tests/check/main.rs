//! The checks of chapter 13. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-13`.

use std::time::Duration;

mod alone;
mod as_hyper;
mod counting;
mod crowd;
mod ending;
mod flags;
mod limits;
mod lines;
mod operators;
mod parts;
mod peers;
mod program;
mod secure;
mod stage;
mod taking;
mod tally;
mod transfers;

/// Ends a wait for something that does not come; nothing depends
/// on it.
const PATIENCE: Duration = Duration::from_secs(10);
/// On the paused clock: whatever can happen has happened.
const MOMENT: Duration = Duration::from_secs(1);
/// So often a check looks for what it waits for, with a moment in
/// between, before it says that it doesn't come.
const TRIES: usize = 100;
/// On the paused clock: longer than any limit.
const AGES: Duration = Duration::from_secs(10_000 * 60 * 60);

#[test]
fn only_a_body_pulled_to_its_end_counts_as_complete() {
    lab_net::check(counting::only_whole);
}

#[test]
fn counting_holds_no_body() {
    lab_net::check(counting::no_copy);
}

#[test]
fn requests_are_answered_on_one_connection() {
    lab_net::check_paused(limits::answered);
}

#[test]
fn a_head_that_does_not_come_ends_the_connection() {
    lab_net::check_paused(limits::no_head);
}

#[test]
fn an_idle_connection_ends() {
    lab_net::check_paused(limits::idle);
}

#[test]
fn an_upload_that_stalls_ends() {
    lab_net::check_paused(limits::stalled_upload);
}

#[test]
fn small_chunks_of_an_upload_are_joined() {
    lab_net::check_paused(limits::joined_upload);
}

#[test]
fn a_slow_client_is_not_let_go() {
    lab_net::check_paused(limits::slow_but_alive);
}

#[test]
fn a_client_that_never_reads_is_let_go() {
    lab_net::check_paused(limits::never_reads);
}

#[test]
fn a_half_closed_client_is_answered() {
    lab_net::check_paused(limits::half_closed);
}

#[test]
fn a_connection_says_how_it_ended() {
    lab_net::check_paused(alone::results);
}

#[test]
fn what_waits_for_a_client_is_bounded() {
    lab_net::check_paused(limits::bounded_buffer);
}

#[test]
fn a_request_needs_exactly_one_host() {
    lab_net::check_paused(limits::host);
}

#[test]
fn idle_connections_close_and_busy_ones_finish() {
    lab_net::check_paused(ending::idle_and_busy);
}

#[test]
fn readiness_flips_before_connections_are_refused() {
    lab_net::check_paused(ending::readiness_first);
}

#[test]
fn a_download_in_flight_is_finished() {
    lab_net::check_paused(ending::in_flight);
}

#[test]
fn a_stalled_client_is_cut_at_the_deadline() {
    lab_net::check_paused(ending::deadline);
}

#[test]
fn every_task_is_dropped_before_the_exit() {
    lab_net::check_paused(ending::nothing_left);
}

#[test]
fn both_signals_stop_and_the_second_cuts() {
    lab_net::check_paused(ending::second_signal);
}

#[test]
fn the_limit_holds_until_the_last_byte() {
    lab_net::check_paused(peers::until_the_last_byte);
}

#[test]
fn a_peer_that_is_not_allowed_is_dropped_unread() {
    lab_net::check_paused(peers::allow_list);
}

#[test]
fn an_honest_download_beside_stalled_clients_finishes() {
    lab_net::check_paused(peers::honest_beside_stalled);
}

#[test]
fn one_that_fails_harms_nobody_else() {
    lab_net::check_paused(peers::harms_nobody);
}

#[test]
fn a_lost_trigger_does_not_stop_the_server() {
    lab_net::check_paused(ending::lost_trigger);
}

#[test]
fn a_blocking_job_does_not_hold_up_the_exit() {
    lab::check(ending::blocking_job);
}

#[test]
fn the_socket_wrapper_reports_what_was_taken() {
    lab_net::check_paused(counting::taken);
}

#[test]
fn the_socket_wrapper_passes_flush_and_shutdown_on() {
    lab_net::check_paused(counting::passed_on);
}

#[test]
fn tls_carries_a_download() {
    lab_net::check_paused(secure::download);
}

#[test]
fn garbage_on_the_tls_port_harms_nobody() {
    lab_net::check_paused(secure::garbage);
}

#[test]
fn the_metrics_read_as_prometheus_text() {
    lab_net::check_paused(counting::metrics);
}

#[test]
fn every_successful_get_is_a_transfer() {
    lab_net::check_paused(transfers::counted);
}

#[test]
fn operators_share_their_own_limits() {
    lab_net::check_paused(operators::limited);
}

#[test]
fn one_export_too_many_is_told_to_come_again() {
    lab_net::check(program::exports);
}

#[test]
fn the_program_serves_and_watches() {
    lab_net::check(program::serves);
}

#[test]
fn a_line_of_the_log_says_cut() {
    lab_net::check(lines::log);
}

#[test]
fn only_who_was_aborted_counts_as_cut() {
    lab_net::check_paused(tally::counted);
}

#[test]
fn the_exit_code_says_whether_somebody_was_cut() {
    lab_net::check(async |steps| {
        tally::nobody(&steps).await;
        program::exit_code(steps).await;
    });
}

#[test]
fn either_signal_may_come_first() {
    lab_net::check(async |steps| {
        program::heard(&steps).await;
        program::signals(steps).await;
    });
}

#[test]
fn a_wrong_flag_is_explained() {
    lab_net::check(flags::explains);
}

#[test]
fn every_part_answers_at_its_path() {
    lab_net::check(program::wired);
}

#[test]
fn operators_have_a_port_of_their_own() {
    lab_net::check(program::operated);
}
