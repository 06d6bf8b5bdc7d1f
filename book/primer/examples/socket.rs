//! The progress of a long job over a WebSocket, for clients that also
//! say something: how often they want to hear of it.
//!
//! ```text
//! cargo run -q -p primer --example socket            one client
//! cargo run -q -p primer --example socket -- serve   for Node.js
//! ```

use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{
    CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code,
};
use axum::response::Response;
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpListener;
use tokio::sync::watch::{Receiver, channel};
use tokio::time::sleep;
use tokio_tungstenite::connect_async;

// ANCHOR: talk
/// Tells a client the progress in the steps that it asks for.
async fn talk(mut socket: WebSocket, mut job: Receiver<u32>) {
    let (mut told, mut step) = (0, 1);
    while told < 100 {
        let due = |now: &u32| *now >= told + step || *now == 100;
        let text = tokio::select! {
            heard = socket.recv() => match heard {
                Some(Ok(Message::Text(asked))) => {
                    step = asked.parse().unwrap_or(step).clamp(1, 100);
                    format!("every {step} %")
                }
                Some(Ok(_)) => continue, // axum answers a ping itself
                Some(Err(_)) | None => return, // the client is gone
            },
            now = job.wait_for(due) => match now {
                Ok(now) => {
                    told = *now;
                    format!("{told} %")
                }
                Err(_) => return, // the job is gone
            },
        };
        // A client that doesn't read makes this wait, and meanwhile
        // the job's old values are overwritten.
        if socket.send(text.into()).await.is_err() {
            return;
        }
    }
    let close = CloseFrame {
        code: close_code::NORMAL,
        reason: "done".into(),
    };
    let _ = socket.send(Message::Close(Some(close))).await;
}
// ANCHOR_END: talk

// ANCHOR: handler
async fn upgrade(
    State(job): State<Receiver<u32>>,
    request: WebSocketUpgrade,
) -> Response {
    request
        .max_message_size(64)
        .on_upgrade(|socket| talk(socket, job))
}
// ANCHOR_END: handler

fn routes(job: Receiver<u32>) -> Router {
    Router::new().route("/socket", get(upgrade)).with_state(job)
}

/// A job of ten seconds.
async fn serve() -> std::io::Result<()> {
    let (job, watcher) = channel(0);
    tokio::spawn(async move {
        for percent in 1..=100 {
            sleep(Duration::from_millis(100)).await;
            job.send_replace(percent);
        }
        // Later clients still find the 100.
        job.closed().await;
    });
    let listener = TcpListener::bind("127.0.0.1:3301").await?;
    println!("ws://{}/socket", listener.local_addr()?);
    axum::serve(listener, routes(watcher)).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return Ok(serve().await?);
    }
    let (job, watcher) = channel(0);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async {
        axum::serve(listener, routes(watcher)).await
    });
    let url = format!("ws://{address}/socket");
    let (mut socket, _) = connect_async(url).await?;
    let (mut told, mut step) = (0, 0);
    for percent in (10..=100).step_by(10) {
        if let Some(asked) = [(10, 40), (60, 15)]
            .iter()
            .find_map(|(at, step)| (*at == percent).then_some(*step))
        {
            step = asked;
            println!("client: {step}");
            socket.send(step.to_string().into()).await?;
            let heard = socket.next().await.ok_or("an end")??;
            println!("server: {heard}");
        }
        job.send_replace(percent);
        if percent >= told + step || percent == 100 {
            told = percent;
            let heard = socket.next().await.ok_or("an end")??;
            println!("server: {heard}");
        }
    }
    let last = socket.next().await.ok_or("an end")??;
    println!("closed: {}", last.is_close());
    Ok(())
}
