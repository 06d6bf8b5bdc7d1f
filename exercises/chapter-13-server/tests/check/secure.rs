//! Checks of TLS, with a client of rustls.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use lab::Steps;
use lab_net::Connection;
use server::Tls;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::AGES;
use crate::limits::SOON;
use crate::parts::whole;
use crate::stage::{Stage, ask, body, closed};

const SHORT: Duration = Duration::from_secs(20);

fn stage(steps: &Steps) -> (Stage, Tls) {
    let names = vec!["localhost".to_owned()];
    let tls = Tls::self_signed(names);
    let tls = steps.succeeds("make a certificate", tls);
    let stage = Stage::start(steps, |setting| {
        setting.tls = Some(tls.clone());
        setting.limits.header = SHORT;
    });
    (stage, tls)
}

/// A client that trusts this certificate and no other.
fn connector(steps: &Steps, tls: &Tls, protocol: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let added = roots.add(tls.certificate());
    steps.succeeds("trust the certificate", added);
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions();
    let config = steps.succeeds("a client", config);
    let mut config =
        config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.into()];
    TlsConnector::from(Arc::new(config))
}

async fn secured(
    steps: &Steps,
    stage: &Stage,
    connector: &TlsConnector,
) -> Result<TlsStream<DuplexStream>, std::io::Error> {
    steps.step("connect, and shake hands");
    let pipe = stage.pipe_from(Ipv4Addr::LOCALHOST.into());
    let name = ServerName::try_from("localhost");
    let name = steps.succeeds("a name", name);
    connector.connect(name, pipe).await
}

pub async fn download(steps: Steps) {
    let (stage, tls) = stage(&steps);
    let client = connector(&steps, &tls, "http/1.1");
    let stream = secured(&steps, &stage, &client).await;
    let stream = steps.succeeds("the handshake", stream);
    let protocol = stream.get_ref().1.alpn_protocol();
    let expected: Option<&[u8]> = Some(b"http/1.1");
    steps.equal("the protocol", &protocol, &expected);
    let mut connection = Connection::over(stream).patience(AGES);
    let head = ask(&steps, &mut connection, "/peer").await;
    let peer = body(&steps, &mut connection, &head).await;
    steps.equal_bytes("the peer behind TLS", &peer, b"127.0.0.1:4321");
    for _ in 0..2 {
        let head = ask(&steps, &mut connection, "/large").await;
        let bytes = body(&steps, &mut connection, &head).await;
        steps.equal_bytes("the body", &bytes, &whole());
    }
    steps.step("another client trusts another certificate");
    let other = Tls::self_signed(vec!["localhost".to_owned()]);
    let other = steps.succeeds("make a certificate", other);
    let client = connector(&steps, &other, "http/1.1");
    let refused = secured(&steps, &stage, &client).await;
    steps.holds("it refuses the server", refused.is_err());
    let client = connector(&steps, &tls, "h2");
    let refused = secured(&steps, &stage, &client).await;
    steps.holds("HTTP/2 is not offered", refused.is_err());
}

pub async fn garbage(steps: Steps) {
    let (stage, tls) = stage(&steps);
    steps.step("a request without TLS");
    let mut plain = stage.connect();
    let request = b"GET /small HTTP/1.1\r\nHost: a\r\n\r\n";
    let sent = plain.sender.send(request).await;
    steps.succeeds("send the request", sent);
    steps.holds("its connection ends", closed(&mut plain).await);
    steps.step("a client that never shakes hands");
    let mut silent = stage.pipe_from(Ipv4Addr::LOCALHOST.into());
    let begun = silent.write_all(&[22, 3, 1]).await;
    steps.succeeds("send three bytes", begun);
    let started = Instant::now();
    let ended =
        timeout(AGES / 2, silent.read_to_end(&mut Vec::new())).await;
    let ended = steps.succeeds("the silent one is let go", ended);
    steps.succeeds("its connection ends", ended);
    // On a clock that stands still while anything can be done.
    let took = started.elapsed();
    steps.holds("it has as long as a head", took >= SHORT);
    steps.holds("and no longer", took < SOON);
    let mut late = stage.pipe_from(Ipv4Addr::LOCALHOST.into());
    let client = connector(&steps, &tls, "http/1.1");
    let stream = secured(&steps, &stage, &client).await;
    let stream = steps.succeeds("the handshake of another", stream);
    let mut connection = Connection::over(stream).patience(AGES);
    let head = ask(&steps, &mut connection, "/small").await;
    steps.equal("status", &head.status, &200);
    drop(connection);
    steps.step("a handshake is under way when a signal comes");
    stage.signal().await;
    let ended =
        timeout(SHORT / 2, late.read_to_end(&mut Vec::new())).await;
    let ended = steps.succeeds("it does not hold up the end", ended);
    steps.succeeds("its connection ends", ended);
    let (drained, _) = stage.end().await;
    steps.equal("connections that were cut", &drained.cut, &0);
}
