//! `#[record]` and `#[request]`: the serde policy of answers and inputs, written once.
//!
//! A record forgives (missing, null and unknown fields are all fine); an input says what it needs in `new` and
//! leaves out what was not set.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Field, Fields, GenericArgument, Ident, ItemStruct, PathArguments, Type, parse_quote};

pub(crate) fn record(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand(arguments, item, false)
}

pub(crate) fn request(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand(arguments, item, true)
}

fn expand(arguments: TokenStream, item: TokenStream, request: bool) -> TokenStream {
    let built = match syn::parse2::<ItemStruct>(item.clone()) {
        Ok(parsed) => case(arguments)
            .and_then(|case| build(parsed.clone(), request, case))
            .map_err(|error| (error, bare(parsed))),
        Err(error) => Err((syn::Error::new(error.span(), EXPECTED), item)),
    };
    // The item stays in any case, so that whoever uses it has no errors of his own.
    built.unwrap_or_else(|(error, item)| {
        let compile_error = error.to_compile_error();
        quote!(#item #compile_error)
    })
}

/// How the wire writes names.
fn case(arguments: TokenStream) -> syn::Result<&'static str> {
    if arguments.is_empty() {
        return Ok("camelCase");
    }
    let given: Ident = syn::parse2(arguments)?;
    if given == "snake_case" {
        return Ok("snake_case");
    }
    Err(syn::Error::new(given.span(), "a model says nothing, or `snake_case`"))
}

const EXPECTED: &str = "a model is a struct with named fields";

