//! The receiver as an extractor of axum.

use std::ops::{Deref, DerefMut};

use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, RETRY_AFTER};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::{Delivery, Receiver};
use crate::webhooks::Rejection;

/// A delivery that is genuine, fresh and new, as an argument of a handler.
///
/// The [`Receiver`] comes from the router's state. Nothing else may take the body before: the bytes are needed as they
/// came. A rejection is answered with its status and no body.
///
/// ```
/// use axum::{Router, http::StatusCode, routing::post};
/// use smbcrm_core::webhooks::{Platform, Receiver, Verified, WebhookEvent};
///
/// async fn hook(Verified(delivery): Verified<WebhookEvent>) -> StatusCode {
///     println!("{}", delivery.value.event.kind());
///     match delivery.done().await {
///         Ok(()) => StatusCode::OK,
///         Err(_) => StatusCode::SERVICE_UNAVAILABLE,
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let receiver = Receiver::new(Platform::builtin()?);
/// let app: Router = Router::new().route("/hooks", post(hook)).with_state(receiver);
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[allow(clippy::exhaustive_structs)] // it is taken apart where it arrives
pub struct Verified<T>(pub Delivery<T>);

impl<T> Deref for Verified<T> {
    type Target = Delivery<T>;
    fn deref(&self) -> &Delivery<T> {
        &self.0
    }
}

impl<T> DerefMut for Verified<T> {
    fn deref_mut(&mut self) -> &mut Delivery<T> {
        &mut self.0
    }
}

impl<S, T> FromRequest<S> for Verified<T>
where
    S: Send + Sync,
    Receiver: FromRef<S>,
    T: DeserializeOwned + Send,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let receiver = Receiver::from_ref(state);
        let (parts, body) = request.into_parts();
        let limit = receiver.body_limit();
        // Who announces too much need not be listened to.
        let announced =
            parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        if announced.is_some_and(|length: u64| usize::try_from(length).map_or(true, |length| length > limit))
        {
            return Err(Rejection::TooLarge { limit });
        }
        let body = match Limited::new(body, limit).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => return Err(Rejection::TooLarge { limit }),
            Err(_) => return Err(Rejection::Unreadable),
        };
        receiver.receive(&parts.headers, &body).await.map(Self)
    }
}

impl IntoResponse for Rejection {
    /// The status alone: whoever forges learns nothing from it. With 409 the time after which to try again.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Self::InProgress { retry_after } = self {
            response.headers_mut().insert(RETRY_AFTER, retry_after.as_secs().max(1).into());
        }
        response
    }
}
