//! The checks of chapter 7. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-7`.

use std::time::Duration;

mod actor;
mod bell;
mod between;
mod drain;
mod eager;
mod ending;
mod item;
mod leaving;
mod memory;
mod moved;
mod node;
mod overlap;
mod popping;
mod program;
mod pushing;
mod rings;
mod simulating;
mod spin;
mod waiting;

/// Ends a wait for something that does not come; nothing depends
/// on it. With a clock that stands still, it costs no time.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn a_push_above_the_mark_is_accepted() {
    lab::check(node::above_the_mark);
}

#[test]
fn exactly_at_the_mark_a_push_returns_wait() {
    lab::check(node::at_the_mark);
}

#[test]
fn one_drain_after_a_wait_at_zero() {
    lab::check(node::drain_at_zero);
}

#[test]
fn the_rules_follow_the_table_of_traces() {
    lab::check(node::table);
}

#[test]
fn a_push_is_accepted_whatever_it_returns() {
    lab_net::check_paused(pushing::returns);
}

#[test]
fn the_queue_counts_bytes_and_not_items() {
    lab_net::check_paused(pushing::bytes_and_not_items);
}

#[test]
fn items_come_out_in_order() {
    lab_net::check_paused(popping::order);
}

#[test]
fn a_pop_waits_for_an_item() {
    lab_net::check_paused(popping::waits);
}

#[test]
fn a_cancelled_pop_loses_no_item() {
    lab_net::check_paused(popping::cancelled);
}

#[test]
fn the_end_comes_after_the_last_item() {
    lab_net::check_paused(ending::closed);
}

#[test]
fn an_error_comes_after_the_items_before_it() {
    lab_net::check_paused(ending::failed);
}

#[test]
fn a_producer_that_vanishes_is_no_end() {
    lab_net::check_paused(ending::vanished);
}

#[test]
fn the_first_end_counts() {
    lab_net::check_paused(ending::first);
}

#[test]
fn a_drain_comes_at_the_low_mark() {
    lab_net::check_paused(drain::at_the_low_mark);
}

#[test]
fn without_a_wait_nothing_is_waited_for() {
    lab_net::check_paused(drain::without_a_wait);
}

#[test]
fn an_old_drain_is_not_a_new_one() {
    lab_net::check_paused(drain::old_and_new);
}

#[test]
fn a_cancelled_wait_changes_nothing() {
    lab_net::check_paused(drain::cancelled);
}

#[test]
fn a_mark_of_zero_lets_one_item_through() {
    lab_net::check_paused(pushing::mark_of_zero);
}

#[test]
fn a_queue_that_ended_still_drains() {
    lab_net::check_paused(drain::after_the_end);
}

#[test]
fn a_consumer_that_leaves_ends_the_wait() {
    lab_net::check_paused(leaving::ends_the_wait);
}

#[test]
fn a_consumer_that_leaves_frees_what_waits() {
    lab_net::check_paused(leaving::frees);
}

#[test]
fn waiting_takes_no_polls() {
    lab_net::check_paused(waiting::polls);
}

#[test]
fn a_wait_that_moved_is_woken() {
    lab_net::check(moved::woken);
}

#[test]
fn nothing_is_lost_between_two_locks() {
    lab::check(between::locks);
}

#[test]
fn no_wake_is_lost_between_two_threads() {
    lab_net::check(waiting::two_threads);
}

#[test]
fn memory_stays_between_the_marks() {
    lab_net::check_paused(memory::bounded);
}

#[test]
fn the_simulation_follows_the_queue() {
    lab::check(simulating::follows_the_rules);
}

#[test]
fn the_program_shows_the_level() {
    lab_net::check(program::shows);
}
