//! The checks of chapter 2. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-2`.

use lab::check;
use lab_net::{check as check_on_sockets, check_paused};

mod answer;
mod bad_names;
mod compression;
mod exchange;
mod maker;
mod message;
mod program;
mod query;
mod record;
mod resolver;
mod servers;
mod wire;

#[test]
fn a_name_becomes_labels() {
    check(query::a_name_becomes_labels);
}

#[test]
fn a_name_that_does_not_fit_is_refused() {
    check(query::a_name_that_does_not_fit_is_refused);
}

#[test]
fn a_query_is_exactly_these_bytes() {
    check(query::a_query_is_exactly_these_bytes);
}

#[test]
fn a_name_is_read_label_by_label() {
    check(compression::a_name_is_read_label_by_label);
}

#[test]
fn the_next_field_follows_the_pointer() {
    check(compression::the_next_field_follows_the_pointer);
}

#[test]
fn a_pointer_holds_fourteen_bits() {
    check(compression::a_pointer_holds_fourteen_bits);
}

#[test]
fn a_pointer_only_leads_backwards() {
    check(compression::a_pointer_only_leads_backwards);
}

#[test]
fn a_pointer_loop_ends_in_an_error() {
    check(compression::a_pointer_loop_ends_in_an_error);
}

#[test]
fn reserved_label_types_are_refused() {
    check(compression::reserved_label_types_are_refused);
}

#[test]
fn a_cut_name_is_an_error() {
    check(compression::a_cut_name_is_an_error);
}

#[test]
fn a_record_tells_its_address_and_its_ttl() {
    check(record::a_record_tells_its_address_and_its_ttl);
}

#[test]
fn an_unknown_record_is_stepped_over() {
    check(record::an_unknown_record_is_stepped_over);
}

#[test]
fn an_alias_may_point_into_the_message() {
    check(record::an_alias_may_point_into_the_message);
}

#[test]
fn the_start_of_a_zone_tells_its_minimum() {
    check(record::the_start_of_a_zone_tells_its_minimum);
}

#[test]
fn data_that_does_not_fit_is_refused() {
    check(record::data_that_does_not_fit_is_refused);
}

#[test]
fn an_announced_count_reserves_nothing() {
    check(record::an_announced_count_reserves_nothing);
}

#[test]
fn every_truncated_message_is_an_error_and_no_panic() {
    check(message::every_truncated_message_is_an_error_and_no_panic);
}

#[test]
fn any_bytes_are_read_or_refused() {
    check(message::any_bytes_are_read_or_refused);
}

#[test]
fn names_compare_without_case() {
    check(message::names_compare_without_case);
}

#[test]
fn an_alias_chain_is_followed_within_a_bound() {
    check(answer::an_alias_chain_is_followed_within_a_bound);
}

#[test]
fn the_least_ttl_of_the_chain_counts() {
    check(answer::the_least_ttl_of_the_chain_counts);
}

#[test]
fn no_such_name_no_data_and_failure_differ() {
    check(answer::no_such_name_no_data_and_failure_differ);
}

#[test]
fn a_truncated_answer_is_asked_again_over_tcp() {
    check_paused(exchange::a_truncated_answer_is_asked_again_over_tcp);
}

#[test]
fn a_tcp_query_carries_its_length() {
    check_paused(exchange::a_tcp_query_carries_its_length);
}

#[test]
fn tcp_answers_are_delimited_by_their_length() {
    check_paused(exchange::tcp_answers_are_delimited_by_their_length);
}

#[test]
fn an_answer_of_1232_bytes_is_read_whole() {
    check_paused(exchange::an_answer_of_1232_bytes_is_read_whole);
}

#[test]
fn a_forged_answer_is_passed_over() {
    check_paused(exchange::a_forged_answer_is_passed_over);
}

#[test]
fn a_lost_query_is_sent_again() {
    check_paused(exchange::a_lost_query_is_sent_again);
}

#[test]
fn tries_follow_the_schedule() {
    check_paused(exchange::tries_follow_the_schedule);
}

#[test]
fn ids_come_from_the_random_source() {
    check_paused(resolver::ids_come_from_the_random_source);
}

#[test]
fn the_cache_forgets_at_the_ttl() {
    check_paused(resolver::the_cache_forgets_at_the_ttl);
}

#[test]
fn a_lookup_brings_both_families() {
    check_paused(resolver::a_lookup_brings_both_families);
}

#[test]
fn the_program_tells_what_the_server_said() {
    check_on_sockets(program::the_program_tells_what_the_server_said);
}
