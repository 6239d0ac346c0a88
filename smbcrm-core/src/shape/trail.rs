//! Where reading went wrong.

use std::cell::RefCell;
use std::fmt;

/// The way to what could not be read, noted while an error is handed up; nothing is noted while all goes well.
#[derive(Debug, Default)]
pub struct Trail(RefCell<Vec<Step>>);

#[derive(Debug)]
enum Step {
    Key(String),
    Index(usize),
    /// Several steps at once.
    Path(String),
}

impl Trail {
    /// What went wrong lies below this key.
    pub(crate) fn key(&self, name: &str) {
        self.0.borrow_mut().push(Step::Key(name.to_owned()));
    }

    /// What went wrong lies below this place in a list.
    pub(super) fn index(&self, at: usize) {
        self.0.borrow_mut().push(Step::Index(at));
    }

    /// What went wrong lies at the end of this path.
    pub(super) fn deeper(&self, path: String) {
        if !path.is_empty() {
            self.0.borrow_mut().push(Step::Path(path));
        }
    }

    /// The path from the outside in: `tags[2].name`; empty at the top.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.0.borrow().iter().rev() {
            match step {
                Step::Key(name) | Step::Path(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                Step::Index(at) => path.push_str(&format!("[{at}]")),
            }
        }
        path
    }
}

/// JSON that does not fit a type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShapeError {
    /// Where, from the outside in: `contact.tags[2]`; empty at the top.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

impl ShapeError {
    /// An error of what is read, not of anything within it.
    pub fn here(message: &dyn fmt::Display) -> Self {
        Self { path: String::new(), message: message.to_string() }
    }

    /// The same error, seen from a place further out.
    #[must_use]
    pub fn below(mut self, key: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{key}{dot}{}", self.path);
        self
    }

    /// An error at the end of a trail.
    pub(crate) fn new(trail: &Trail, message: &dyn fmt::Display) -> Self {
        Self { path: trail.path(), message: message.to_string() }
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

impl std::error::Error for ShapeError {}
