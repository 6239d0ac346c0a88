//! Sending over HTTP.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use bytes::BytesMut;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use smbcrm_core::types::Text;
use url::Host;

use super::guard::Guard;
use super::post::{Answer, Outbound, Post, PostError};
use super::reply::REPLY_BYTES;
use crate::tls::http_builder;

/// The headers of an answer that are of use.
const USEFUL: [&str; 5] = ["content-type", "location", "retry-after", "etag", "x-request-id"];

/// Sends over HTTP and HTTPS, to addresses that a [`Guard`] permits. Needs a Tokio runtime.
///
/// Follows no redirect, keeps no cookie, uses no proxy, and reads no more than 64 KiB of an answer.
pub struct HttpPost {
    client: Guarding,
    /// For what goes to public addresses only, once there is any.
    strict: OnceLock<Guarding>,
    lookup: Lookup,
}

/// A client, and the guard that it resolves names by.
struct Guarding {
    client: Result<reqwest::Client, Text>,
    guard: Arc<Guard>,
}

impl HttpPost {
    /// A sender that calls what the guard permits.
    pub fn new(guard: Guard) -> Self {
        Self::resolving(guard, |name| Box::pin(lookup(name)))
    }

    pub(super) fn resolving(guard: Guard, lookup: Lookup) -> Self {
        Self { client: Guarding::new(guard, lookup), strict: OnceLock::new(), lookup }
    }

    fn client(&self, outbound: &Outbound) -> &Guarding {
        if outbound.public_only {
            self.strict.get_or_init(|| Guarding::new(Guard::production(), self.lookup))
        } else {
            &self.client
        }
    }
}

impl Guarding {
    fn new(guard: Guard, lookup: Lookup) -> Self {
        let guard = Arc::new(guard);
        let resolver = Arc::new(Guarded { guard: Arc::clone(&guard), lookup });
        let client = http_builder().map_err(|error| Text::from(error.to_string())).and_then(|builder| {
            builder
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .user_agent(concat!("smbcrm-mem/", env!("CARGO_PKG_VERSION")))
                .dns_resolver(resolver)
                .build()
                .map_err(|error| Text::from(error.to_string()))
        });
        Self { client, guard }
    }

    fn url(&self, outbound: &Outbound) -> Result<url::Url, PostError> {
        let refused = |why: &str| PostError::Refused(why.into());
        let url = url::Url::parse(&outbound.url).map_err(|_| refused("that is no URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused("only http and https are sent to"));
        }
        // Names are checked when they are resolved; an address never comes that way.
        let address: Option<IpAddr> = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(_)) => None,
            None => return Err(refused("the URL has no host")),
        };
        match address {
            Some(address) if !self.guard.permits(address) => Err(refused(&Forbidden.to_string())),
            _ => Ok(url),
        }
    }
}

impl fmt::Debug for HttpPost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpPost").field("guard", &self.client.guard).finish_non_exhaustive()
    }
}

#[async_trait]
impl Post for HttpPost {
    async fn send(&self, outbound: &Outbound) -> Result<Answer, PostError> {
        let guarding = self.client(outbound);
        let url = guarding.url(outbound)?;
        let client = guarding.client.as_ref().map_err(|why| PostError::Unreachable(why.clone()))?;
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(PostError::Unreachable("sending over HTTP needs a Tokio runtime".into()));
        }
        let mut request = client.request(outbound.method.clone(), url).timeout(outbound.timeout);
        for (name, value) in &outbound.headers {
            request = request.header(name.as_str(), value.as_str());
        }
        if !outbound.body.is_empty() {
            request = request.body(outbound.body.clone());
        }
        let mut response = request.send().await.map_err(|error| failure(&error))?;
        let mut answer = Answer::new(response.status().as_u16());
        for name in USEFUL {
            if let Some(value) = response.headers().get(name).and_then(|value| value.to_str().ok()) {
                answer = answer.header(name, value);
            }
        }
        let mut body = BytesMut::new();
        while body.len() < REPLY_BYTES {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    body.extend_from_slice(&chunk[..chunk.len().min(REPLY_BYTES - body.len())]);
                }
                Ok(None) => break,
                Err(error) => return Err(failure(&error)),
            }
        }
        Ok(answer.body(body.freeze()))
    }
}

/// Why there was no answer, in words that do not quote the request.
fn failure(error: &reqwest::Error) -> PostError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut last = None;
    while let Some(current) = cause {
        if current.is::<Forbidden>() {
            return PostError::Refused(Forbidden.to_string().into());
        }
        last = Some(current);
        cause = current.source();
    }
    let why = last.map(ToString::to_string).unwrap_or_default().into();
    if error.is_timeout() {
        PostError::Timeout
    } else if error.is_builder() {
        PostError::Refused("the request has a header that is none".into())
    } else if error.is_connect() {
        PostError::Unreachable(why)
    } else {
        PostError::Broken(why)
    }
}

/// The guard does not permit an address.
#[derive(Debug)]
struct Forbidden;

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the address is not a public one, and was not allowed")
    }
}

impl Error for Forbidden {}

pub(super) type Looked = futures::future::BoxFuture<'static, std::io::Result<Vec<IpAddr>>>;
pub(super) type Lookup = fn(String) -> Looked;

async fn lookup(name: String) -> std::io::Result<Vec<IpAddr>> {
    let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
    Ok(found.map(|address| address.ip()).collect())
}

/// Resolves names and hands out only addresses that were checked; the connection is made to one of these.
struct Guarded {
    guard: Arc<Guard>,
    lookup: Lookup,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.guard);
        let looked = (self.lookup)(name.as_str().to_owned());
        Box::pin(async move {
            let addresses = looked.await?;
            // One forbidden address condemns the name: which of them a connection takes is a matter of luck.
            if !addresses.iter().all(|address| guard.permits(*address)) {
                return Err(Box::new(Forbidden) as Box<dyn Error + Send + Sync>);
            }
            let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}
