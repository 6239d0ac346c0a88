//! The wire without sockets.

use std::marker::PhantomData;

use async_trait::async_trait;
use bytes::{BufMut, Bytes, BytesMut};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use smbcrm_core::operation::{Body, Part, Request, Response, Transport, api};
use smbcrm_core::sales_boost::{Dialect, unwrapped};
use smbcrm_core::{Error, ErrorKind, Result};
use url::form_urlencoded;

use super::Service;
use super::struck::Broken;
use crate::MemCrm;

/// A transport that goes through the HTTP side of a world – routes, headers, gate, checks, statuses – without a
/// socket. Every product's trait is implemented for it, as for every transport.
///
/// ```
/// use smbcrm_core::Crm;
/// use smbcrm_core::contacts::CreateContact;
/// use smbcrm_mem::{MemCrm, Scopes, TokenLevel, Wire};
///
/// # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
/// let crm = MemCrm::new();
/// let level = TokenLevel::Location(crm.location().clone());
/// let (_, token) = crm.admin().create_token("test", level, Scopes::All);
///
/// let wire = Wire::new(&crm, token.expose());
/// let created = wire.contacts().create(CreateContact::new(crm.location()).email("ada@vale.example")).await?;
/// assert_eq!(crm.contacts().get(&created.id).await?.email.as_deref(), Some("ada@vale.example"));
/// # Ok(()) }) }
/// ```
///
/// [`Wire::sales_boost`] and [`Wire::smarfle`] go the same way to the APIs beside the CRM's.
#[derive(Clone)]
pub struct Wire<A = api::Crm> {
    service: Service,
    token: String,
    dialect: Dialect,
    to: PhantomData<A>,
}

impl<A> Wire<A> {
    fn to(service: Service, token: impl Into<String>) -> Self {
        Self { service, token: token.into(), dialect: Dialect::default(), to: PhantomData }
    }
}

impl Wire {
    /// A transport to a world that sends this token with every request.
    pub fn new(crm: &MemCrm, token: impl Into<String>) -> Self {
        Self::to(Service::new(crm), token)
    }

    /// A transport that answers from the same world as a service, and leaves its calls in the same journal.
    pub(super) fn of(service: &Service, token: impl Into<String>) -> Self {
        Self::to(service.clone(), token)
    }
}

impl Wire<api::SalesBoost> {
    /// A transport to the SMB Sales Boost account of a world, with an API key, in one of its dialects.
    pub fn sales_boost(crm: &MemCrm, key: impl Into<String>, dialect: Dialect) -> Self {
        Self { dialect, ..Self::to(Service::new(crm), key) }
    }
}

impl Wire<api::Smarfle> {
    /// A transport to the Smarfle organisation of a world, with an API key.
    pub fn smarfle(crm: &MemCrm, key: impl Into<String>) -> Self {
        Self::to(Service::new(crm), key)
    }
}

impl<A> std::fmt::Debug for Wire<A> {
    /// Without the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wire").field("service", &self.service).finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request) -> Result<Response> {
        self.carry(request).await
    }
}

#[async_trait]
impl Transport<api::SalesBoost> for Wire<api::SalesBoost> {
    async fn send(&self, request: Request) -> Result<Response> {
        self.carry(request).await.map(unwrapped)
    }
}

#[async_trait]
impl Transport<api::Smarfle> for Wire<api::Smarfle> {
    async fn send(&self, request: Request) -> Result<Response> {
        self.carry(request).await
    }
}

impl<A> Wire<A> {
    async fn carry(&self, request: Request) -> Result<Response> {
        let operation = request.operation;
        let answer = self.service.answer(self.write(request)?).await;
        if let Some(broken) = answer.extensions().get::<Broken>() {
            return Err(broken.error(operation));
        }
        let (head, body) = answer.into_parts();
        let mut response = Response::new(head.status.as_u16(), body);
        for (name, value) in &head.headers {
            if let Ok(value) = value.to_str() {
                response = response.with_header(name.as_str(), value);
            }
        }
        tracing::trace!(%operation, status = response.status, "answered without a socket");
        Ok(response)
    }

    fn write(&self, request: Request) -> Result<http::Request<Bytes>> {
        let operation = request.operation;
        let mut target = self.dialect.path(&request.path);
        if !request.query.is_empty() {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(&request.query);
            target.push('?');
            target.push_str(&query.finish());
        }
        let (media, body) = match request.body {
            Body::Json(body) => (Some("application/json".to_owned()), body),
            Body::Form(pairs) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.extend_pairs(&pairs);
                (Some("application/x-www-form-urlencoded".to_owned()), form.finish().into())
            }
            Body::Multipart(parts) => {
                let (media, body) = multipart(&parts);
                (Some(media), body)
            }
            _ => (None, Bytes::new()),
        };
        let mut built = http::Request::builder()
            .method(operation.method.as_str())
            .uri(target)
            .header(AUTHORIZATION, format!("Bearer {}", self.token));
        if !operation.product.version.is_empty() {
            built = built.header("version", operation.product.version);
        }
        if let Some(media) = media {
            built = built.header(CONTENT_TYPE, media);
        }
        built.body(body).map_err(|error| {
            Error::new(ErrorKind::Transport, "the request cannot be written")
                .during(operation)
                .caused_by(error)
        })
    }
}

/// A multipart form and its media type.
fn multipart(parts: &[Part]) -> (String, Bytes) {
    // A boundary must not occur in any part.
    let mut boundary = "smbcrm-boundary".to_owned();
    while parts.iter().any(|part| contains(&part.data, boundary.as_bytes())) {
        boundary.push('x');
    }
    let quoted = |text: &str| text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let mut body = BytesMut::new();
    for part in parts {
        body.put_slice(format!("--{boundary}\r\n").as_bytes());
        body.put_slice(format!("Content-Disposition: form-data; name=\"{}\"", quoted(&part.name)).as_bytes());
        if let Some(name) = &part.file_name {
            body.put_slice(format!("; filename=\"{}\"", quoted(name)).as_bytes());
        }
        body.put_slice(b"\r\n");
        if let Some(media) = &part.content_type {
            body.put_slice(format!("Content-Type: {}\r\n", quoted(media)).as_bytes());
        }
        body.put_slice(b"\r\n");
        body.put_slice(&part.data);
        body.put_slice(b"\r\n");
    }
    body.put_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body.freeze())
}

fn contains(data: &[u8], needle: &[u8]) -> bool {
    data.windows(needle.len()).any(|window| window == needle)
}
