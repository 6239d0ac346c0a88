//! `#[api]`: one declared trait becomes operations, a sender and a route table.
//!
//! All mistakes are reported at once, and the trait is emitted even then, so that an editor keeps working.

mod emit;
mod read;

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, ItemTrait, Path, Token, TraitItem, TraitItemFn, Type, TypeParamBound, parse_quote};

use crate::path::Template;

const VERBS: &[&str] = &["get", "post", "put", "patch", "delete"];

pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors(None);
    let arguments = match syn::parse2::<ApiArguments>(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            errors.push(error);
            ApiArguments { product: parse_quote!(MISSING_PRODUCT), api: None }
        }
    };
    let mut item: ItemTrait = match syn::parse2(item.clone()) {
        Ok(item) => item,
        Err(error) => {
            errors.at(error.span(), "`#[api]` stands on a trait of async methods, one an operation");
            let compile_error = errors.into_compile_error();
            return quote! { #item #compile_error };
        }
    };
    check_trait(&item, &mut errors);
    let mut methods: Vec<Method> = Vec::new();
    for entry in &mut item.items {
        let TraitItem::Fn(method) = entry else {
            errors.push(syn::Error::new_spanned(entry, "an API's trait has operations only: async methods"));
            continue;
        };
        let Some(method) = read::method(method, arguments.api.is_none(), &mut errors) else { continue };
        if let Some(other) = methods.iter().find(|other| other.wire_key() == method.wire_key()) {
            errors.at(method.name.span(), &format!("`{}` declares the same verb and path", other.name));
        }
        methods.push(method);
    }
    if errors.0.is_none() {
        return emit::api(&item, &arguments, &methods);
    }
    // The trait stays, with a body for every method: whoever implements or calls it has no errors of his own.
    for entry in &mut item.items {
        if let TraitItem::Fn(method) = entry {
            strip(method);
            method.attrs.push(parse_quote!(#[allow(unused_variables)]));
            method.default = Some(parse_quote!({ ::core::unreachable!() }));
            method.semi_token = None;
        }
    }
    let compile_error = errors.into_compile_error();
    quote! {
        #[::async_trait::async_trait]
        #item
        #compile_error
    }
}

fn check_trait(item: &ItemTrait, errors: &mut Errors) {
    if !item.generics.params.is_empty() {
        errors.push(syn::Error::new_spanned(
            &item.generics,
            "an API's trait has no parameters: it becomes `dyn`",
        ));
    }
    let has = |name: &str| {
        item.supertraits.iter().any(|bound| match bound {
            TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| last.ident == name),
            _ => false,
        })
    };
    if !has("Send") || !has("Sync") {
        errors.at(
            item.ident.span(),
            &format!("write `trait {}: Send + Sync`: it is called across threads", item.ident),
        );
    }
}

/// What the attribute says.
struct ApiArguments {
    product: Ident,
    /// The API, where it is another than SMBcrm's. Others know no scopes.
    api: Option<Path>,
}

impl Parse for ApiArguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        const EXPECTED: &str = "write `#[api(product = NAME)]`, NAME being a `static NAME: Product`; for another API \
                                than SMBcrm's `#[api(product = NAME, of = path::to::Api)]`";
        let named = |name: &str| -> syn::Result<()> {
            let key: Ident = input.parse()?;
            if key != name {
                return Err(syn::Error::new(key.span(), EXPECTED));
            }
            input.parse::<Token![=]>().map(drop)
        };
        let read = || {
            named("product")?;
            let product = input.parse()?;
            let mut api = None;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
                named("of")?;
                api = Some(input.parse()?);
            }
            Ok(Self { product, api })
        };
        read().map_err(|error: syn::Error| syn::Error::new(error.span(), EXPECTED))
    }
}

/// Mistakes, collected so that all are reported at once.
struct Errors(Option<syn::Error>);

impl Errors {
    fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    fn at(&mut self, span: Span, text: &str) {
        self.push(syn::Error::new(span, text));
    }

    fn count(&self) -> usize {
        self.0.as_ref().map_or(0, |error| error.into_iter().count())
    }

    fn into_compile_error(self) -> TokenStream {
        self.0.map(|error| error.to_compile_error()).unwrap_or_default()
    }
}

/// An argument: its name and type.
type Input = (Ident, Type);

/// One declared operation, read from the trait.
struct Method {
    name: Ident,
    verb: String,
    template: Template,
    facts: Facts,
    summary: String,
    doc: String,
    path_arguments: Vec<Input>,
    query: Option<Input>,
    body: Option<Input>,
    /// The names of all arguments in the order of the declaration.
    order: Vec<Ident>,
    output: Type,
}

impl Method {
    /// Verb and path without the placeholders' names: what a router tells operations apart by.
    fn wire_key(&self) -> String {
        let mut shape = String::new();
        let mut inside = false;
        for c in self.template.wire.chars() {
            match c {
                '{' => inside = true,
                '}' => {
                    inside = false;
                    shape.push_str("{}");
                }
                c if !inside => shape.push(c),
                _ => {}
            }
        }
        format!("{} {shape}", self.verb)
    }

    fn constant(&self) -> Ident {
        format_ident!("{}", self.name.to_string().trim_start_matches("r#").to_uppercase())
    }
}

/// What the verb attribute says beside the path.
#[derive(Default)]
struct Facts {
    id: Option<String>,
    scope: Option<String>,
    key: Option<String>,
    ack: Option<String>,
    message: Option<String>,
    location: Option<String>,
    access: Option<String>,
    body: Option<String>,
    reply: Option<String>,
    status: Option<u16>,
    /// Of a create that finds its record there already.
    known: Option<u16>,
    /// Of a record that does not exist.
    missing: Option<u16>,
    idempotent: bool,
    read: bool,
    assumed_scope: bool,
    deprecated: bool,
}

/// Takes off what only this macro understands.
fn strip(method: &mut TraitItemFn) {
    method.attrs.retain(|a| !VERBS.iter().any(|v| a.path().is_ident(v)));
    for argument in &mut method.sig.inputs {
        if let syn::FnArg::Typed(argument) = argument {
            argument.attrs.retain(|a| !a.path().is_ident("query") && !a.path().is_ident("body"));
        }
    }
}

#[cfg(test)]
mod tests;
