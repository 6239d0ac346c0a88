//! The two ways in which the API is described.

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::operation::Response;

/// Which description of the API a server follows: its paths, and what its answers are wrapped in.
///
/// What is asked and answered is the same in both (assumed: only [`Dialect::Enveloped`] describes its answers).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// Below `/api`; answers are not wrapped; CRMs are connected by `GET …/start`.
    #[default]
    Plain,
    /// Below `/api/v1`; answers are `{"data": …}`; CRMs are connected by `POST …/connect`.
    Enveloped,
}

/// What the declared paths begin with.
const PLAIN: &str = "/api/";
const ENVELOPED: &str = "/api/v1/";

impl Dialect {
    /// The path of a request, as it is declared, in this dialect.
    ///
    /// ```
    /// use smbcrm_core::sales_boost::Dialect;
    ///
    /// assert_eq!(Dialect::Plain.path("/api/integrations"), "/api/integrations");
    /// assert_eq!(Dialect::Enveloped.path("/api/integrations"), "/api/v1/integrations");
    /// ```
    pub fn path(self, declared: &str) -> String {
        match (self, declared.strip_prefix(PLAIN)) {
            (Self::Enveloped, Some(rest)) => format!("{ENVELOPED}{rest}"),
            _ => declared.to_owned(),
        }
    }

    /// The dialect of a path, and the path as it is declared.
    ///
    /// ```
    /// use smbcrm_core::sales_boost::Dialect;
    ///
    /// let (dialect, declared) = Dialect::of("/api/v1/integrations/7");
    /// assert_eq!((dialect, declared.as_str()), (Dialect::Enveloped, "/api/integrations/7"));
    /// ```
    pub fn of(path: &str) -> (Self, String) {
        match path.strip_prefix(ENVELOPED) {
            Some(rest) => (Self::Enveloped, format!("{PLAIN}{rest}")),
            None => (Self::Plain, path.to_owned()),
        }
    }

    /// A successful answer's body in this dialect's wrapping.
    pub fn wrap(self, body: Bytes) -> Bytes {
        if self == Self::Plain || body.is_empty() {
            return body;
        }
        let mut wrapped = Vec::with_capacity(body.len() + 9);
        wrapped.extend_from_slice(b"{\"data\":");
        wrapped.extend_from_slice(&body);
        wrapped.push(b'}');
        wrapped.into()
    }
}

/// Takes a successful answer out of its envelope, where it is in one: both dialects are read, whichever was asked.
///
/// No answer of the API has a member `data` of its own.
///
/// ```
/// use smbcrm_core::operation::Response;
/// use smbcrm_core::sales_boost::unwrapped;
///
/// assert_eq!(unwrapped(Response::new(200, r#"{"data": [1] }"#)).body, "[1]");
/// assert_eq!(unwrapped(Response::new(200, r#"[{"id":1}]"#)).body, r#"[{"id":1}]"#);
/// assert_eq!(unwrapped(Response::new(404, r#"{"data": 1}"#)).body, r#"{"data": 1}"#);
/// ```
pub fn unwrapped(mut answer: Response) -> Response {
    #[derive(serde::Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
    }
    // A list of one would be read as an envelope too.
    let is_object = answer.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    if (200..300).contains(&answer.status)
        && is_object
        && let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(&answer.body)
    {
        answer.body = answer.body.slice_ref(envelope.data.get().as_bytes());
    }
    answer
}
