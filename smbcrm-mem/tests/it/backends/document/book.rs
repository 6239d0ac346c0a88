//! What was found wrong, and what was seen at all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use smbcrm_core::operation::{Operation, Response};

use super::{Answer, Document};

/// Holds answers to a document, and keeps what is wrong with them: a line for each place, whichever answers it was
/// found in.
pub(crate) struct Book {
    document: Document,
    noted: Mutex<Noted>,
}

#[derive(Default)]
struct Noted {
    faults: BTreeSet<String>,
    /// How often each operation answered with each status.
    answers: BTreeMap<(String, String), BTreeMap<u16, usize>>,
}

impl Book {
    pub(crate) fn of(document: Document) -> Arc<Self> {
        Arc::new(Self { document, noted: Mutex::default() })
    }

    /// Holds what a call was answered.
    pub(crate) fn answered(&self, operation: &Operation, answer: &Response) {
        self.hold(operation.method.as_str(), operation.path, answer);
    }

    /// Holds what a request was answered that is known by its words only. What leads to no operation is nobody's.
    pub(crate) fn answered_to(&self, method: &str, target: &str, answer: &Response) {
        let path = target.split('?').next().unwrap_or(target);
        if let Some(path) = self.document.declared(method, path) {
            self.hold(method, path, answer);
        }
    }

    /// Holds a refusal that somebody else has read already: its status is all that is left of it.
    pub(crate) fn refused(&self, operation: &Operation, status: u16) {
        let (method, path) = (operation.method.as_str(), operation.path);
        let declared = self.document.response(method, path, status).is_some();
        self.note(
            method,
            path,
            status,
            if declared { vec![] } else { vec!["the status is not declared".into()] },
        );
    }

    fn hold(&self, method: &str, path: &str, answer: &Response) {
        let faults = self.document.faults(&Answer {
            method,
            path,
            status: answer.status,
            content_type: answer.header("content-type"),
            body: &answer.body,
        });
        self.note(method, path, answer.status, faults);
    }

    fn note(&self, method: &str, path: &str, status: u16, faults: Vec<String>) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = noted.answers.entry((method.to_owned(), path.to_owned())).or_default();
        *seen.entry(status).or_default() += 1;
        noted.faults.extend(faults.into_iter().map(|fault| format!("{method} {path} {status}: {fault}")));
    }

    /// What is wrong, a line each.
    pub(crate) fn faults(&self) -> Vec<String> {
        let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.faults.iter().cloned().collect()
    }

    /// The operations of the document that never succeeded: nothing was shown of those.
    pub(crate) fn unseen(&self) -> Vec<String> {
        let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let succeeded = |method: &str, path: &str| {
            let seen = noted.answers.get(&(method.to_owned(), path.to_owned()));
            seen.is_some_and(|seen| seen.keys().any(|status| *status < 400))
        };
        let all = self.document.operations();
        let unseen = all.filter(|(method, path, _)| !succeeded(method, path));
        unseen.map(|(method, path, _)| format!("{method} {path}")).collect()
    }
}
