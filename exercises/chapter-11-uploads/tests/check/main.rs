//! The checks of chapter 11. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-11`.

use std::time::Duration;

mod boundaries;
mod chunks;
mod desk;
mod drafts;
mod forms;
mod imports;
mod leaving;
mod limits;
mod marks;
mod origin;
mod padding;
mod part_names;
mod patience;
mod program;
mod saving;
mod site;
mod stored;
mod wait;

/// Ends a wait for something that does not come; nothing depends
/// on it.
const PATIENCE: Duration = Duration::from_secs(10);

/// No names.
const NONE: [&str; 0] = [];

#[test]
fn parts_do_not_depend_on_the_cuts() {
    lab::check(boundaries::any_cut);
}

#[test]
fn a_boundary_inside_a_line_is_data() {
    lab::check(boundaries::inside_a_line);
}

#[test]
fn a_part_holds_exactly_its_bytes() {
    lab::check(boundaries::exact_bytes);
}

#[test]
fn text_around_the_boundaries_is_nobodys() {
    lab::check(boundaries::around);
}

#[test]
fn only_what_may_become_a_boundary_waits() {
    lab::check(boundaries::what_waits);
}

#[test]
fn an_upload_without_its_last_boundary_is_incomplete() {
    lab::check(boundaries::cut_short);
}

#[test]
fn an_empty_chunk_does_not_end_an_upload() {
    lab::check(boundaries::empty_chunks);
}

#[test]
fn a_form_arrives_as_its_files_or_not_at_all() {
    lab_net::check(async |steps| {
        forms::forms(steps.clone()).await;
        forms::empty_chunks(steps).await;
    });
}

#[test]
fn an_upload_is_never_held_whole() {
    lab_net::check(forms::never_held);
}

#[test]
fn the_file_is_whole_when_the_answer_comes() {
    lab_net::check(saving::whole_at_the_answer);
}

#[test]
fn an_upload_without_a_length_meets_the_limit() {
    lab_net::check(limits::no_length);
}

#[test]
fn a_raw_body_meets_the_limit() {
    lab_net::check(limits::raw_limit);
}

#[test]
fn a_gzip_bomb_stops_at_the_limit() {
    lab_net::check(saving::bomb);
}

#[test]
fn the_digest_is_made_in_the_same_pass() {
    lab_net::check(saving::one_pass);
}

#[test]
fn a_slow_disk_slows_the_upload_down() {
    lab_net::check(saving::slow_disk);
}

#[test]
fn small_chunks_are_joined() {
    lab_net::check(chunks::joined);
}

#[test]
fn a_queue_is_full_at_64_kib_and_drains_at_32() {
    lab_net::check_paused(marks::of_the_queues);
}

#[test]
fn an_aborted_upload_leaves_no_file() {
    lab_net::check(forms::aborted);
}

#[test]
fn a_save_cancelled_anywhere_leaves_no_file() {
    lab_net::check(leaving::cancelled);
}

#[test]
fn a_name_that_is_taken_keeps_its_file() {
    lab_net::check(leaving::taken);
}

#[test]
fn no_file_name_leaves_the_folder() {
    lab_net::check(stored::names);
}

#[test]
fn a_stored_type_is_never_the_clients_word() {
    lab_net::check(stored::types);
}

#[test]
fn a_sending_client_reads_the_refusal() {
    lab_net::check(forms::refusals);
}

#[test]
fn an_import_is_saved_like_an_upload() {
    lab_net::check(imports::saved);
}

#[test]
fn an_import_reaches_public_addresses_only() {
    lab_net::check(imports::public_only);
}

#[test]
fn an_import_that_fails_leaves_no_file() {
    lab_net::check(imports::broken);
}

#[test]
fn a_slow_disk_here_slows_the_origin_there() {
    lab_net::check(imports::slow_disk);
}

#[test]
fn each_wait_of_an_import_has_the_whole_patience() {
    lab_net::check_paused(patience::whole);
}

#[test]
fn the_program_takes_files_and_imports() {
    lab_net::check(program::serves);
}

#[test]
fn a_draft_has_no_name_before_it_is_renamed() {
    lab_net::check(drafts::named);
}

#[test]
fn a_dropped_draft_removes_its_own_file_only() {
    lab_net::check(drafts::dropped);
}

#[test]
fn a_draft_that_is_given_up_on_the_pool_leaves_no_file() {
    lab::check(drafts::given_up);
}

#[test]
fn a_part_is_called_what_its_sender_says() {
    lab_net::check(part_names::named);
}
