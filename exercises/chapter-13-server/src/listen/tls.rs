//! TLS: certificates, and secured connections.
//!
//! We provide this file: it handles certificates and configuration, and
//! you wait for the handshake.

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

/// A certificate with its key, for TLS 1.2 and 1.3. HTTP/1.1 is the
/// only protocol offered; HTTP/2 is left to a proxy in front of the
/// server.
///
/// All clones share the certificate, so they all see it when it's
/// replaced.
#[derive(Clone)]
pub struct Tls {
    pair: Arc<RwLock<Pair>>,
    /// The files that it was read from.
    files: Option<[PathBuf; 2]>,
    /// The certificate as PEM, if it was made by this process.
    made: Option<String>,
}

/// The certificate that new connections get.
#[derive(Clone)]
struct Pair {
    acceptor: TlsAcceptor,
    certificate: CertificateDer<'static>,
}

/// How often the files are checked. Certificates are replaced every few
/// weeks, days before they expire.
const LOOK: Duration = Duration::from_secs(5);

/// Why TLS can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read, or doesn't contain what it should.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The path of the file.
        path: PathBuf,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// A file that contains no certificate.
    #[error("{path}: no certificate in it", path = .0.display())]
    Empty(PathBuf),
    /// The key doesn't belong to the certificate, or is of an
    /// unsupported kind.
    #[error("certificate and key: {0}")]
    Pair(#[from] rustls::Error),
    /// Making a certificate failed.
    #[error("cannot make a certificate: {0}")]
    Made(#[from] rcgen::Error),
}

impl Tls {
    /// Reads a certificate, followed by the certificates that vouch for
    /// it, and its key. Both are PEM files, as certificate authorities
    /// provide them.
    pub fn from_files(
        certificate: &Path,
        key: &Path,
    ) -> Result<Self, TlsError> {
        let files = [certificate.to_owned(), key.to_owned()];
        let mut tls = Self::new(Pair::read(&files)?);
        tls.files = Some(files);
        Ok(tls)
    }

    /// Makes a certificate for these names and addresses, which no
    /// authority vouches for. Its key never leaves the process.
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

    /// Checks the files every few seconds. Once they've changed and
    /// stayed the same since, new connections get the new certificate.
    /// A pair that doesn't work is ignored, because one file is always
    /// replaced before the other.
    ///
    /// Never returns. If the certificate wasn't read from files,
    /// there's nothing to check.
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

    /// Returns the certificate as PEM if this process made it, in the
    /// format of `curl --cacert`. It isn't secret; only its key is.
    pub fn made(&self) -> Option<&str> {
        self.made.as_deref()
    }

    /// Returns the certificate that clients see.
    pub fn certificate(&self) -> CertificateDer<'static> {
        self.pair().certificate
    }

    /// Returns the certificate's SHA-256 fingerprint: pairs of digits
    /// separated by colons, as browsers show it.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.certificate());
        let pairs: Vec<String> =
            digest.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    }

    /// Does the handshake, and returns the secured connection.
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

/// Returns the modification time and the length of each file, which
/// change when the file is replaced.
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
