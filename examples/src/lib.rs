//! What the examples share, and the book's code.

use std::error::Error as StdError;
use std::fmt;

/// Why an example stopped, in words for the terminal: what happened, and what to look at next.
pub struct Failure(String);

impl Failure {
    /// A failure in words of one's own.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl<E: StdError + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        let hint =
            (&error as &dyn StdError).downcast_ref::<smbcrm_core::Error>().map(smbcrm_core::Error::hint);
        Self(match hint {
            Some(hint) => format!("{error}\n       {hint}"),
            None => error.to_string(),
        })
    }
}

impl fmt::Debug for Failure {
    /// What `main` prints when it returns one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(doctest)]
mod book;
