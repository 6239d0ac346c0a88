//! `new` with what is required, a setter for each other field.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Field, Ident, Type};

use super::generic;
use super::table::Part;

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

pub(super) fn constructors(name: &Ident, parts: &[Part]) -> TokenStream {
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    let mut setters = Vec::new();
    for Part { field, .. } in parts {
        let Some(ident) = &field.ident else { continue };
        let kind = kind(field);
        let docs = field.attrs.iter().filter(|a| a.path().is_ident("doc")).collect::<Vec<_>>();
        match kind {
            Kind::Required => {
                let (argument, value) = parameter(&field.ty, ident);
                arguments.push(quote!(#ident: #argument));
                values.push(quote!(#ident: #value));
            }
            Kind::Option(inner) => {
                values.push(quote!(#ident: ::core::option::Option::None));
                let (argument, value) = parameter(&inner, ident);
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
                let (argument, value) = parameter(&inner, ident);
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
