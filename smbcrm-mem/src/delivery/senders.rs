//! Who carries a request: the handler that was registered for its address, else HTTP.

use std::fmt;
use std::sync::{Arc, OnceLock};

use smbcrm_core::types::Text;

use super::post::Post;
#[cfg(not(feature = "http-sender"))]
use super::post::{Answer, Outbound, PostError};

/// The senders of a world. Forks begin with the same.
#[derive(Clone, Default)]
pub(crate) struct Senders {
    /// Handlers in process, by the beginning of the addresses that they serve.
    sinks: Vec<(Text, Arc<dyn Post>)>,
    /// Whoever carries the rest, once somebody was asked to.
    other: Arc<OnceLock<Arc<dyn Post>>>,
}

impl fmt::Debug for Senders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.sinks.iter().map(|(prefix, _)| prefix)).finish()
    }
}

impl Senders {
    pub(crate) fn register(&mut self, prefix: Text, sink: Arc<dyn Post>) {
        self.sinks.retain(|(known, _)| *known != prefix);
        self.sinks.push((prefix, sink));
        // The longest prefix wins.
        self.sinks.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    }

    pub(crate) fn set_other(&mut self, sender: Arc<dyn Post>) {
        self.other = Arc::new(OnceLock::from(sender));
    }

    /// Who carries requests to an address.
    pub(super) fn of(&self, url: &str) -> Arc<dyn Post> {
        let sink = self.sinks.iter().find(|(prefix, _)| url.starts_with(prefix.as_str()));
        match sink {
            Some((_, sink)) => Arc::clone(sink),
            None => Arc::clone(self.other.get_or_init(over_http)),
        }
    }
}

#[cfg(feature = "http-sender")]
fn over_http() -> Arc<dyn Post> {
    Arc::new(super::http::HttpPost::new(super::guard::Guard::memory()))
}

#[cfg(not(feature = "http-sender"))]
fn over_http() -> Arc<dyn Post> {
    Arc::new(|_: Outbound| async {
        Err::<Answer, _>(PostError::Refused("smbcrm-mem was built without the feature `http-sender`".into()))
    })
}
