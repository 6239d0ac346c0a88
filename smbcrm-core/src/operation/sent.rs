//! An answer that is on its way.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{BoxFuture, Operation, Raw, Redirect, Response};
use crate::error::Result;
use crate::shape::Shaped;

/// A request that was sent, or the reason why it was not.
pub type Sent<'a> = Result<BoxFuture<'a, Result<Response>>>;

/// The answer's value, once it is there.
///
/// Written out rather than as an `async` block, as there is one for each type that operations answer with.
struct Decoded<'a, T> {
    sent: Option<Sent<'a>>,
    operation: &'static Operation,
    value: PhantomData<fn() -> T>,
}

impl<T: Shaped> Future for Decoded<'_, T> {
    type Output = Result<T>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        match arrived(&mut this.sent, cx) {
            Poll::Ready(Ok(response)) => Poll::Ready(response.decode(this.operation)),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }
}

fn arrived(sent: &mut Option<Sent<'_>>, cx: &mut Context<'_>) -> Poll<Result<Response>> {
    match sent {
        Some(Ok(answer)) => answer.as_mut().poll(cx),
        Some(Err(_)) => match sent.take() {
            Some(Err(error)) => Poll::Ready(Err(error)),
            _ => Poll::Pending,
        },
        None => Poll::Pending,
    }
}

/// The value of the answer to a request that was sent; used by `#[api]`.
#[doc(hidden)]
pub fn decoded<'a, T: Shaped + 'a>(
    sent: Sent<'a>,
    operation: &'static Operation,
) -> BoxFuture<'a, Result<T>> {
    Box::pin(Decoded { sent: Some(sent), operation, value: PhantomData })
}

/// The bytes of the answer to a request that was sent; used by `#[api]`.
#[doc(hidden)]
pub fn raw<'a>(sent: Sent<'a>, operation: &'static Operation) -> BoxFuture<'a, Result<Raw>> {
    Box::pin(async move { sent?.await?.raw(operation) })
}

/// Where the answer to a request that was sent leads; used by `#[api]`.
#[doc(hidden)]
pub fn redirected<'a>(sent: Sent<'a>, operation: &'static Operation) -> BoxFuture<'a, Result<Redirect>> {
    Box::pin(async move { sent?.await?.redirect(operation) })
}
