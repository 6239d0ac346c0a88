//! The table of a model and the two matches that hand out its fields.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::{Field, Ident, Type};

use super::attributes::Attributes;
use super::{Model, generic};
use crate::docs;
use crate::path::camel;

/// A field and what stands on it.
pub(super) struct Part {
    pub(super) field: Field,
    pub(super) attributes: Attributes,
}

impl Part {
    fn ident(&self) -> &Ident {
        // The model has named fields only; that was checked.
        self.field.ident.as_ref().unwrap_or_else(|| unreachable!("a named field"))
    }

    /// Whether it holds what the table has no name for.
    pub(super) fn is_rest(&self) -> bool {
        let named = |name: &str| matches!(&self.field.ty, Type::Path(path) if path.path.is_ident(name));
        named("Extra") && (self.attributes.flat || (self.ident() == "extra" && !self.attributes.plain))
    }

    fn wrapper(&self) -> Option<String> {
        generic(&self.field.ty).map(|(name, _)| name)
    }

    fn is(&self, wrapper: &str) -> bool {
        self.wrapper().is_some_and(|name| name == wrapper)
    }

    fn is_optional(&self) -> bool {
        self.is("Option") || self.is("Patch")
    }

    /// The type that tells its kind.
    fn looks(&self) -> &Type {
        self.attributes.looks.as_ref().unwrap_or(&self.field.ty)
    }

    fn name(&self, camel_case: bool) -> String {
        let plain = self.ident().to_string();
        let plain = plain.trim_start_matches("r#");
        match &self.attributes.rename {
            Some(name) => name.clone(),
            None if camel_case => camel(plain),
            None => plain.to_owned(),
        }
    }

    fn required(&self, request: bool) -> bool {
        let optional = match (&self.attributes.looks, &self.attributes.kind) {
            (Some(looks), _) => generic(looks).is_some_and(|(name, _)| name == "Option"),
            (None, Some(_)) => false,
            (None, None) => self.is_optional(),
        };
        let given = self.attributes.default || self.attributes.unread || self.attributes.flat;
        request && !optional && !given && self.attributes.slot.is_none()
    }

    /// Whether the reader takes null for itself; what reads by code of its own in an input knows what null means to it.
    fn nullable(&self, request: bool) -> bool {
        !request || (self.is_optional() && self.attributes.read_with.is_none())
    }

