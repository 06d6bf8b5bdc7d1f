//! The checks of chapter 4. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-4`.

mod chunks;
mod client;
mod failures;
mod framing;
mod heads;
mod lengths;
mod models;
mod program;
mod requests;
mod serving;
mod small_site;
mod targets;
mod wire;

use lab::check;
use lab_net::check as check_async;

// Step 1, `head.rs`.

#[test]
fn odd_field_lines_are_refused() {
    check(heads::odd_lines);
}

#[test]
fn a_head_ends_at_its_empty_line() {
    check(heads::its_end);
}

#[test]
fn a_head_may_come_in_any_chunks() {
    check(heads::any_pieces);
}

#[test]
fn a_head_above_the_limit_is_refused() {
    check_async(heads::limits);
}

// Step 2, `length.rs`.

#[test]
fn a_request_without_length_has_no_body() {
    check(lengths::without_one);
}

#[test]
fn some_answers_have_no_body_whatever_they_say() {
    check(lengths::answers);
}

#[test]
fn field_names_compare_without_case() {
    check(lengths::case);
}

#[test]
fn a_length_is_only_digits() {
    check(lengths::digits);
}

#[test]
fn two_different_lengths_are_refused() {
    check(lengths::several);
}

#[test]
fn length_and_chunked_together_are_refused() {
    check(lengths::both);
}

#[test]
fn another_coding_than_chunked_is_refused() {
    check(lengths::codings);
}

// Step 3, `chunked.rs`.

#[test]
fn a_chunk_size_is_hexadecimal() {
    check(chunks::sizes);
}

#[test]
fn trailers_are_discarded() {
    check(chunks::trailers);
}

#[test]
fn chunks_may_be_split_anywhere() {
    check(chunks::any_pieces);
}

#[test]
fn a_chunk_ends_where_its_size_says() {
    check(chunks::line_ends);
}

#[test]
fn a_body_truncated_anywhere_is_incomplete() {
    check(chunks::cut);
}

#[test]
fn an_announced_chunk_reserves_nothing() {
    check(chunks::announced);
}

// Step 4, `target.rs`.

#[test]
fn a_target_is_more_than_its_path() {
    check(targets::forms);
}

#[test]
fn a_target_is_decoded_once() {
    check(targets::decoded_once);
}

#[test]
fn no_target_leaves_the_root() {
    check_async(targets::no_way_out);
}

// What your parts make of the given ones.

#[test]
fn two_requests_in_one_write_get_two_responses() {
    check_async(requests::two_at_once);
}

#[test]
fn a_request_without_host_gets_400() {
    check_async(requests::host);
}

#[test]
fn an_unread_body_is_no_request() {
    check_async(requests::unread_body);
}

#[test]
fn a_refused_request_is_the_last_one() {
    check_async(requests::refused);
}

#[test]
fn a_waiting_client_is_told_to_continue() {
    check_async(requests::expect);
}

#[test]
fn head_and_body_leave_in_one_write() {
    check_async(framing::one_write);
}

#[test]
fn the_length_counts_bytes() {
    check_async(framing::bytes);
}

#[test]
fn an_empty_chunk_does_not_end_the_body() {
    check_async(framing::empty_piece);
}

#[test]
fn http_1_0_gets_no_chunks() {
    check_async(framing::http_1_0);
}

#[test]
fn responses_without_a_body_send_none() {
    check_async(framing::no_body);
}

#[test]
fn head_pulls_nothing() {
    check_async(framing::head);
}

#[test]
fn a_value_with_a_line_end_is_refused() {
    check_async(failures::line_end);
}

#[test]
fn an_error_has_its_status_or_an_incomplete_body() {
    check_async(failures::status);
}

#[test]
fn a_failed_source_leaves_the_body_incomplete() {
    check_async(failures::incomplete);
}

#[test]
fn a_wrong_method_gets_405_and_the_list() {
    check_async(small_site::methods);
}

#[test]
fn the_small_site_has_its_three_pages() {
    check_async(small_site::pages);
}

#[test]
fn the_client_asks_so_that_it_can_be_read() {
    check_async(client::asks);
}

#[test]
fn the_client_reads_every_kind_of_response() {
    check_async(client::answers);
}

#[test]
fn the_client_notices_what_is_missing() {
    check_async(client::cut);
}

#[test]
fn the_program_serves_and_fetches() {
    check_async(program::serves_and_fetches);
}
