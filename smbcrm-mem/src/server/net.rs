//! Sockets: accept, read, answer, drain.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use smbcrm_core::Result;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::broken;
use super::dispatch::{Service, Step, too_large};
use super::struck::Broken;
use crate::refusal;

/// How much of a request's head is read; more answers 431.
const MAX_HEAD: usize = 64 * 1024;

/// How many headers a request may have; more answers 431.
const MAX_HEADERS: usize = 100;

/// How long a connection may take to send a head, or stay idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);

/// Serves until told to stop, then lets the requests under way come to their end.
///
/// Dropping the future closes everything at once.
pub(super) async fn serve(
    listener: TcpListener,
    service: Service,
    mut stop: watch::Receiver<Option<Duration>>,
) {
    let told = stop.clone();
    // Each look at the value lets go of it at once: its lock must not be held while anything else is waited for.
    let stopped = async move { stop.wait_for(Option::is_some).await.ok().and_then(|drain| *drain) };
    let mut stopped = std::pin::pin!(stopped);
    let mut connections = JoinSet::new();
    let drain = loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, service.clone(), told.clone()));
                }
                Err(error) => {
                    // Out of file descriptors, as a rule: those of closed connections come back.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
            drain = stopped.as_mut() => break drain,
        }
    };
    drop(listener); // nobody new
    let all_done = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(drain.unwrap_or_default(), all_done).await.is_err() {
        tracing::warn!("some requests did not come to their end in time");
    }
}

async fn connection(stream: TcpStream, service: Service, mut stop: watch::Receiver<Option<Duration>>) {
    // Answers are small and whole: waiting to fill a packet only costs time.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY is not to be had");
    }
    // An answer that is not to arrive whole goes this way, past the HTTP library.
    let (breaking, mut broken_answers) = mpsc::channel::<(Broken, Response<Bytes>)>(1);
    let answer = service_fn(move |request| {
        let (service, breaking) = (service.clone(), breaking.clone());
        async move {
            let answer = answer(&service, request).await;
            if let Some(broken) = answer.extensions().get::<Broken>().copied()
                && breaking.send((broken, answer.clone())).await.is_ok()
            {
                std::future::pending::<()>().await;
            }
            Ok::<_, Infallible>(answer.map(Full::new))
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_header_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), answer);
    let stopped = async move { drop(stop.wait_for(Option::is_some).await) };
    let mut stopped = std::pin::pin!(stopped);
    let mut is_stopping = false;
    let outcome = loop {
        tokio::select! {
            outcome = &mut connection => break outcome,
            () = stopped.as_mut(), if !is_stopping => {
                is_stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
            Some((kind, answer)) = broken_answers.recv() => {
                let stream = connection.into_parts().io.into_inner();
                tokio::select! {
                    () = broken::play(stream, kind, answer) => {}
                    () = stopped, if !is_stopping => {}
                }
                return;
            }
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(service: &Service, request: Request<Incoming>) -> Response<Bytes> {
    let (head, body) = request.into_parts();
    let limit = service.policy().timeout;
    let step = service.begin(&head);
    let room = service.room(&head, &step);
    match step {
        Step::Done(answer) => answer,
        Step::Admin => service.administer(&head, read(body, room, limit).await).await,
        Step::Neighbour(errand) => {
            let late = errand.late();
            let body = read(body, room, limit).await;
            let answer = tokio::time::timeout(limit, service.neighbour(*errand, &head, body)).await;
            answer.unwrap_or(late)
        }
        Step::Mount(mount) => {
            let body = read(body, room, limit).await;
            let answer = tokio::time::timeout(limit, service.visit_mount(&*mount, &head, body)).await;
            answer.unwrap_or_else(|_| mount.late())
        }
        Step::Call(call) => {
            let body = if call.wants_body() { read(body, room, limit).await } else { Ok(Bytes::new()) };
            let exchange = call.exchange();
            match tokio::time::timeout(limit, service.finish(*call, &head, body)).await {
                Ok(answer) => answer,
                Err(_) => service.refuse(exchange, &refusal::server(504, "Gateway Timeout")),
            }
        }
    }
}

/// Reads a body, up to a size and for so long.
async fn read(body: Incoming, limit: usize, time: Duration) -> Result<Bytes> {
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    match tokio::time::timeout(time, Limited::new(body, limit).collect()).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(refusal::bad_request("request aborted")),
        Err(_) => Err(refusal::server(408, "Request Timeout")),
    }
}
