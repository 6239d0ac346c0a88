//! What the examples share.

use std::error::Error as StdError;
use std::fmt;
use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};

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

/// How far something has come: one line of the terminal, written anew. Where nobody watches it is silent.
#[derive(Debug)]
pub struct Progress {
    done: AtomicUsize,
    of: usize,
    is_watched: bool,
}

impl Progress {
    /// Nothing of so many.
    pub fn new(of: usize) -> Self {
        Self { done: AtomicUsize::new(0), of, is_watched: std::io::stderr().is_terminal() }
    }

    /// One more, and a word about it.
    pub fn step(&self, note: &str) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if self.is_watched {
            let (done, of) = (grouped(done as u64), grouped(self.of as u64));
            let _ = write!(std::io::stderr(), "\r\x1b[K  {done} of {of}  {note}");
        }
    }

    /// Wipes the line.
    pub fn finish(&self) {
        if self.is_watched {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

/// A number as people write it: `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
