//! A transport whose answers are held to the document on their way.

use std::sync::Arc;

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::operation::{Request, Response, Transport};

use super::Book;

/// Sends through another transport, and shows the book what comes back.
pub(crate) struct Held<T> {
    through: T,
    book: Option<Arc<Book>>,
}

impl<T> Held<T> {
    /// `book` is `None` where nobody wants to know.
    pub(crate) fn new(through: T, book: Option<&Arc<Book>>) -> Self {
        Self { through, book: book.cloned() }
    }
}

#[async_trait]
impl<A: 'static, T: Transport<A>> Transport<A> for Held<T> {
    async fn send(&self, request: Request) -> Result<Response> {
        let operation = request.operation;
        let outcome = self.through.send(request).await;
        if let Some(book) = &self.book {
            match &outcome {
                Ok(answer) => book.answered(operation, answer),
                Err(error) => error.status().into_iter().for_each(|status| book.refused(operation, status)),
            }
        }
        outcome
    }
}
