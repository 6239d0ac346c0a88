//! `#[record]` and `#[request]`: what answers and inputs look like on the wire, written once.
//!
//! A record forgives (missing, null and unknown fields are all fine); an input says what it needs in `new` and
//! leaves out what was not set. Both become a table and two matches (see `smbcrm_core::shape`).

mod attributes;
mod construct;
mod table;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Attribute, ExprPath, Fields, GenericArgument, Ident, ItemStruct, PathArguments, Type, parse_quote,
};

use attributes::Attributes;
use table::Part;

/// What a model is for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Use {
    /// An answer's record.
    Record,
    /// An operation's input.
    Request,
    /// Neither: its traits and constructors are its own, and `#[serde(default)]` says whether it forgives.
    Own,
}

pub(crate) fn expand(arguments: TokenStream, item: TokenStream, what: Use) -> TokenStream {
    let built = match syn::parse2::<ItemStruct>(item.clone()) {
        Ok(parsed) => case(arguments)
            .and_then(|camel_case| build(parsed.clone(), what, camel_case))
            .map_err(|error| (error, bare(parsed))),
        Err(error) => Err((syn::Error::new(error.span(), EXPECTED), item)),
    };
    // The item stays in any case, so that whoever uses it has no errors of his own.
    built.unwrap_or_else(|(error, item)| {
        let compile_error = error.to_compile_error();
        quote!(#item #compile_error)
    })
}

/// How the wire writes names: in camel case, or as they are.
fn case(arguments: TokenStream) -> syn::Result<bool> {
    if arguments.is_empty() {
        return Ok(true);
    }
    let given: Ident = syn::parse2(arguments)?;
    if given == "snake_case" {
        return Ok(false);
    }
    Err(syn::Error::new(given.span(), "a model says nothing, or `snake_case`"))
}

const EXPECTED: &str = "a model is a struct with named fields";

/// The struct without what only this macro understands.
fn bare(mut item: ItemStruct) -> TokenStream {
    item.attrs.retain(|attribute| !attributes::is_ours(attribute));
    for field in &mut item.fields {
        field.attrs.retain(|attribute| !attributes::is_ours(attribute));
    }
    quote!(#item)
}

/// A struct that is a model.
struct Model {
    name: Ident,
    attrs: Vec<Attribute>,
    request: bool,
    camel_case: bool,
    /// `#[serde(deny_unknown_fields)]`.
    refuses: bool,
    /// `#[schema(open)]`: an input may have keys beside its fields.
    open: bool,
    /// `#[wire(finish = path)]`: what puts the record right once it is read.
    finish: Option<ExprPath>,
}

fn build(mut item: ItemStruct, what: Use, camel_case: bool) -> syn::Result<TokenStream> {
    if !item.generics.params.is_empty() {
        let text = "a model has no type or lifetime parameters: it owns what it holds";
        return Err(syn::Error::new_spanned(&item.generics, text));
    }
    let name = item.ident.clone();
    let mut model = Model {
        name: name.clone(),
        attrs: item.attrs.clone(),
        request: what != Use::Record,
        camel_case,
        refuses: false,
        open: false,
        finish: None,
    };
    for attribute in item.attrs.iter().filter(|attribute| attributes::is_ours(attribute)) {
        attribute.parse_nested_meta(|meta| {
            match () {
                () if meta.path.is_ident("deny_unknown_fields") => model.refuses = true,
                () if meta.path.is_ident("open") => model.open = true,
                () if meta.path.is_ident("finish") => model.finish = Some(meta.value()?.parse()?),
                () if meta.path.is_ident("default") && what == Use::Own => model.request = false,
                () => return Err(meta.error(
                    "write `#[serde(deny_unknown_fields)]`, `#[schema(open)]` or `#[wire(finish = path)]`",
                )),
            }
            Ok(())
        })?;
    }
    item.attrs.retain(|attribute| !attributes::is_ours(attribute));
    let Fields::Named(fields) = &mut item.fields else {
        return Err(syn::Error::new_spanned(&name, EXPECTED));
    };
    let mut parts = Vec::new();
    for field in &mut fields.named {
        // A type that came through a `macro_rules!` stands in an invisible group.
        while let Type::Group(group) = &field.ty {
            field.ty = (*group.elem).clone();
        }
        let attributes = Attributes::take(field)?;
        parts.push(Part { field: field.clone(), attributes });
    }
    if parts.len() > 128 {
        return Err(syn::Error::new_spanned(&name, "a model has at most 128 fields"));
    }
    let table = table::emit(&model, &parts);
    let derives: Attribute = match what {
        Use::Own => return Ok(quote!(#item #table)),
        Use::Request => parse_quote!(#[derive(Debug, Clone, PartialEq)]),
        Use::Record => parse_quote!(#[derive(Debug, Clone, Default, PartialEq)]),
    };
    let constructors = (what == Use::Request).then(|| construct::constructors(&name, &parts));
    Ok(quote! {
        #derives
        #[non_exhaustive]
        #item
        #constructors
        #table
    })
}

/// `Option<T>` → `("Option", T)`.
fn generic(ty: &Type) -> Option<(String, Type)> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some((last.ident.to_string(), inner.clone())),
        _ => None,
    }
}
