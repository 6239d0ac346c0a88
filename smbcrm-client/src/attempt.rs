//! One attempt: a request over HTTP, and its answer or how it failed.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use bytes::BytesMut;
use reqwest::RequestBuilder;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use smbcrm_core::operation::{Body, Method, Reply, Request, Response};
use smbcrm_core::{Error, ErrorKind, HINT_HEADER};
use tracing::Instrument;
use url::{Url, form_urlencoded};

use crate::api::Credentials;
use crate::base_url::BaseUrl;
use crate::multipart;
use crate::span;
use crate::token::Lease;

/// Sends requests to one API; knows nothing of retries and limits.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) http: reqwest::Client,
    pub(crate) base: BaseUrl,
    pub(crate) user_agent: HeaderValue,
    pub(crate) max_response_bytes: usize,
    pub(crate) credentials: Credentials,
}

/// How an attempt ended.
pub(crate) enum Outcome {
    /// With an answer, whatever its status.
    Answer(Response),
    /// Without one.
    Failed(Failure),
}

/// Why there is no answer.
pub(crate) struct Failure {
    pub(crate) how: How,
    pub(crate) error: Error,
}

/// How far a request without an answer may have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// It cannot be written as an HTTP request.
    Unsendable,
    /// No connection: nothing was sent.
    Unreached,
    /// No trust: nothing was sent, and trying again will not help.
    Tls,
    /// It was, or may have been, sent; no answer came in time.
    TimedOut,
    /// It was, or may have been, sent; the connection broke before the answer was complete.
    Lost,
    /// It was answered by a redirect, which is not followed.
    Redirected,
    /// It was answered with more than the client is willing to hold.
    TooLarge,
}

impl How {
    /// For `error.type`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unsendable => "unsendable",
            Self::Unreached => "connect",
            Self::Tls => "tls",
            Self::TimedOut => "timeout",
            Self::Lost => "connection_lost",
            Self::Redirected => "redirect",
            Self::TooLarge => "too_large",
        }
    }
}

impl Wire {
    /// Sends the request once, under a span of its own, and reads the whole answer within `patience`.
    pub(crate) async fn attempt(
        &self,
        request: &Request,
        url: &Url,
        token: &Lease,
        resend: u32,
        patience: Duration,
    ) -> Outcome {
        let span = span::open(request.operation, &self.base, url, resend);
        let sent =
            tokio::time::timeout(patience, self.exchange(request, url, token)).instrument(span.clone());
        let outcome = match sent.await {
            Ok(Ok(answer)) => Outcome::Answer(answer),
            Ok(Err(failure)) => Outcome::Failed(failure),
            Err(_) => Outcome::Failed(Failure {
                how: How::TimedOut,
                error: Error::new(ErrorKind::Unavailable, format!("no answer within {patience:?}")),
            }),
        };
        span::close(&span, &outcome);
        outcome
    }

    async fn exchange(&self, request: &Request, url: &Url, token: &Lease) -> Result<Response, Failure> {
        let unsendable = |error: Error| Failure { how: How::Unsendable, error };
        let (name, secret) = token.header(self.credentials).map_err(|error| unsendable(error.into()))?;
        let accept = if request.operation.reply == Reply::Raw { "*/*" } else { "application/json" };
        let writes = matches!(request.operation.method, Method::Post | Method::Put | Method::Patch);
        let mut builder = self
            .http
            .request(verb(request.operation.method), url.clone())
            .header(name, secret)
            .header(ACCEPT, accept)
            .header(USER_AGENT, &self.user_agent);
        let version = request.operation.product.version;
        if !version.is_empty() {
            builder = builder.header("version", version);
        }
        let answer = with_body(builder, &request.body, writes)
            .map_err(unsendable)?
            .send()
            .await
            .map_err(|error| self.failure(error))?;
        self.read(request, url, answer).await
    }

