//! The checks of chapter 3. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-3`.

use std::time::Duration;

use tokio::time::{sleep, timeout};

mod accepting;
mod connecting;
mod conversation;
mod dialling;
mod finishing;
mod greedy;
mod lines;
mod program;
mod queue;
mod reading;
mod serving;
mod sockets;
mod stopping;
mod waiting;

/// Ends a wait for something that does not come; nothing depends
/// on it. With the clock of a check that stands still, it costs
/// no time.
const PATIENCE: Duration = Duration::from_secs(10);

/// Waits until `there` is true, at most a minute. Only with a
/// clock that stands still.
async fn until(there: impl Fn() -> bool) -> bool {
    let seen = async {
        while !there() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(60), seen).await.is_ok()
}

#[test]
fn connect_tries_every_address() {
    lab_net::check_paused(connecting::every_address);
}

#[test]
fn a_silent_address_has_its_patience_and_no_more() {
    lab_net::check_paused(connecting::patience);
}

#[test]
fn every_address_that_failed_is_named() {
    lab_net::check_paused(connecting::failures);
}

#[test]
fn only_the_bytes_that_came_are_used() {
    lab_net::check_paused(lines::only_what_came);
}

#[test]
fn a_line_may_come_in_any_chunks() {
    lab_net::check_paused(lines::pieces);
}

#[test]
fn two_lines_in_one_write_are_both_read() {
    lab_net::check_paused(lines::two_lines);
}

#[test]
fn a_line_end_may_be_split() {
    lab_net::check_paused(lines::line_ends);
}

#[test]
fn the_end_of_input_ends_the_reading() {
    lab_net::check_paused(lines::end_of_input);
}

#[test]
fn a_truncated_line_is_an_error() {
    lab_net::check_paused(lines::cut_line);
}

#[test]
fn a_line_without_end_is_cut_off_at_the_limit() {
    lab_net::check_paused(lines::without_end);
}

#[test]
fn a_cancelled_read_loses_no_bytes() {
    lab_net::check_paused(lines::cancelled);
}

#[test]
fn no_byte_is_searched_twice() {
    lab_net::check_paused(lines::searched_once);
}

#[test]
fn a_name_gets_its_response() {
    lab_net::check_paused(conversation::name);
}

#[test]
fn a_half_closed_client_is_answered() {
    lab_net::check_paused(conversation::half_closed);
}

#[test]
fn a_head_without_end_is_cut_off_at_the_limit() {
    lab_net::check_paused(conversation::long_head);
}

#[test]
fn a_long_response_arrives_whole() {
    lab_net::check_paused(conversation::long_answer);
}

#[test]
fn the_response_is_flushed_before_waiting() {
    lab_net::check_paused(waiting::flushed);
}

#[test]
fn unread_input_does_not_destroy_the_response() {
    lab_net::check(sockets::unread_input);
}

#[test]
fn half_a_request_is_closed_after_the_limit() {
    lab_net::check_paused(waiting::half_a_request);
}

#[test]
fn a_response_that_nobody_takes_times_out() {
    lab_net::check_paused(waiting::nobody_takes);
}

#[test]
fn what_follows_the_response_has_a_bound() {
    lab_net::check_paused(waiting::what_follows);
}

#[test]
fn a_silent_client_does_not_block_the_next() {
    lab_net::check_paused(serving::silent_client);
}

#[test]
fn one_bad_connection_harms_no_other() {
    lab_net::check_paused(serving::bad_connection);
}

#[test]
fn a_failed_accept_is_survived() {
    lab_net::check_paused(accepting::failed_accept);
}

#[test]
fn open_connections_stay_under_the_limit() {
    lab_net::check_paused(serving::limit);
}

#[test]
fn finished_connections_leave_nothing_behind() {
    lab_net::check_paused(stopping::finished);
}

#[test]
fn accepting_stops_and_open_connections_go_on() {
    lab_net::check_paused(stopping::stops);
}

#[test]
fn a_request_to_stop_reaches_everybody() {
    lab_net::check_paused(finishing::request);
}

#[test]
fn the_last_connections_finish_or_are_aborted() {
    lab_net::check_paused(finishing::finishes);
}

#[test]
fn a_restart_takes_the_same_port() {
    lab_net::check(sockets::restart);
}

#[test]
fn the_program_answers_curl_and_itself() {
    lab_net::check(program::answers);
}
