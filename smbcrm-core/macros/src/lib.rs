//! The attributes behind smbcrm-core's declarations: [`api`], [`record`], [`request`], [`shaped`] and [`open_enum`].
//!
//! They are an implementation detail of `smbcrm-core`: everything they generate is plain Rust that could be
//! written by hand (`smbcrm-core/tests/by_hand.rs` does so for one operation).
#![allow(missing_docs)] // proc-macro entry points carry their docs below; generated items document themselves

mod api;
mod docs;
mod model;
mod open_enum;
mod path;

use model::Use;
use proc_macro::TokenStream;

/// Turns a plain trait of async methods into a declared API product.
///
/// See `smbcrm_core::operation` for what follows from a declaration.
#[proc_macro_attribute]
pub fn api(arguments: TokenStream, item: TokenStream) -> TokenStream {
    api::expand(arguments.into(), &item.into()).into()
}

/// A record that the API answers with: every field optional on the wire, unknown fields kept in `extra`.
///
/// Names are written in camel case on the wire; `#[record(snake_case)]` writes them as they are.
#[proc_macro_attribute]
pub fn record(arguments: TokenStream, item: TokenStream) -> TokenStream {
    model::expand(arguments.into(), item.into(), Use::Record).into()
}

/// An input of an operation: `new(required…)` and a chained setter for each other field.
///
/// Names are written in camel case on the wire; `#[request(snake_case)]` writes them as they are.
#[proc_macro_attribute]
pub fn request(arguments: TokenStream, item: TokenStream) -> TokenStream {
    model::expand(arguments.into(), item.into(), Use::Request).into()
}

/// A struct that stands on the wire and is neither record nor input: its traits and constructors are its own.
///
/// A field that is neither optional nor `#[serde(default)]` is required, unless the struct is `#[serde(default)]`.
#[proc_macro_attribute]
pub fn shaped(arguments: TokenStream, item: TokenStream) -> TokenStream {
    model::expand(arguments.into(), item.into(), Use::Own).into()
}

/// An enum of texts that keeps values it does not know.
#[proc_macro_attribute]
pub fn open_enum(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    open_enum::expand(&item.into()).into()
}
