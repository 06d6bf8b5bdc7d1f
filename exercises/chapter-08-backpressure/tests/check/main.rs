//! The checks of chapter 8. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-8`.

use std::time::Duration;

use backpressure::CHUNK;

mod ahead;
mod body;
mod clock;
mod connection;
mod disk;
mod http;
mod leaving;
mod many;
mod order;
mod pace;
mod pool;
mod program;
mod ranges;
mod served;
mod server;
#[cfg(unix)]
mod swapped;
mod truncated;
mod waiting;

/// Ends a wait for something that does not come; nothing depends
/// on it.
const PATIENCE: Duration = Duration::from_secs(10);
/// The mark of these checks: four chunks.
const MARK: usize = 4 * CHUNK;
/// How far a reader may be ahead of whoever takes its chunks.
const AHEAD: u64 = ahead::bound(MARK);

#[test]
fn a_body_gives_exactly_its_range() {
    lab_net::check(ranges::range);
}

#[test]
fn no_chunk_is_sent_twice() {
    lab_net::check(order::once);
}

#[test]
fn a_wait_does_not_end_the_transfer() {
    lab_net::check(order::wait_is_no_end);
}

#[test]
fn a_slow_client_misses_nothing() {
    lab_net::check(order::slow_client);
}

#[test]
fn a_cancelled_wait_loses_no_chunk() {
    lab_net::check_paused(order::cancelled);
}

#[test]
fn waiting_for_room_takes_no_polls() {
    lab_net::check_paused(waiting::no_polls);
}

#[test]
fn a_blocked_read_does_not_stop_the_heartbeat() {
    lab_net::check_on_one_thread(waiting::heartbeat);
}

#[test]
fn one_read_is_in_flight() {
    lab::check(pool::one_read);
}

#[test]
fn the_first_chunk_leaves_before_the_second_is_read() {
    lab_net::check(ahead::first_chunk);
}

#[test]
fn the_source_is_dropped_when_the_client_leaves() {
    lab_net::check(leaving::drops_the_source);
}

#[test]
fn a_stalled_client_stops_the_reader() {
    lab_net::check(ahead::stalled);
}

#[test]
fn a_stalled_client_holds_up_no_other() {
    lab_net::check(served::no_other);
}

#[test]
fn the_reader_is_at_most_the_mark_ahead() {
    lab_net::check(ahead::slow);
}

#[test]
fn a_client_that_leaves_ends_the_wait() {
    lab_net::check(leaving::ends_the_wait);
}

#[test]
fn a_short_source_ends_incomplete() {
    lab_net::check(truncated::short_source);
}

#[test]
fn a_pace_grows_and_shrinks() {
    lab::check(pace::figures);
}

#[test]
fn a_client_that_keeps_up_gets_longer_chunks() {
    lab_net::check(pace::grow);
}

#[test]
fn a_client_that_pauses_gets_short_chunks_again() {
    lab_net::check(pace::shrink);
}

#[test]
fn a_short_read_keeps_no_more_than_it_weighs() {
    lab_net::check(ahead::short_reads);
}

#[test]
fn chunks_are_sent_one_after_another() {
    lab_net::check(ahead::one_after_another);
}

#[test]
fn a_pending_body_is_woken() {
    lab_net::check(waiting::woken);
}

#[test]
fn a_waiting_body_is_polled_a_bounded_number_of_times() {
    lab_net::check_on_one_thread(waiting::polls);
}

#[test]
fn nothing_is_polled_after_the_end() {
    lab_net::check(waiting::fused);
}

#[test]
fn a_range_and_a_mark_may_have_any_size() {
    lab_net::check(ranges::large);
}

#[test]
fn a_streamed_download_has_its_headers() {
    lab_net::check(http::as_chapter_5);
}

#[test]
fn a_response_is_finished_before_the_connection_closes() {
    lab_net::check_paused(connection::to_the_end);
}

#[test]
fn a_stalled_client_stops_the_reader_within_the_bound() {
    lab_net::check(served::within_the_bound);
}

#[test]
fn a_whole_file_is_never_held() {
    lab_net::check(served::whole_file);
}

#[test]
fn sixty_four_clients_stay_under_the_ceiling() {
    lab_net::check(many::sixty_four);
}

#[test]
fn two_hundred_stalled_clients_are_read_ahead_within_the_bound() {
    lab_net::check(many::two_hundred);
}

#[test]
fn the_program_stays_small_with_two_hundred_stalled_clients() {
    lab_net::check(program::two_hundred);
}
