//! The checks of chapter 1. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-1`.

use lab::check;

mod allow_list;
mod endpoint;
mod host;
mod listener;
mod scope;
mod subnet;

#[test]
fn loopback_is_a_whole_block() {
    check(scope::loopback_is_a_whole_block);
}

#[test]
fn private_blocks_have_exact_edges() {
    check(scope::private_blocks_have_exact_edges);
}

#[test]
fn every_special_block_has_its_scope() {
    check(scope::every_special_block_has_its_scope);
}

#[test]
fn a_mapped_address_has_the_scope_of_its_ipv4_address() {
    check(scope::a_mapped_address_has_the_scope_of_its_ipv4_address);
}

#[test]
fn a_subnet_masks_its_base() {
    check(subnet::a_subnet_masks_its_base);
}

#[test]
fn a_subnet_ends_exactly_at_its_edges() {
    check(subnet::a_subnet_ends_exactly_at_its_edges);
}

#[test]
fn a_prefix_of_zero_contains_everything() {
    check(subnet::a_prefix_of_zero_contains_everything);
}

#[test]
fn a_mapped_address_is_judged_as_ipv4() {
    check(subnet::a_mapped_address_is_judged_as_ipv4);
}

#[test]
fn an_address_of_the_other_family_is_outside() {
    check(subnet::an_address_of_the_other_family_is_outside);
}

#[test]
fn the_hosts_of_a_subnet_are_counted() {
    check(subnet::the_hosts_of_a_subnet_are_counted);
}

#[test]
fn what_is_no_subnet_is_refused() {
    check(subnet::what_is_no_subnet_is_refused);
}

#[test]
fn an_allow_list_compares_addresses_and_not_text() {
    check(allow_list::an_allow_list_compares_addresses_and_not_text);
}

#[test]
fn one_bad_entry_refuses_the_whole_list() {
    check(allow_list::one_bad_entry_refuses_the_whole_list);
}

#[test]
fn a_host_is_an_ipv4_address_or_a_name() {
    check(host::a_host_is_an_ipv4_address_or_a_name);
}

#[test]
fn an_endpoint_finds_its_port_behind_the_brackets() {
    check(endpoint::an_endpoint_finds_its_port_behind_the_brackets);
}

#[test]
fn a_port_is_sixteen_bits() {
    check(endpoint::a_port_is_sixteen_bits);
}

#[test]
fn a_server_is_on_loopback_unless_told_otherwise() {
    check(endpoint::a_server_is_on_loopback_unless_told_otherwise);
}

#[test]
fn port_zero_lets_the_system_choose() {
    check(listener::port_zero_lets_the_system_choose);
}

#[test]
fn the_listener_tells_every_peer_who_it_is() {
    check(listener::the_listener_tells_every_peer_who_it_is);
}

/// An address that a check has written.
fn ip(text: &str) -> std::net::IpAddr {
    text.parse()
        .expect("every address of a check is written right")
}
