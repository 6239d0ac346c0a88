//! Running cases and reporting.

use std::fmt;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;

use super::backend::{Backend, Set, Stage, is_unsupported};
use crate::error::{Error, ErrorKind};
use crate::operation::{BoxFuture, Operation};

/// What a case says of a backend.
pub type Verdict = Result<(), Failure>;

/// One behaviour of an API; of SMBcrm's, unless it says otherwise.
#[allow(clippy::exhaustive_structs)] // written as a static by `cases!`
pub struct Case<S: 'static = Stage> {
    /// Module and function.
    pub name: &'static str,
    /// The operations it proves.
    pub operations: &'static [&'static Operation],
    /// Plays it.
    pub run: for<'a> fn(&'a S) -> BoxFuture<'a, Verdict>,
}

impl<S> fmt::Debug for Case<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Case({})", self.name)
    }
}

/// Why a case did not pass: it failed, or the backend has not what it takes.
#[derive(Debug)]
pub struct Failure {
    text: String,
    skip: bool,
}

impl Failure {
    /// The backend breaks the contract.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), skip: false }
    }

    /// The backend cannot be asked.
    pub fn skip(text: impl Into<String>) -> Self {
        Self { text: text.into(), skip: true }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if is_unsupported(&error) {
            Self::skip(error.to_string())
        } else {
            Self::new(format!("{error} – {}", error.hint()))
        }
    }
}

/// Turns a missing hand into a skip.
pub trait HandOrSkip<T> {
    /// The value, or a skip with this reason.
    ///
    /// # Errors
    /// A skip.
    fn ok_or_skip(self, why: &str) -> Result<T, Failure>;
}

impl<T> HandOrSkip<T> for Option<T> {
    fn ok_or_skip(self, why: &str) -> Result<T, Failure> {
        self.ok_or_else(|| Failure::skip(why))
    }
}

/// The refusal that was expected, or the failure that says what came instead.
///
/// # Errors
/// The call succeeded, or was refused for another reason or with another status.
pub fn refused<T: fmt::Debug>(
    outcome: Result<T, Error>,
    kind: ErrorKind,
    status: u16,
) -> Result<Error, Failure> {
    match outcome {
        Ok(value) => Err(Failure::new(format!("expected {kind:?} ({status}), but it answered {value:?}"))),
        Err(error) if is_unsupported(&error) => Err(error.into()),
        Err(error) if error.kind() == kind && error.status() == Some(status) => Ok(error),
        Err(error) => {
            Err(Failure::new(format!("expected {kind:?} ({status}), got {:?}: {error}", error.kind())))
        }
    }
}

/// What became of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not, for this reason.
    Failed(String),
    /// The backend could not be asked, for this reason.
    Skipped(String),
}

/// What became of a run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// The backend.
    pub backend: String,
    /// Every case by name.
    pub outcomes: Vec<(&'static str, Outcome)>,
}

impl Report {
    /// Whether nothing failed.
    pub fn passed(&self) -> bool {
        !self.outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::Failed(_)))
    }

    /// The cases that were skipped, and why.
    pub fn skipped(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.outcomes.iter().filter_map(|(name, outcome)| match outcome {
            Outcome::Skipped(why) => Some((*name, why.as_str())),
            _ => None,
        })
    }
}

impl fmt::Display for Report {
    /// The failures and skips, and a line of totals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        for (name, outcome) in &self.outcomes {
            match outcome {
                Outcome::Passed => passed += 1,
                Outcome::Failed(why) => {
                    failed += 1;
                    writeln!(f, "FAILED  {name}\n        {why}")?;
                }
                Outcome::Skipped(why) => {
                    skipped += 1;
                    writeln!(f, "skipped {name}: {why}")?;
                }
            }
        }
        write!(f, "{}: {passed} passed, {failed} failed, {skipped} skipped", self.backend)
    }
}

/// Runs cases against a backend, each on a stage of its own, one after the other.
pub async fn run<S: Set>(
    backend: &dyn Backend<S>,
    cases: impl IntoIterator<Item = &'static Case<S>>,
) -> Report {
    let mut report = Report { backend: backend.name().to_owned(), outcomes: Vec::new() };
    for case in cases {
        let outcome = match backend.stage().await {
            Err(error) => Outcome::Failed(format!("no stage: {error}")),
            Ok(stage) => {
                // A panic in one case is that case's failure and nobody else's.
                let verdict = AssertUnwindSafe((case.run)(&stage)).catch_unwind().await;
                stage.clear().await;
                match verdict {
                    Ok(Ok(())) => Outcome::Passed,
                    Ok(Err(Failure { text, skip: true })) => Outcome::Skipped(text),
                    Ok(Err(Failure { text, .. })) => Outcome::Failed(text),
                    Err(_) => Outcome::Failed("it panicked".to_owned()),
                }
            }
        };
        report.outcomes.push((case.name, outcome));
    }
    report
}
