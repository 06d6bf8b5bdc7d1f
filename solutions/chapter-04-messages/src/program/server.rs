//! The server: chapter 3 accepts connections, and this chapter
//! responds.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use connections::{
    Connection, ServeLimits, listen_error, until_ctrl_c,
};
use messages::{
    Fields, HeadLimits, RequestLine, Site, folder_site, serve_site,
};
use tokio::net::TcpStream;

/// How long a client may take to send a head or a body.
const IDLE: Duration = Duration::from_secs(30);

/// Serves until Ctrl-C.
pub(crate) async fn run(
    listen: SocketAddr,
    root: PathBuf,
) -> Result<(), String> {
    let listener = connections::bind(listen)
        .map_err(|error| listen_error(listen, &error))?;
    let address =
        listener.local_addr().map_err(|error| error.to_string())?;
    println!("Listening on http://{address}");
    println!("Files from {}", root.display());
    let site = logged(folder_site(root));

    let respond = move |connection: Connection<TcpStream>| {
        let site = Arc::clone(&site);
        let peer = connection.peer;
        let limits = HeadLimits::default();
        let life = serve_site(connection, site, limits, IDLE);
        Box::pin(async move {
            let result = life.await;
            if let Err(error) = &result {
                println!("{peer} is disconnected: {error}");
            }
            result
        }) as _
    };
    until_ctrl_c(listener, ServeLimits::default(), respond)
        .await
        .map_err(|error| error.to_string())
}

/// Returns the same site, with a line on the terminal for each
/// response.
fn logged(site: Arc<Site>) -> Arc<Site> {
    Arc::new(move |line: &RequestLine, fields: &Fields| {
        let reply = site(line, fields);
        let RequestLine { method, target, .. } = line;
        println!("{} {method} {target}", reply.status);
        reply
    })
}