    async fn read(
        &self,
        request: &Request,
        url: &Url,
        mut answer: reqwest::Response,
    ) -> Result<Response, Failure> {
        let status = answer.status().as_u16();
        // A client of the caller's own may have followed redirects: what came back is not this operation's answer.
        let followed = answer.url() != url;
        if followed || ((300..400).contains(&status) && status != request.operation.status) {
            return Err(redirected(status, followed, answer.headers()));
        }
        let headers = kept(answer.headers());
        // A refusal is known by its status; only a success needs its whole body.
        let refused = !(200..300).contains(&status);
        let mut body = BytesMut::new();
        loop {
            let chunk = match answer.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(_) if refused => break,
                Err(error) => return Err(self.failure(error)),
            };
            if chunk.len() > self.max_response_bytes - body.len() {
                if refused {
                    break;
                }
                let most = self.max_response_bytes;
                let text = format!("the answer is larger than the {most} bytes that the client accepts");
                let error = Error::new(ErrorKind::Decode, text).with_status(status);
                return Err(Failure { how: How::TooLarge, error });
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(status, body.freeze());
        response.headers = headers;
        Ok(response)
    }

    /// What an HTTP client's error means: above all, whether the request can have arrived.
    fn failure(&self, error: reqwest::Error) -> Failure {
        let error = error.without_url();
        let how = if error.is_builder() {
            How::Unsendable
        } else if error.is_connect() {
            if distrusts(&error) { How::Tls } else { How::Unreached }
        } else if error.is_timeout() {
            How::TimedOut
        } else {
            How::Lost
        };
        let (kind, what) = match how {
            How::Unsendable => (ErrorKind::Invalid, "the request cannot be written"),
            How::Tls => (ErrorKind::Transport, "no trusted connection (TLS)"),
            How::Unreached => (ErrorKind::Transport, "no connection"),
            How::TimedOut => (ErrorKind::Unavailable, "no answer in time"),
            _ => (ErrorKind::Unavailable, "the connection was lost before the answer was complete"),
        };
        let text = format!("{what}: {}:{}: {}", self.base.host, self.base.port, root(&error));
        Failure { how, error: Error::new(kind, text).caused_by(error) }
    }
}

fn verb(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// Bodies are built anew for every attempt; their bytes are shared, not copied.
fn with_body(builder: RequestBuilder, body: &Body, writes: bool) -> Result<RequestBuilder, Error> {
    Ok(match body {
        // Some servers refuse a write that does not say that it has no body.
        Body::Empty if writes => builder.header(CONTENT_LENGTH, 0),
        Body::Empty => builder,
        Body::Json(bytes) => builder.header(CONTENT_TYPE, "application/json").body(bytes.clone()),
        Body::Form(pairs) => {
            let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            builder.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form)
        }
        Body::Multipart(parts) => {
            let (media, chunks) = multipart::form(parts)?;
            builder.header(CONTENT_TYPE, media).body(reqwest::Body::wrap(chunks))
        }
        _ => return Err(Error::new(ErrorKind::Unsupported, "this client cannot send this kind of body")),
    })
}

/// The headers that matter, their names in lower case.
fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| {
            let name = name.as_str();
            matches!(name, "content-type" | "date" | "location" | "retry-after" | HINT_HEADER)
                || name.starts_with("x-ratelimit-")
        })
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect()
}

fn redirected(status: u16, followed: bool, headers: &HeaderMap) -> Failure {
    // Only the host: a path or query may carry ids.
    let target = headers
        .get("location")
        .and_then(|value| Url::parse(value.to_str().ok()?).ok())
        .and_then(|url| Some(format!(" to {}://{}", url.scheme(), url.host_str()?)))
        .unwrap_or_default();
    let text = if followed {
        "the given HTTP client followed a redirect; build it with redirect::Policy::none()".to_owned()
    } else {
        format!("the server answered with a redirect{target}, which is not followed; check the base URL")
    };
    Failure { how: How::Redirected, error: Error::new(ErrorKind::Transport, text).with_status(status) }
}

/// Whether a failed connection failed over certificates or protocol, not over the network.
fn distrusts(error: &(dyn StdError + 'static)) -> bool {
    // rustls reports through I/O errors of this kind; an interrupted handshake has another one.
    causes(error).any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::InvalidData)
    })
}

/// The innermost cause's text: "Connection refused (os error 111)".
fn root(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

/// The error and what it wraps, outermost first. `source` alone skips an I/O error's own content.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let next = |error: &&'a (dyn StdError + 'static)| match (*error).downcast_ref::<io::Error>() {
        Some(io) if io.get_ref().is_some() => io.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
        _ => (*error).source(),
    };
    std::iter::successors(Some(error), next)
}
