//! Checks over real sockets: what only a kernel can show.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use connections::{BoxError, Transport, bind, converse, shutdown};
use lab::Steps;
use tokio::io::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf,
};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::PATIENCE;
use crate::conversation::{CURL, limits};
use crate::queue::kernel;
use crate::serving::{GREETING, Greeter, at_once, start_with};

/// How long the answer is: more than the client's kernel keeps,
/// less than the server's.
const ANSWER: usize = 60_000;
/// A free port of this machine.
const ANY: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

pub async fn unread_input(steps: Steps) {
    let long: Vec<u8> = (0..=255).cycle().take(ANSWER).collect();
    for more in [0, 1, 10_000, 60_000] {
        let listener = steps.succeeds("listen", roomy());
        let address = listener.local_addr();
        let address = steps.succeeds("the address", address);
        steps.repeat_with(format!(
            "head -c {more} /dev/zero | curl --http0.9 --data-binary \
             @- http://127.0.0.1:4003/long | wc -c"
        ));
        steps.step(format!("send a request and {more} bytes more"));
        let mut client =
            steps.succeeds("connect", narrow(address).await);
        let mut request = CURL.as_bytes().to_vec();
        request.resize(request.len() + more, b'x');
        // All of it is in the kernel before the server begins.
        let sent = timeout(PATIENCE, client.write_all(&request)).await;
        steps.succeeds("send", steps.succeeds("send", sent));

        let accepted = listener.accept().await;
        let (server, _) = steps.succeeds("accept", accepted);
        let (server, done) = Watched::new(server);
        let body = long.clone();
        let answers = move |_: &str| body.clone();
        let limits = limits();
        let server: Box<dyn Transport> = Box::new(server);
        let talk = converse(server, &answers, &limits);
        let read = async {
            // What has not left yet by then dies with a reset.
            done.notified().await;
            let mut received = Vec::new();
            let read = client.read_to_end(&mut received).await;
            drop(client);
            (received, read)
        };
        steps.step("when the server waits, or closes, read its answer");
        let both = async { tokio::join!(talk, read) };
        let both = timeout(PATIENCE, both).await;
        let both = steps.succeeds("an end on both sides", both);
        let (ended, (received, read)) = both;
        let kind = read.err().map(|error| error.kind());
        steps.equal(
            "the error at the end of the answer",
            &kind,
            &None::<ErrorKind>,
        );
        steps.equal_bytes("the answer", &received, &long);
        steps.succeeds("the conversation", ended);
    }
}

/// A listener whose connections take a whole answer at once.
fn roomy() -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_send_buffer_size(4 * ANSWER as u32)?;
    socket.bind(ANY)?;
    socket.listen(1)
}

/// A client whose kernel keeps little of an answer for it.
async fn narrow(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(8 * 1024)?;
    socket.connect(address).await
}

/// The server's socket. It tells when the server waits after the
/// first byte of its answer, or closes.
struct Watched {
    stream: TcpStream,
    answers: bool,
    done: Arc<Notify>,
}

impl Watched {
    fn new(stream: TcpStream) -> (Self, Arc<Notify>) {
        let done = Arc::new(Notify::new());
        let watched = Self {
            stream,
            answers: false,
            done: Arc::clone(&done),
        };
        (watched, done)
    }

    fn tell<T>(&self, poll: Poll<T>) -> Poll<T> {
        if self.answers && poll.is_pending() {
            self.done.notify_one();
        }
        poll
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = Pin::new(&mut self.stream);
        let poll = stream.poll_read(context, buffer);
        self.tell(poll)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.answers = true;
        let poll =
            Pin::new(&mut self.stream).poll_write(context, bytes);
        self.tell(poll)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // Server and client are one task: the socket is closed
        // before the client reads on.
        self.done.notify_one();
    }
}

pub async fn restart(steps: Steps) {
    let mut address = ANY;
    for start in 1..=3 {
        steps.step(format!("start {start}: listen on {address}"));
        let listener = steps.succeeds("listen", bind(address));
        let bound = steps.succeeds("its port", listener.local_addr());
        address = bound;
        let (trigger, stop) = shutdown();
        let closing: Greeter = Box::new(|connection| {
            Box::pin(close_first(connection.transport))
        });
        let listener = kernel(listener);
        let server = start_with(listener, at_once(10), stop, closing);
        steps.step("a client is answered; the server closes first");
        let client = TcpStream::connect(address).await;
        let mut client = steps.succeeds("connect", client);
        let mut received = Vec::new();
        let read = client.read_to_end(&mut received);
        let read = timeout(PATIENCE, read).await;
        let read = steps.succeeds("an end of the answer", read);
        steps.succeeds("the answer", read);
        steps.equal_bytes("the answer", &received, GREETING);
        drop(client);
        steps.step("stop the server");
        trigger.request();
        let open = timeout(PATIENCE, server).await;
        let open = steps.succeeds("the server stops", open);
        let mut open = steps.succeeds("the server's task", open);
        let ended = timeout(PATIENCE, async {
            while open.join_next().await.is_some() {}
        });
        steps.succeeds("every connection ends", ended.await);
    }
}

/// Ends its direction before the client does, as `converse`.
async fn close_first(
    mut transport: Box<dyn Transport>,
) -> Result<(), BoxError> {
    transport.write_all(GREETING).await?;
    transport.shutdown().await?;
    transport.read_to_end(&mut Vec::new()).await?;
    Ok(())
}
