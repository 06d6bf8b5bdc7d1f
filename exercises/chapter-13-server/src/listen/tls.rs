//! TLS: certificates, and connections that are secured by them.
//!
//! Given: certificates and configuration; you wait for the handshake.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use connections::Transport;
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer,
};
use tokio_rustls::rustls::{self, ServerConfig};
use tokio_rustls::server::TlsStream;

/// A certificate with its key, for TLS 1.2 and 1.3. HTTP/1.1 is
/// the only protocol that it offers: HTTP/2 belongs to a proxy in
/// front.
///
/// Clones are about the same certificate, also after it has been
/// replaced.
#[derive(Clone)]
pub struct Tls {
    pair: Arc<RwLock<Pair>>,
    /// Where it was read.
    files: Option<[PathBuf; 2]>,
    /// The text of a certificate that was made here.
    made: Option<String>,
}

/// The certificate that new connections get.
#[derive(Clone)]
struct Pair {
    acceptor: TlsAcceptor,
    certificate: CertificateDer<'static>,
}

/// How often the files are looked at. Certificates are replaced
/// every few weeks, days before they expire.
const LOOK: Duration = Duration::from_secs(5);

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or holds nothing of that kind.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// A file without any certificate.
    #[error("{path}: no certificate in it", path = .0.display())]
    Empty(PathBuf),
    /// The key does not belong to the certificate, or is of a
    /// kind that nobody uses.
    #[error("certificate and key: {0}")]
    Pair(#[from] rustls::Error),
    /// No certificate could be made.
    #[error("cannot make a certificate: {0}")]
    Made(#[from] rcgen::Error),
}

impl Tls {
    /// Reads a certificate, with those that vouch for it behind
    /// it, and its key: PEM files, as certificate authorities
    /// give them.
    pub fn from_files(
        certificate: &Path,
        key: &Path,
    ) -> Result<Self, TlsError> {
        let files = [certificate.to_owned(), key.to_owned()];
        let mut tls = Self::new(Pair::read(&files)?);
        tls.files = Some(files);
        Ok(tls)
    }

    /// Makes a certificate for these names and addresses, which
    /// nobody vouches for. Its key never leaves the process.
    pub fn self_signed(names: Vec<String>) -> Result<Self, TlsError> {
        let made = rcgen::generate_simple_self_signed(names)?;
        let key = made.signing_key.serialize_der();
        let key = PrivatePkcs8KeyDer::from(key).into();
        let chain = vec![made.cert.der().clone()];
        let mut tls = Self::new(Pair::new(chain, key)?);
        tls.made = Some(made.cert.pem());
        Ok(tls)
    }

    fn new(pair: Pair) -> Self {
        Self {
            pair: Arc::new(RwLock::new(pair)),
            files: None,
            made: None,
        }
    }

    /// Looks at the files again and again, and gives new
    /// connections the new certificate once both have changed for
    /// good. A pair that can't be used changes nothing: one file
    /// is always replaced before the other.
    ///
    /// Never returns; without files there is nothing to look at.
    pub async fn follow_files(&self) {
        let Some(files) = &self.files else {
            return std::future::pending().await;
        };
        let mut known = versions(files);
        loop {
            tokio::time::sleep(LOOK).await;
            let found = versions(files);
            if found == known {
                continue;
            }
            known = found;
            match Pair::read(files) {
                Ok(pair) => {
                    *self
                        .pair
                        .write()
                        .unwrap_or_else(PoisonError::into_inner) = pair;
                    let fingerprint = self.fingerprint();
                    tracing::warn!(fingerprint, "new certificate");
                }
                Err(error) => {
                    tracing::warn!("the certificate stays: {error}");
                }
            }
        }
    }

    fn pair(&self) -> Pair {
        let pair = self.pair.read();
        pair.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The text of a certificate that was made here, as `curl
    /// --cacert` reads it. It is no secret; its key is.
    pub fn made(&self) -> Option<&str> {
        self.made.as_deref()
    }

    /// The certificate that clients see.
    pub fn certificate(&self) -> CertificateDer<'static> {
        self.pair().certificate
    }

    /// The certificate's SHA-256 fingerprint: pairs of digits with
    /// colons between, as browsers show it.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.certificate());
        let pairs: Vec<String> =
            digest.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    }

    /// Makes a secured connection of one that is not.
    pub(crate) async fn accept<T: Transport>(
        &self,
        transport: T,
    ) -> io::Result<TlsStream<T>> {
        self.pair().acceptor.accept(transport).await
    }
}

impl Pair {
    fn read(
        [certificate, key]: &[PathBuf; 2],
    ) -> Result<Self, TlsError> {
        let wrong = |path: &Path| {
            let path = path.to_owned();
            |source| TlsError::File { path, source }
        };
        let chain = CertificateDer::pem_file_iter(certificate)
            .map_err(wrong(certificate))?
            .collect::<Result<Vec<_>, _>>()
            .map_err(wrong(certificate))?;
        if chain.is_empty() {
            return Err(TlsError::Empty(certificate.to_owned()));
        }
        let key =
            PrivateKeyDer::from_pem_file(key).map_err(wrong(key))?;
        Self::new(chain, key)
    }

    fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, TlsError> {
        let certificate =
            chain.first().cloned().unwrap_or_else(|| vec![].into());
        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Self {
            acceptor,
            certificate,
        })
    }
}

/// What tells a file from its next version.
fn versions(files: &[PathBuf; 2]) -> [Option<(SystemTime, u64)>; 2] {
    files.each_ref().map(|file| {
        let facts = std::fs::metadata(file).ok()?;
        Some((facts.modified().ok()?, facts.len()))
    })
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tls").field(&self.fingerprint()).finish()
    }
}
