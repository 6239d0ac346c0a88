//! Requests that an armed fault hits: what is answered, and what becomes of the connection.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use smbcrm_core::Error;
use smbcrm_core::operation::{Operation, Place};

use super::{answer, input};
use crate::faults::{Effect, Hit, Phase, Whose, lost};
use crate::{MemCrm, RateLimits};

static FAULT: HeaderName = HeaderName::from_static("x-smbcrm-mem-fault");

/// How an answer does not arrive. Whoever holds the socket does it; see [`super::broken`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// Reset before any of it.
    Reset,
    /// Nothing, for ever.
    Silence,
    /// Closed in the middle of the body.
    Cut,
    /// Nothing more, in the middle of the body.
    Stall,
    /// In chunks, of which the second has no length.
    Chunk,
    /// Shorter than announced.
    Length,
}

impl Broken {
    fn of(effect: &Effect) -> Option<Self> {
        Some(match effect {
            Effect::Reset => Self::Reset,
            Effect::Silence => Self::Silence,
            Effect::CutBody => Self::Cut,
            Effect::StallBody => Self::Stall,
            Effect::MalformedChunk => Self::Chunk,
            Effect::WrongLength => Self::Length,
            _ => return None,
        })
    }

    /// Whether not even a status arrives.
    pub(super) fn is_without_head(self) -> bool {
        matches!(self, Self::Reset | Self::Silence)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Silence => "silence",
            Self::Cut => "cut-body",
            Self::Stall => "stall-body",
            Self::Chunk => "malformed-chunk",
            Self::Length => "wrong-length",
        }
    }

    /// What it means to who sent the request.
    pub(super) fn error(self, operation: &'static Operation) -> Error {
        match self {
            Self::Silence | Self::Stall => lost(operation, "no answer in time"),
            _ => lost(operation, "the connection was lost before the answer was complete"),
        }
    }
}

impl Hit {
    /// Whether it comes before everything else, the token's check included.
    pub(super) fn comes_first(&self) -> bool {
        self.breaks() && self.fault.as_ref().is_some_and(|fault| fault.phase() == Phase::Before)
    }

    /// Whether another answer comes than the API's, or none.
    pub(super) fn breaks(&self) -> bool {
        let effect = self.fault.as_ref().map(|fault| fault.effect());
        effect.is_some_and(|effect| !matches!(effect, Effect::Stale(_) | Effect::Duplicate))
    }

    pub(super) fn is_duplicate(&self) -> bool {
        self.fault.as_ref().is_some_and(|fault| *fault.effect() == Effect::Duplicate)
    }
}

/// What a request meets, as far as its head tells.
pub(super) fn meet(
    crm: &MemCrm,
    operation: &'static Operation,
    params: &matchit::Params<'_, '_>,
    query: Option<&str>,
) -> Option<Hit> {
    if crm.world.faults.is_idle() {
        return None;
    }
    let param = |at: usize| params.iter().nth(at).and_then(|(_, raw)| input::param(raw).ok());
    let directory = crm.world.directory.read();
    let named = match operation.place {
        Place::Path(name) => operation.params.iter().position(|known| *known == name).and_then(param),
        Place::Query(name) => {
            input::query(query).into_iter().rfind(|(known, _)| known == name).map(|(_, value)| value)
        }
        Place::Record => param(0)
            .and_then(|record| Whose::Record(&record).sub(&directory).map(|sub| sub.id.as_str().to_owned())),
        _ => None,
    };
    crm.meet(&directory, operation, named.as_deref(), true)
}

/// The sub-account that a body names.
pub(super) fn named(name: &str, body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    body.get(name)?.as_str().map(str::to_owned)
}

/// What is answered to a request that a fault hits; `real` is what it would have been, where it was carried out.
pub(super) fn answer(
    hit: &Hit,
    operation: &Operation,
    limits: RateLimits,
    real: Option<Response<Bytes>>,
) -> Response<Bytes> {
    let Some(effect) = hit.fault.as_ref().map(|fault| fault.effect()) else {
        return real.unwrap_or_default();
    };
    if let Some(instead) = effect.instead(limits) {
        // What is no header was refused when the fault was armed over HTTP, and is left out where it was armed in code.
        return answer::plain(instead);
    }
    // What would have been said, had anybody done anything.
    let mut answer = real.unwrap_or_else(|| {
        let status = StatusCode::from_u16(operation.status).unwrap_or_default();
        answer::json(status, Bytes::from_static(b"{\"succeeded\":true}"))
    });
    if let Some(broken) = Broken::of(effect) {
        answer.extensions_mut().insert(broken);
    } else if *effect == Effect::TruncatedJson {
        let half = answer.body().len() / 2;
        answer.body_mut().truncate(half);
    }
    answer
}

/// The answer for who cannot break a connection.
pub(super) fn whole(answer: Response<Bytes>) -> Response<Bytes> {
    let Some(broken) = answer.extensions().get::<Broken>() else { return answer };
    let text = format!("an armed fault breaks the connection: {}", broken.name());
    let mut shown = Response::new(Bytes::from(text));
    *shown.status_mut() = StatusCode::BAD_GATEWAY;
    shown.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    shown.headers_mut().insert(&FAULT, HeaderValue::from_static(broken.name()));
    shown
}
