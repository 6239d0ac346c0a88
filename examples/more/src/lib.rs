//! The book's code.

#[cfg(doctest)]
mod book;