    fn row(&self, request: bool, camel_case: bool) -> TokenStream {
        let name = self.name(camel_case);
        let key = format!("\"{name}\":");
        let aliases = &self.attributes.aliases;
        let kind = match &self.attributes.kind {
            Some(kind) => quote!(#kind),
            None => {
                let looks = self.looks();
                quote!(<#looks as shape::Shaped>::KIND)
            }
        };
        let doc = docs::shown(&self.field.attrs);
        let (required, nullable) = (self.required(request), self.nullable(request));
        let place = match () {
            () if self.attributes.flat => quote!(Flat),
            () if self.attributes.unlisted => quote!(Unlisted),
            () => quote!(Own),
        };
        quote! {
            shape::Field {
                name: #name,
                key: #key,
                aliases: &[#(#aliases),*],
                kind: #kind,
                doc: #doc,
                required: #required,
                nullable: #nullable,
                place: shape::Place::#place,
            }
        }
    }

    /// What the field holds, as an expression of `self`.
    fn view(&self) -> TokenStream {
        let (name, it) = (self.ident(), &self.attributes);
        if let Some(view) = &it.view {
            return quote!(#view(self));
        }
        if it.unwritten {
            return quote!(shape::View::Absent);
        }
        let natural = match &it.write_with {
            Some(write) => quote!(shape::bridge(|to| #write(&self.#name, to))),
            None => quote!(shape::Node::view(&self.#name)),
        };
        let is_none = |path: &syn::ExprPath| {
            path.path.segments.last().is_some_and(|last| last.ident == "is_none" || last.ident == "is_keep")
        };
        match &it.skip_if {
            // An empty option, and a patch that keeps, is absent by itself.
            Some(path) if it.write_with.is_none() && is_none(path) => natural,
            Some(path) => quote!(if #path(&self.#name) { shape::View::Absent } else { #natural }),
            None if it.plain && self.is("Option") && it.write_with.is_none() => quote!(#natural.or_null()),
            None if !it.plain && self.is("Option") && it.write_with.is_some() => {
                quote!(if self.#name.is_none() { shape::View::Absent } else { #natural })
            }
            None => natural,
        }
    }

    /// Where to put what is read for the field.
    fn slot(&self) -> TokenStream {
        let (name, it) = (self.ident(), &self.attributes);
        if let Some(slot) = &it.slot {
            return quote!(#slot(self));
        }
        if it.unread {
            return quote!(shape::Slot::Ignore);
        }
        match &it.read_with {
            Some(read) => quote!(shape::via(&mut self.#name, |from| #read(from))),
            None => quote!(shape::Node::slot(&mut self.#name)),
        }
    }
}

pub(super) fn emit(model: &Model, parts: &[Part]) -> TokenStream {
    let Model { name, request, camel_case, refuses, open, finish, .. } = model;
    let finish = finish.as_ref().map(|finish| quote!(fn finish(&mut self) { #finish(self); }));
    let rest = parts.iter().find(|part| part.is_rest());
    let rows: Vec<&Part> = parts.iter().filter(|part| !part.is_rest()).collect();
    let table = rows.iter().map(|part| part.row(*request, *camel_case));
    let number = |at: usize| Literal::usize_unsuffixed(at);
    let views = rows
        .iter()
        .enumerate()
        .map(|(at, part)| (number(at), part.view()))
        .map(|(at, view)| quote!(#at => #view,));
    let slots = rows
        .iter()
        .enumerate()
        .map(|(at, part)| (number(at), part.slot()))
        .map(|(at, slot)| quote!(#at => #slot,));
    let nulls: Vec<TokenStream> = rows
        .iter()
        .enumerate()
        .filter(|(_, part)| part.is("Patch") && part.attributes.read_with.is_none())
        .map(|(at, part)| {
            let (at, name) = (number(at), part.ident());
            quote!(#at => { shape::Node::null(&mut self.#name); })
        })
        .collect();
    let null = (!nulls.is_empty()).then(|| {
        quote! {
            fn field_null(&mut self, at: usize) {
                match at { #(#nulls)* _ => {} }
            }
        }
    });
    let unknown = match (rest, refuses) {
        (Some(_), _) => quote!(Kept),
        (None, true) => quote!(Refused),
        (None, false) => quote!(Ignored),
    };
    let keep = rest.map(|rest| {
        let rest = rest.ident();
        quote! {
            fn extra(&self) -> ::core::option::Option<&::serde_json::Map<::std::string::String, ::serde_json::Value>> {
                ::core::option::Option::Some(&self.#rest)
            }
            fn keep(&mut self, key: ::std::string::String, value: ::serde_json::Value) {
                self.#rest.insert(key, value);
            }
        }
    });
    let blank = blank(model, parts);
    let text = name.to_string();
    let doc = docs::shown(&model.attrs);
    let lenient = !request;
    quote! {
        const _: () = {
            use ::smbcrm_core::shape;

            static SHAPE: shape::RecordShape = shape::RecordShape {
                name: #text,
                doc: #doc,
                fields: &[#(#table),*],
                unknown: shape::Unknown::#unknown,
                lenient: #lenient,
                open: #open,
            };

            fn table() -> &'static shape::RecordShape { &SHAPE }

            impl shape::Record for #name {
                fn shape(&self) -> &'static shape::RecordShape { &SHAPE }
                #[allow(clippy::match_single_binding)]
                fn field(&self, at: usize) -> shape::View<'_> {
                    match at { #(#views)* _ => shape::View::Absent }
                }
                #[allow(clippy::match_single_binding)]
                fn field_slot(&mut self, at: usize) -> shape::Slot<'_> {
                    match at { #(#slots)* _ => shape::Slot::Ignore }
                }
                #null
                #keep
                #finish
            }

            impl shape::Node for #name {
                fn view(&self) -> shape::View<'_> { shape::View::Record(self) }
                fn slot(&mut self) -> shape::Slot<'_> { shape::Slot::Record(self) }
            }

            impl shape::Shaped for #name {
                const KIND: shape::Kind = shape::Kind::Record(table);
                fn blank() -> Self { #blank }
            }

            impl ::serde::Serialize for #name {
                fn serialize<S: ::serde::Serializer>(&self, to: S) -> ::core::result::Result<S::Ok, S::Error> {
                    shape::write_record(self, to)
                }
            }

            impl<'de> ::serde::Deserialize<'de> for #name {
                fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> ::core::result::Result<Self, D::Error> {
                    let mut it = <Self as shape::Shaped>::blank();
                    shape::fill(&mut it, from)?;
                    ::core::result::Result::Ok(it)
                }
            }
        };
    }
}

fn blank(model: &Model, parts: &[Part]) -> TokenStream {
    if !model.request {
        let set = parts.iter().filter_map(|part| {
            let (name, by) = (part.ident(), part.attributes.default_by.as_ref()?);
            Some(quote!(it.#name = #by();))
        });
        let set: Vec<TokenStream> = set.collect();
        if set.is_empty() {
            return quote!(::core::default::Default::default());
        }
        return quote!({ let mut it = <Self as ::core::default::Default>::default(); #(#set)* it });
    }
    let values = parts.iter().map(|part| {
        let name = part.ident();
        match (&part.attributes.default_by, &part.attributes.read_with) {
            (Some(by), _) => quote!(#name: #by()),
            // Its type may have no shape of its own.
            (None, Some(_)) => quote!(#name: ::core::default::Default::default()),
            (None, None) if part.is_rest() => quote!(#name: ::core::default::Default::default()),
            (None, None) => quote!(#name: shape::Shaped::blank()),
        }
    });
    quote!(Self { #(#values),* })
}