/// The struct without what only this macro understands.
fn bare(mut item: ItemStruct) -> TokenStream {
    for field in &mut item.fields {
        field.attrs.retain(|a| !["plain", "serde", "schemars"].iter().any(|known| a.path().is_ident(known)));
    }
    quote!(#item)
}

fn build(mut item: ItemStruct, request: bool, case: &str) -> syn::Result<TokenStream> {
    if !item.generics.params.is_empty() {
        let text = "a model has no type or lifetime parameters: it owns what it holds";
        return Err(syn::Error::new_spanned(&item.generics, text));
    }
    let Fields::Named(fields) = &mut item.fields else {
        return Err(syn::Error::new_spanned(&item.ident, EXPECTED));
    };
    let mut inputs = Vec::new();
    for field in &mut fields.named {
        // A type that came through a `macro_rules!` stands in an invisible group.
        while let Type::Group(group) = &field.ty {
            field.ty = (*group.elem).clone();
        }
        let plain = take(&mut field.attrs, "plain"); // the field brings its own serde attributes
        if request {
            let kind = kind(field);
            inputs.push((field.clone(), kind));
        }
        if !plain {
            wire(field, request);
        }
    }
    let constructors = if request { constructors(&item.ident, &inputs) } else { TokenStream::new() };
    let derives: Attribute = if request {
        parse_quote!(#[derive(Debug, Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)])
    } else {
        parse_quote!(#[derive(Debug, Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)])
    };
    let default: Option<Attribute> = (!request).then(|| parse_quote!(#[serde(default)]));
    Ok(quote! {
        #derives
        #[cfg_attr(feature = "schema", derive(::schemars::JsonSchema))]
        #[serde(rename_all = #case)]
        #default
        #[non_exhaustive]
        #item
        #constructors
    })
}

/// How a field is given: required in `new`, or by a setter.
enum Kind {
    Required,
    Option(Type),
    Patch(Type),
}

fn kind(field: &Field) -> Kind {
    match generic(&field.ty) {
        Some((name, inner)) if name == "Option" => Kind::Option(inner),
        Some((name, inner)) if name == "Patch" => Kind::Patch(inner),
        _ => Kind::Required,
    }
}

/// Adds the serde attributes that follow from the field's type.
fn wire(field: &mut Field, request: bool) {
    let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    if name == "extra" {
        field.attrs.push(parse_quote!(#[serde(flatten)]));
        field.attrs.push(parse_quote!(#[cfg_attr(feature = "schema", schemars(skip))]));
        return;
    }
    match generic(&field.ty) {
        Some((kind, inner)) if kind == "Option" => {
            field.attrs.push(parse_quote!(#[serde(default, skip_serializing_if = "Option::is_none")]));
            if is_instant(&inner) {
                field.attrs.push(parse_quote!(#[serde(with = "::smbcrm_core::types::time::iso_option")]));
                field.attrs.push(
                    parse_quote!(#[cfg_attr(feature = "schema", schemars(with = "Option<chrono::DateTime<chrono::Utc>>"))]),
                );
            }
        }
        Some((kind, _)) if kind == "Patch" => {
            field.attrs.push(parse_quote!(#[serde(default, skip_serializing_if = "Patch::is_keep")]));
        }
        _ if is_instant(&field.ty) => {
            let with: Attribute = if request {
                parse_quote!(#[serde(with = "::smbcrm_core::types::time::iso")])
            } else {
                parse_quote!(#[serde(with = "::smbcrm_core::types::time::iso_lenient")])
            };
            field.attrs.push(with);
            field
                .attrs
                .push(parse_quote!(#[cfg_attr(feature = "schema", schemars(with = "chrono::DateTime<chrono::Utc>"))]));
        }
        // An answer's null stands for "nothing here": it must not fail the whole record.
        _ if !request => {
            field
                .attrs
                .push(parse_quote!(#[serde(deserialize_with = "::smbcrm_core::types::null_as_default")]));
        }
        _ => {}
    }
}

fn constructors(name: &Ident, fields: &[(Field, Kind)]) -> TokenStream {
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    let mut setters = Vec::new();
    for (field, kind) in fields {
        let Some(ident) = &field.ident else { continue };
        let docs = field.attrs.iter().filter(|a| a.path().is_ident("doc")).collect::<Vec<_>>();
        match kind {
            Kind::Required => {
                let (argument, value) = parameter(&field.ty, ident);
                arguments.push(quote!(#ident: #argument));
                values.push(quote!(#ident: #value));
            }
            Kind::Option(inner) => {
                values.push(quote!(#ident: ::core::option::Option::None));
                let (argument, value) = parameter(inner, ident);
                setters.push(quote! {
                    #(#docs)*
                    #[must_use]
                    pub fn #ident(mut self, #ident: #argument) -> Self {
                        self.#ident = ::core::option::Option::Some(#value);
                        self
                    }
                });
            }
            Kind::Patch(inner) => {
                values.push(quote!(#ident: ::smbcrm_core::types::Patch::Keep));
                let (argument, value) = parameter(inner, ident);
                let clear = format_ident!("clear_{}", ident);
                let clear_doc = format!("Clears `{ident}`: sends null.");
                setters.push(quote! {
                    #(#docs)*
                    #[must_use]
                    pub fn #ident(mut self, #ident: #argument) -> Self {
                        self.#ident = ::smbcrm_core::types::Patch::Set(#value);
                        self
                    }
                    #[doc = #clear_doc]
                    #[must_use]
                    pub fn #clear(mut self) -> Self {
                        self.#ident = ::smbcrm_core::types::Patch::Clear;
                        self
                    }
                });
            }
        }
    }
    let doc = if arguments.is_empty() {
        "An input with nothing set.".to_owned()
    } else {
        "Starts from what the operation requires; the rest is set by the methods below.".to_owned()
    };
    let default = arguments.is_empty().then(|| {
        quote! {
            impl ::core::default::Default for #name {
                fn default() -> Self { Self::new() }
            }
        }
    });
    quote! {
        impl #name {
            #[doc = #doc]
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }
            #(#setters)*
        }
        #default
    }
}

/// The parameter type that is pleasant to call, and how it becomes the field's type.
fn parameter(ty: &Type, name: &Ident) -> (TokenStream, TokenStream) {
    if let Some((kind, inner)) = generic(ty)
        && kind == "Vec"
    {
        return (
            quote!(impl ::core::iter::IntoIterator<Item = impl ::core::convert::Into<#inner>>),
            quote!(#name.into_iter().map(::core::convert::Into::into).collect()),
        );
    }
    const DIRECT: &[&str] = &["bool", "u8", "u16", "u32", "u64", "i32", "i64", "f64", "usize"];
    if let Type::Path(path) = ty
        && path.path.get_ident().is_some_and(|i| DIRECT.iter().any(|d| i == d))
    {
        return (quote!(#ty), quote!(#name));
    }
    (quote!(impl ::core::convert::Into<#ty>), quote!(#name.into()))
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

fn is_instant(ty: &Type) -> bool {
    generic(ty).is_some_and(|(name, _)| name == "DateTime")
}

fn take(attrs: &mut Vec<Attribute>, name: &str) -> bool {
    let before = attrs.len();
    attrs.retain(|a| !a.path().is_ident(name));
    attrs.len() != before
}
