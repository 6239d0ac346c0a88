//! What may be wrong with a file.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a world cannot be saved, loaded or kept: the file, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskError {
    path: PathBuf,
    problem: DiskProblem,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiskProblem {
    /// It is something else than a world.
    NotAWorld,
    /// It was written by another version of this program, in a format that this one does not read.
    Version(u32),
    /// A line in its midst is damaged, or says what cannot be.
    Damaged {
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// It ends before it is whole.
    CutOff,
    /// Another process, or another world of this one, keeps itself in it.
    InUse,
    /// It does not hold the sub-account that was asked for.
    NoLocation(String),
    /// The system refuses: no permission, no space, no such directory.
    Io {
        /// What the system says.
        kind: io::ErrorKind,
        /// What cannot be done, and why.
        why: String,
    },
}

impl DiskError {
    pub(crate) fn new(path: &Path, problem: DiskProblem) -> Self {
        Self { path: path.to_owned(), problem }
    }

    pub(crate) fn io(path: &Path, what: &str, error: &io::Error) -> Self {
        let problem = DiskProblem::Io { kind: error.kind(), why: format!("{what}: {error}") };
        Self::new(path, problem)
    }

    pub(crate) fn damaged(path: &Path, line: u64, why: impl Into<String>) -> Self {
        Self::new(path, DiskProblem::Damaged { line, why: why.into() })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The kind of error of the standard library that comes nearest.
    pub fn kind(&self) -> io::ErrorKind {
        match self.problem {
            DiskProblem::Io { kind, .. } => kind,
            DiskProblem::InUse => io::ErrorKind::ResourceBusy,
            DiskProblem::NoLocation(_) => io::ErrorKind::InvalidInput,
            _ => io::ErrorKind::InvalidData,
        }
    }

    /// What is wrong with it.
    pub fn problem(&self) -> &DiskProblem {
        &self.problem
    }
}

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        match &self.problem {
            DiskProblem::NotAWorld => f.write_str("this is no file of smbcrm-mem"),
            DiskProblem::Version(version) => {
                let newest = super::line::VERSION;
                write!(f, "its format is {version}, and this smbcrm-mem reads format {newest}: ")?;
                f.write_str(if *version > newest { "take a newer one" } else { "take an older one" })
            }
            DiskProblem::Damaged { line, why } => write!(f, "line {line} is damaged: {why}"),
            DiskProblem::CutOff => f.write_str("it ends before it is whole"),
            DiskProblem::InUse => f.write_str("it is in use: one process at a time may keep its world in it"),
            DiskProblem::NoLocation(id) => write!(f, "it holds no sub-account `{id}`"),
            DiskProblem::Io { why, .. } => f.write_str(why),
        }
    }
}

impl std::error::Error for DiskError {}

impl From<DiskError> for io::Error {
    fn from(error: DiskError) -> Self {
        Self::new(error.kind(), error)
    }
}
