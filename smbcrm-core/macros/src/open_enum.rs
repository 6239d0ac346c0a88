//! `#[open_enum]`: an enum of texts that keeps values it does not know.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprLit, Fields, ItemEnum, Lit, LitStr};

pub(crate) fn expand(item: &TokenStream) -> TokenStream {
    let parsed: ItemEnum = match syn::parse2(item.clone()) {
        Ok(parsed) => parsed,
        Err(error) => {
            let text = "an open enum is an enum of texts: `pub enum Status { Open = \"open\" }`";
            let compile_error = syn::Error::new(error.span(), text).to_compile_error();
            return quote!(#item #compile_error);
        }
    };
    match build(&parsed) {
        Ok(tokens) => tokens,
        Err(error) => {
            // The names stay, so that whoever uses them has no errors of his own.
            let compile_error = error.to_compile_error();
            let ItemEnum { vis, ident, mut variants, .. } = parsed;
            for variant in &mut variants {
                variant.discriminant = None;
            }
            quote! {
                #vis enum #ident { #variants }
                #compile_error
            }
        }
    }
}

fn build(item: &ItemEnum) -> syn::Result<TokenStream> {
    let ItemEnum { attrs, vis, ident, variants, generics, .. } = item;
    let mut errors: Option<syn::Error> = None;
    let mut wrong = |error: syn::Error| match &mut errors {
        Some(first) => first.combine(error),
        None => errors = Some(error),
    };
    let mut names = Vec::new();
    let mut texts: Vec<&LitStr> = Vec::new();
    let mut docs = Vec::new();
    if !generics.params.is_empty() {
        wrong(syn::Error::new_spanned(generics, "an open enum has no parameters"));
    }
    for variant in variants {
        if !matches!(variant.fields, Fields::Unit) {
            let text = "an open enum has plain variants only; texts it does not know are kept by themselves";
            wrong(syn::Error::new_spanned(&variant.fields, text));
            continue;
        }
        let text = match &variant.discriminant {
            Some((_, Expr::Lit(ExprLit { lit: Lit::Str(text), .. }))) => text,
            Some((_, other)) => {
                wrong(syn::Error::new_spanned(other, "the wire's value is a text: `Open = \"open\"`"));
                continue;
            }
            None => {
                let text = format!("write the wire's text: `{} = \"…\"`", variant.ident);
                wrong(syn::Error::new_spanned(&variant.ident, text));
                continue;
            }
        };
        if texts.iter().any(|known| known.value() == text.value()) {
            wrong(syn::Error::new_spanned(text, "another variant has this text"));
        }
        names.push(&variant.ident);
        texts.push(text);
        docs.push(&variant.attrs);
    }
    if variants.is_empty() {
        wrong(syn::Error::new_spanned(ident, "an open enum needs at least one variant, the default"));
    }
    if let Some(error) = errors {
        return Err(error);
    }
    let Some(first) = names.first() else { return Ok(TokenStream::new()) };
    let private = quote::format_ident!("Unknown{ident}");
    let listed = texts.iter().map(|t| format!("`{}`", t.value())).collect::<Vec<_>>().join(", ");
    let doc = format!("\n\nOpen: text this version does not know survives a round trip. Known: {listed}.");
    Ok(quote! {
        #(#attrs)*
        #[doc = #doc]
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        #vis enum #ident {
            #( #(#docs)* #names, )*
            #[doc(hidden)]
            _Custom(#private),
        }

        #[doc(hidden)]
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #vis struct #private(::smbcrm_core::types::Text);

        impl #ident {
            /// The texts this version knows, in the order of the documentation.
            pub const KNOWN: &'static [&'static str] = &[#(#texts),*];

            /// The wire's text.
            pub fn as_str(&self) -> &str {
                match self {
                    #( Self::#names => #texts, )*
                    Self::_Custom(text) => text.0.as_str(),
                }
            }

            /// Whether this version knows the value.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::_Custom(_))
            }
        }

        impl ::core::default::Default for #ident {
            fn default() -> Self { Self::#first }
        }

        impl ::core::convert::From<&str> for #ident {
            fn from(text: &str) -> Self {
                match text {
                    #( #texts => Self::#names, )*
                    other => Self::_Custom(#private(::smbcrm_core::types::Text::from(other))),
                }
            }
        }

        impl ::core::convert::From<::std::string::String> for #ident {
            fn from(text: ::std::string::String) -> Self { Self::from(text.as_str()) }
        }

        impl ::core::str::FromStr for #ident {
            type Err = ::core::convert::Infallible;
            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(Self::from(text))
            }
        }

        impl ::core::convert::AsRef<str> for #ident {
            fn as_ref(&self) -> &str { self.as_str() }
        }

        impl ::core::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { f.pad(self.as_str()) }
        }

        impl ::core::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl ::serde::Serialize for #ident {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                let text = <::smbcrm_core::types::Text as ::serde::Deserialize>::deserialize(deserializer)?;
                ::core::result::Result::Ok(Self::from(text.as_str()))
            }
        }

        impl ::smbcrm_core::shape::Node for #ident {
            fn view(&self) -> ::smbcrm_core::shape::View<'_> { ::smbcrm_core::shape::View::Text(self.as_str()) }
            fn slot(&mut self) -> ::smbcrm_core::shape::Slot<'_> { ::smbcrm_core::shape::Slot::Parse(self) }
        }

        impl ::smbcrm_core::shape::ParseText for #ident {
            fn parse_text(&mut self, text: &str) -> ::core::result::Result<(), ::std::string::String> {
                *self = Self::from(text);
                ::core::result::Result::Ok(())
            }
        }

        impl ::smbcrm_core::shape::Shaped for #ident {
            const KIND: ::smbcrm_core::shape::Kind = ::smbcrm_core::shape::Kind::Enum(Self::KNOWN);
            fn blank() -> Self { Self::#first }
        }
    })
}
