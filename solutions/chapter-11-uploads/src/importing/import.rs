//! Imports: uploads that this server fetches itself.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use addresses::{AllowList, Host, Scope};
use connections::{ConnectionError, Dial, connect};
use futures_util::{StreamExt, stream};
use messages::{
    BodyLength, Fields, HeadLimits, MessageError, Outgoing, Response,
    send,
};
use names::Resolver;
use pipelines::{BoxError, Source};
use tokio::time::timeout;

use crate::form::multipart::known_coding;
use crate::form::too_fine::coarse;
use crate::importing::url::Url;
use crate::saving::draft::free;
use crate::{
    ImportError, Incoming, Saved, TemporaryFile, UploadError,
    UploadLimits, save,
};

/// Fetches files from other servers, by URL.
///
/// An import's request comes from inside the network, where this server
/// can reach databases and admin consoles that its users can't. So
/// every address of the host must be public or in `exceptions`; if one
/// isn't, the import is refused. The connection is made to an address
/// that was checked, because a second DNS query may get another answer.
pub struct Importer<D> {
    /// Looks up the addresses of a host.
    pub resolver: Resolver,
    /// Connects to them.
    pub dial: D,
    /// Addresses that are allowed although they aren't public.
    pub exceptions: AllowList,
    /// How long to wait for each address, for the head, and for
    /// each chunk of the body.
    pub patience: Duration,
    /// The limits for the head of the response.
    pub head: HeadLimits,
    /// The limits for the file.
    pub limits: UploadLimits,
    /// Where the file is saved.
    pub folder: PathBuf,
}

impl<D: Dial> Importer<D> {
    /// Fetches the file at `url`, and saves it like an upload, under
    /// the last name in the URL.
    ///
    /// The draft is a [`TemporaryFile`], and [`save`] does the rest.
    ///
    /// # Errors
    ///
    /// Those of [`fetch`](Self::fetch) and [`save`]. If the name is
    /// taken ([`free`] checks that), the import fails before any of the
    /// body is read.
    pub async fn import(
        &self,
        url: &str,
    ) -> Result<Saved, ImportError> {
        //? todo!("chapter 11: import {url}")
        // ANCHOR: cut-import
        let incoming = self.fetch(url).await?;
        free(&self.folder, &incoming.name).await?;
        let draft = TemporaryFile::create(&self.folder).await;
        let draft = draft.map_err(UploadError::from)?;
        Ok(save(incoming, draft, &self.limits).await?)
        // ANCHOR_END: cut-import
    }

    /// Requests the file at `url`. Its bytes are read only when they're
    /// needed, so if the disk here is slow, the other server has to
    /// wait.
    ///
    /// # Errors
    ///
    /// Fails if the URL is invalid or isn't `http`; if an address isn't
    /// allowed; if no address can be reached; if the status isn't 200
    /// (redirects aren't followed); if the announced length is above
    /// the limit; or if only the end of the connection marks the end of
    /// the body, because a truncated body would look complete.
    pub async fn fetch(
        &self,
        url: &str,
    ) -> Result<Incoming, ImportError> {
        //? todo!("chapter 11: fetch {url}")
        // ANCHOR: cut-fetch
        let Url {
            endpoint,
            target,
            name,
        } = Url::parse(url)?;
        let found = self.addresses(&endpoint.host).await?;
        let found: Vec<SocketAddr> = found
            .into_iter()
            .map(|address| SocketAddr::new(address, endpoint.port))
            .collect();
        let transport =
            connect(&self.dial, &found, self.patience).await?;
        let request = Outgoing {
            method: "GET".to_owned(),
            endpoint,
            target,
            fields: Fields::default(),
        };
        let response = send(transport, &request, &self.head);
        let response = timeout(self.patience, response).await;
        let response = response.map_err(|_| late("the response"))??;
        let gzip = self.accept(&response)?;
        Ok(Incoming {
            name,
            source: coarse(patient(response.body, self.patience)),
            gzip,
        })
        // ANCHOR_END: cut-fetch
    }

    /// Checks the head of a response, and returns whether its body is
    /// compressed.
    ///
    /// # Errors
    ///
    /// Fails if the status isn't 200, if the length is above the limit,
    /// or if only the end of the connection marks the end of the body,
    /// because a truncated body would look complete.
    fn accept(&self, response: &Response) -> Result<bool, ImportError> {
        if response.status != 200 {
            return Err(ImportError::Status(response.status));
        }
        let limit = self.limits.file;
        match response.length {
            BodyLength::Exact(length) if length > limit => {
                return Err(UploadError::TooLarge { limit }.into());
            }
            BodyLength::UntilClose => {
                let what = "a truncated body would look complete";
                return Err(MessageError::Length(what).into());
            }
            _ => {}
        }
        let coding = response.fields.get("Content-Encoding");
        let gzip = known_coding(coding.unwrap_or_default());
        gzip.map_err(|_| {
            let what = "the content coding wasn't requested";
            MessageError::Head(what).into()
        })
    }

    /// Returns the addresses of the host, all of which may be connected
    /// to.
    ///
    /// # Errors
    ///
    /// Fails if even one of them is neither public nor among the
    /// `exceptions`.
    async fn addresses(
        &self,
        host: &Host,
    ) -> Result<Vec<IpAddr>, ImportError> {
        //? todo!("chapter 11: the addresses of {host:?}")
        // ANCHOR: cut-addresses
        let found = match host {
            Host::Address(address) => vec![*address],
            Host::Name(name) => self.resolver.lookup(name).await?,
        };
        for &address in &found {
            let scope = Scope::of(address);
            let allowed = scope == Scope::Public
                || self.exceptions.admits(address);
            if !allowed {
                return Err(ImportError::Scope { address, scope });
            }
        }
        Ok(found)
        // ANCHOR_END: cut-addresses
    }
}

/// Returns the same bytes, and fails if a chunk takes longer than
/// `patience`. Time counts only while this server waits for a chunk,
/// because a slow disk here isn't the other server's fault.
fn patient(body: Source, patience: Duration) -> Source {
    //? todo!("chapter 11: each chunk within {patience:?}")
    // ANCHOR: cut-patient
    stream::try_unfold(body, move |mut body| async move {
        let chunk = timeout(patience, body.next()).await;
        let chunk = chunk.map_err(|_| {
            BoxError::from(late("the next chunk of the body"))
        })?;
        Ok(chunk.transpose()?.map(|chunk| (chunk, body)))
    })
    .boxed()
    // ANCHOR_END: cut-patient
}

fn late(what: &'static str) -> MessageError {
    ConnectionError::TimedOut(what).into()
}
