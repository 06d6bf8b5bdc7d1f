//! Chapter 4 with others at the other end: hyper's client and server, axum,
//! Node.js's client and server, curl and Chromium. What is not installed is skipped with a word.

#[path = "servers/axums.rs"]
mod axums;
#[path = "servers/browser.rs"]
mod browser;
#[path = "servers/curl.rs"]
mod curl;
#[path = "servers/fetched.rs"]
mod fetched;
#[path = "servers/hyper.rs"]
mod hypers;
#[path = "servers/node.rs"]
mod node;
#[path = "servers/site.rs"]
mod site;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_of_hyper_reads_our_site() {
    hypers::client_reads_our_site().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_client_reads_from_the_server_of_hyper() {
    hypers::server_is_read().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hyper_takes_what_the_page_says_it_takes() {
    hypers::is_as_lenient_as_we_say().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axum_does_what_the_page_says_it_does() {
    axums::does_what_we_say().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_of_node_reads_our_site() {
    node::client_reads_our_site().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_client_reads_from_the_server_of_node() {
    node::server_is_read().await;
}

#[test]
fn the_program_of_the_page_prints_what_was_recorded() {
    node::one_read_is_not_one_request();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn curl_gets_posts_and_hears_of_a_cut() {
    curl::reads_our_site().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_shows_the_page_and_its_picture() {
    browser::shows_our_site().await;
}
