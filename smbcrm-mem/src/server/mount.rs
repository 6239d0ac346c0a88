//! What others serve beside the API, on the same server.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, ORIGIN};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use smbcrm_core::Result;

use super::{Service, answer, cors};

/// Pages and protocols of one's own on a world's server, in front of the same gate: `smbcrm-mem-mcp` serves AI
/// assistants in this way.
///
/// A mount is asked about what is no route of the API. It gets whole requests, and its answers carry neither limits nor
/// a line in the journal; what it does through [`Service::wire`] does, as anybody's calls do. It is reached from this
/// machine's programs and pages only, unless the server listens for others too.
///
/// ```
/// use bytes::Bytes;
/// use http::request::Parts;
/// use http::{Request, Response};
/// use smbcrm_mem::{MemCrm, Mount, Service};
///
/// struct Greeting;
///
/// #[async_trait::async_trait]
/// impl Mount for Greeting {
///     fn takes(&self, head: &Parts) -> bool {
///         head.uri.path() == "/hello"
///     }
///
///     async fn answer(&self, _: &Service, _: &Parts, _: Bytes) -> Response<Bytes> {
///         Response::new("hello".into())
///     }
/// }
///
/// # futures::executor::block_on(async {
/// let service = Service::new(&MemCrm::new()).mounting(Greeting);
/// let answer = service.respond(Request::get("/hello").body(Bytes::new()).unwrap()).await;
/// assert_eq!(answer.body(), "hello");
/// # });
/// ```
#[async_trait]
pub trait Mount: Send + Sync {
    /// Whether a request is for it. Asked after the API's routes, before the server's other pages.
    fn takes(&self, head: &Parts) -> bool;

    /// Answers a request whose body has been read, and is no larger than the server takes.
    async fn answer(&self, service: &Service, head: &Parts, body: Bytes) -> Response<Bytes>;

    /// What is said where an answer does not come in time.
    fn late(&self) -> Response<Bytes> {
        plain(StatusCode::GATEWAY_TIMEOUT, "Gateway Timeout")
    }

    /// Told when the world is arranged by hand, through the admin API: what was answered before says nothing any more.
    fn rearranged(&self) {}
}

impl Service {
    /// The mount that a request is for.
    pub(super) fn mount(&self, head: &Parts) -> Option<Arc<dyn Mount>> {
        self.mounts().iter().find(|mount| mount.takes(head)).cloned()
    }

    /// Answers a request to a mount.
    pub(super) async fn visit_mount(
        &self,
        mount: &dyn Mount,
        head: &Parts,
        body: Result<Bytes>,
    ) -> Response<Bytes> {
        if self.is_foreign(head) {
            let text = "Forbidden: this server is for programs and pages of this machine";
            return plain(StatusCode::FORBIDDEN, text);
        }
        let answer = match body {
            Ok(body) => mount.answer(self, head, body).await,
            Err(error) => answer::refusal(&error, &self.crm().world.trace_id()),
        };
        self.shown(head, answer)
    }

    /// Whether a page from elsewhere asks, or on loopback a name from elsewhere leads here (DNS rebinding).
    fn is_foreign(&self, head: &Parts) -> bool {
        if self.policy().is_local() {
            return cors::is_foreign(&head.headers);
        }
        head.headers.contains_key(ORIGIN) && cors::local_origin(&head.headers).is_none()
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from_static(text.as_bytes()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}
