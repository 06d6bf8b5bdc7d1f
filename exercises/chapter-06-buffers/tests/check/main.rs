//! The checks of chapter 6. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-6`.

mod chunks;
mod detach;
mod lines;
mod lines_memory;
mod one_chunk;
mod program;
mod shorten;
mod source;
mod totals;
mod utf8;

use lab::check;

#[test]
fn a_detached_piece_frees_the_rest() {
    check(detach::frees_the_rest);
}

#[test]
fn chunks_are_as_long_as_what_was_read() {
    check(chunks::short_reads);
}

#[test]
fn the_end_stays_the_end() {
    check(chunks::end);
}

#[test]
fn an_interrupted_read_is_tried_again() {
    check(chunks::interrupted);
}

#[test]
fn a_failed_read_is_an_error() {
    check(chunks::failed);
}

#[test]
fn a_long_file_passes_through_one_chunk() {
    check(one_chunk::long_file);
}

#[test]
fn a_kept_chunk_stays_as_it_is() {
    check(one_chunk::kept);
}

#[test]
fn chunks_are_passed_on_without_copies() {
    check(one_chunk::no_copies);
}

#[test]
fn text_survives_every_cut() {
    check(utf8::every_cut);
}

#[test]
fn wrong_bytes_fail_at_once() {
    check(utf8::wrong_bytes);
}

#[test]
fn a_cut_character_at_the_end_is_told() {
    check(utf8::cut_at_the_end);
}

#[test]
fn the_decoder_keeps_three_bytes() {
    check(utf8::keeps_three_bytes);
}

#[test]
fn a_text_is_shortened_between_characters() {
    check(shorten::between_characters);
}

#[test]
fn lines_survive_every_cut() {
    check(lines::every_cut);
}

#[test]
fn only_a_line_feed_ends_a_line() {
    check(lines::carriage_returns);
}

#[test]
fn all_256_bytes_come_back() {
    check(lines::all_bytes);
}

#[test]
fn a_line_has_a_bound() {
    check(|steps| {
        lines::bound(&steps);
        lines::bound_at_once(&steps);
        lines::limits(&steps);
    });
}

#[test]
fn after_a_line_that_is_too_long_nothing_is_kept() {
    check(lines::after_the_bound);
}

#[test]
fn lines_are_cut_out_without_copies() {
    check(lines_memory::no_copies);
}

#[test]
fn ten_thousand_lines_do_not_grow_the_buffer() {
    check(lines_memory::ten_thousand);
}

#[test]
fn twice_the_input_allocates_at_most_twice() {
    check(lines_memory::twice);
}

#[test]
fn no_byte_is_searched_twice() {
    check(lines_memory::searched_once);
}

#[test]
fn a_whole_source_is_counted_in_chunks() {
    lab::check(totals::counted);
}

#[test]
fn the_program_shows_chunks() {
    check(program::shows);
}
