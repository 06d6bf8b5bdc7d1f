//! An import: an upload that this server fetches itself.

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
/// Whoever may ask for that sends requests from inside: from
/// where this server stands, it reaches databases and consoles
/// that the asker does not. So each address that the host has
/// must be public, or be in `exceptions`; one that is not refuses
/// them all. The connection goes to an address that was checked:
/// a second question to the DNS may get another answer.
pub struct Importer<D> {
    /// Finds the addresses.
    pub resolver: Resolver,
    /// Reaches them.
    pub dial: D,
    /// Addresses that may be asked although they are not public.
    pub exceptions: AllowList,
    /// How long to wait for each address, for the head, and for
    /// each chunk of the body.
    pub patience: Duration,
    /// How long the head of the answer may be.
    pub head: HeadLimits,
    /// How long the file may be.
    pub limits: UploadLimits,
    /// Where it is saved.
    pub folder: PathBuf,
}

impl<D: Dial> Importer<D> {
    /// Fetches the file at `url`, and saves it like an upload,
    /// under the last name in the URL.
    pub async fn import(
        &self,
        url: &str,
    ) -> Result<Saved, ImportError> {
        let incoming = self.fetch(url).await?;
        free(&self.folder, &incoming.name).await?;
        let draft = TemporaryFile::create(&self.folder).await;
        let draft = draft.map_err(UploadError::from)?;
        Ok(save(incoming, draft, &self.limits).await?)
    }

    /// Asks for the file at `url`. Its bytes are read when they
    /// are wanted, and not before: a slow disk here slows the
    /// server there.
    ///
    /// Errors: the URL is none, or not of `http`; an address is
    /// not allowed; nobody answers; the status is not 200, and a
    /// redirect is not followed; the file is announced as too
    /// long; or its end is that of the connection, which is also
    /// the end of a file that was cut.
    pub async fn fetch(
        &self,
        url: &str,
    ) -> Result<Incoming, ImportError> {
        let url = Url::parse(url)?;
        let port = url.endpoint.port;
        let mut found = Vec::new();
        for address in self.addresses(&url.endpoint.host).await? {
            found.push(SocketAddr::from((address, port)));
        }
        let dialled = connect(&self.dial, &found, self.patience);
        let transport = dialled.await?;
        let request = Outgoing {
            method: String::from("GET"),
            endpoint: url.endpoint,
            target: url.target,
            fields: Fields::default(),
        };
        let asked = tokio::select! {
            biased;
            answer = send(transport, &request, &self.head) => answer,
            () = tokio::time::sleep(self.patience) => {
                Err(late("the response"))
            }
        };
        let response = asked?;
        let gzip = self.accept(&response)?;
        let source = patient(coarse(response.body), self.patience);
        Ok(Incoming {
            name: url.name,
            source,
            gzip,
        })
    }

    /// Looks at the head of a response, and says whether its body is
    /// compressed. A body that ends with its connection is refused,
    /// because nobody could tell whether all of it arrived.
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
                let what = "nobody could tell whether it came whole";
                return Err(MessageError::Length(what).into());
            }
            _ => {}
        }
        let coding = response.fields.get("Content-Encoding");
        let gzip = known_coding(coding.unwrap_or_default());
        gzip.map_err(|_| {
            let what = "nobody asked for this content coding";
            MessageError::Head(what).into()
        })
    }

    /// The addresses of the host. One that is neither public nor
    /// among the `exceptions` refuses them all.
    async fn addresses(
        &self,
        host: &Host,
    ) -> Result<Vec<IpAddr>, ImportError> {
        let found = match host {
            Host::Name(name) => self.resolver.lookup(name).await?,
            &Host::Address(address) => vec![address],
        };
        let inside = found.iter().copied().find(|&address| {
            Scope::of(address) != Scope::Public
                && !self.exceptions.admits(address)
        });
        match inside {
            None => Ok(found),
            Some(address) => Err(ImportError::Scope {
                address,
                scope: Scope::of(address),
            }),
        }
    }
}

/// The same bytes, each chunk in time. The clock runs only while
/// somebody waits for a chunk: a slow disk here is not the other
/// server's fault.
fn patient(body: Source, patience: Duration) -> Source {
    let mut body = body;
    let mut clock = None;
    stream::poll_fn(move |context| {
        use std::task::Poll;
        if let Poll::Ready(chunk) = body.poll_next_unpin(context) {
            clock = None;
            return Poll::Ready(chunk);
        }
        let clock = clock.get_or_insert_with(|| {
            Box::pin(tokio::time::sleep(patience))
        });
        clock.as_mut().poll(context).map(|()| {
            Some(Err(BoxError::from(late("a chunk of the body"))))
        })
    })
    .boxed()
}

fn late(what: &'static str) -> MessageError {
    ConnectionError::TimedOut(what).into()
}
