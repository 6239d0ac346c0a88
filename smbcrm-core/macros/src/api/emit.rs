//! Writing what follows from the declared methods.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{FnArg, Ident, ItemTrait, Lifetime, TraitItem, Type, parse_quote};

use super::{ApiArguments, Input, Method, strip};
use crate::path;

pub(super) fn api(item: &ItemTrait, arguments: &ApiArguments, methods: &[Method]) -> TokenStream {
    let product = &arguments.product;
    let reached = arguments.api.as_ref().map(|api| quote!(<#api>));
    let trait_name = &item.ident;
    let mut declared = item.clone();
    for (entry, method) in declared
        .items
        .iter_mut()
        .filter_map(|i| if let TraitItem::Fn(f) = i { Some(f) } else { None })
        .zip(methods)
    {
        let constant = method.constant();
        let line = endpoint_line(method);
        entry.attrs.push(parse_quote!(#[doc = ""]));
        entry.attrs.push(parse_quote!(#[doc = #line]));
        let used = entry.sig.inputs.iter().filter_map(|a| match a {
            FnArg::Typed(a) => Some(a.pat.clone()),
            FnArg::Receiver(_) => None,
        });
        entry.default = Some(parse_quote!({
            #(let _ = #used;)*
            ::core::result::Result::Err(::smbcrm_core::Error::unsupported(&operations::#constant))
        }));
        entry.semi_token = None;
    }
    let statics = methods.iter().map(|m| operation(m, product));
    let all = methods.iter().map(Method::constant);
    let count = methods.len();
    let senders = methods.iter().zip(item.items.iter()).map(|(m, i)| sender(m, i));
    let routes = methods.iter().map(|m| route(m, trait_name));
    // Nothing of the answering half is compiled for an app that only asks.
    let answering = cfg!(feature = "server").then(|| quote! {
        impl dyn #trait_name {
            /// How each operation of the product is answered: decode, call, encode.
            pub const ROUTES: &'static [::smbcrm_core::operation::Route<dyn #trait_name>] = &[#(#routes),*];
        }
    });
    let operations_doc = format!("The operations of [`{trait_name}`], as data.");
    quote! {
        #[::async_trait::async_trait]
        #declared

        #[doc = #operations_doc]
        pub mod operations {
            #[allow(unused_imports)]
            use super::*;
            #(#statics)*

            /// Every operation of the product, in the order of the declaration.
            pub static ALL: [&::smbcrm_core::operation::Operation; #count] = [#(&#all),*];
        }

        impl<T: ::smbcrm_core::operation::Transport #reached + ?Sized> #trait_name for T {
            #(#senders)*
        }

        #answering
    }
}

fn endpoint_line(method: &Method) -> String {
    let verb = method.verb.to_uppercase();
    let Some(scope) = &method.facts.scope else { return format!("`{verb} {}`.", method.template.wire) };
    let assumed = if method.facts.assumed_scope { " (assumed: none is documented)" } else { "" };
    format!("`{verb} {}`, scope `{scope}`{assumed}.", method.template.wire)
}

fn operation(method: &Method, product: &Ident) -> TokenStream {
    let constant = method.constant();
    let name = method.name.to_string();
    let facts = &method.facts;
    let id = facts.id.clone().unwrap_or_else(|| name.replace('_', "-"));
    let (summary, doc, path) = (&method.summary, &method.doc, &method.template.wire);
    let verb = format_ident!("{}", {
        let mut v = method.verb.clone();
        v[..1].make_ascii_uppercase();
        v
    });
    let scope = facts.scope.clone().unwrap_or_default();
    let scope_documented = !facts.assumed_scope;
    let status = facts.status.unwrap_or(if method.verb == "post" { 201 } else { 200 });
    let read = facts.read || method.verb == "get";
    let idempotent = read || facts.idempotent || matches!(method.verb.as_str(), "put" | "delete");
    let deprecated = facts.deprecated;
    let access = match facts.access.as_deref() {
        Some("agency") => quote!(Agency),
        Some("any") => quote!(Any),
        _ => quote!(Location),
    };
    let reply = match (&facts.reply, &facts.key, &facts.ack) {
        (Some(kind), _, _) if kind == "redirect" => quote!(Redirect),
        _ if facts.message.is_some() => {
            let (message, key) = (&facts.message, facts.key.as_deref().unwrap_or_default());
            quote!(Reported { message: #message, key: #key })
        }
        (Some(_), _, _) => quote!(Raw),
        (None, Some(key), Some(ack)) => quote!(AcknowledgedKey { key: #key, ack: #ack }),
        (None, Some(key), None) => quote!(Key(#key)),
        (None, None, Some(ack)) => quote!(Acknowledged(#ack)),
        (None, None, None) => quote!(Bare),
    };
    let body = match (&method.body, facts.body.as_deref()) {
        (None, _) => quote!(None),
        (Some(_), Some("form")) => quote!(Form),
        (Some(_), Some("multipart")) => quote!(Multipart),
        (Some(_), _) => quote!(Json),
    };
    let place = if let Some(p) = method.template.placeholders.iter().find(|p| p.argument == "location_id") {
        let wire = &p.wire;
        quote!(Path(#wire))
    } else if let Some(name) = &facts.location {
        if method.body.is_some() && method.query.is_none() {
            quote!(Body(#name))
        } else {
            quote!(Query(#name))
        }
    } else if method.template.placeholders.is_empty() {
        quote!(None)
    } else {
        quote!(Record)
    };
    let params = method.template.placeholders.iter().map(|p| &p.wire);
    let param_types = path_arguments(method).map(|(_, ty)| ty);
    let known = match facts.known {
        Some(status) => quote!(::core::option::Option::Some(#status)),
        None => quote!(::core::option::Option::None),
    };
    let missing = facts.missing.unwrap_or(400);
    let has_query = method.query.is_some();
    let schema_of = |input: Option<&Input>| match input {
        Some((_, ty)) => quote!(#ty),
        None => quote!(()),
    };
    let query_schema = schema_of(method.query.as_ref());
    // A multipart form has no JSON schema; it reads itself.
    let json_body = method.body.as_ref().filter(|_| facts.body.as_deref() != Some("multipart"));
    let body_schema = schema_of(json_body);
    let output = if facts.reply.is_some() {
        quote!(())
    } else {
        let ty = &method.output;
        quote!(#ty)
    };
    let static_doc = format!("`{} {}`: {}", method.verb.to_uppercase(), path, summary);
    quote! {
        #[doc = #static_doc]
        pub static #constant: ::smbcrm_core::operation::Operation = ::smbcrm_core::operation::Operation {
            product: &#product,
            name: #name,
            id: #id,
            summary: #summary,
            doc: #doc,
            method: ::smbcrm_core::operation::Method::#verb,
            path: #path,
            params: &[#(#params),*],
            scope: #scope,
            scope_documented: #scope_documented,
            access: ::smbcrm_core::operation::Access::#access,
            place: ::smbcrm_core::operation::Place::#place,
            takes_query: #has_query,
            body: ::smbcrm_core::operation::BodyKind::#body,
            reply: ::smbcrm_core::operation::Reply::#reply,
            status: #status,
            known: #known,
            missing: #missing,
            read: #read,
            idempotent: #idempotent,
            deprecated: #deprecated,
            schemas: ::smbcrm_core::operation::Schemas::of::<#query_schema, #body_schema, #output>(&[#(<#param_types as ::smbcrm_core::shape::Shaped>::KIND),*]),
        };
    }
}

/// The client half: encode, send, decode.
///
/// What depends on the transport is a call of `send`; the rest is compiled once. Hence no `async fn`, whose state machine
/// would be made for each transport anew: the signature is spelt as `async-trait` spells it.
fn sender(method: &Method, item: &TraitItem) -> TokenStream {
    let TraitItem::Fn(declared) = item else { return TokenStream::new() };
    let mut plain = declared.clone();
    strip(&mut plain);
    let name = &plain.sig.ident;
    let mut lifetimes = vec![lifetime(0)];
    let inputs: Vec<TokenStream> = plain
        .sig
        .inputs
        .iter()
        .filter_map(|input| if let FnArg::Typed(input) = input { Some(input) } else { None })
        .map(|input| {
            let pat = &input.pat;
            let Type::Reference(reference) = input.ty.as_ref() else {
                let ty = &input.ty;
                return quote!(#pat: #ty);
            };
            let (own, ty) = (lifetime(lifetimes.len()), &reference.elem);
            lifetimes.push(own.clone());
            quote!(#pat: &#own #ty)
        })
        .collect();
    let constant = method.constant();
    let params = path_arguments(method).map(|(name, _)| name);
    let query = match &method.query {
        Some((name, _)) => quote!(::core::option::Option::Some(&#name)),
        None => quote!(::core::option::Option::None),
    };
    let multipart = method.facts.body.as_deref() == Some("multipart");
    let body = match &method.body {
        Some((name, _)) if !multipart => quote!(::core::option::Option::Some(&#name)),
        _ => quote!(::core::option::Option::None),
    };
    let parts = method
        .body
        .as_ref()
        .filter(|_| multipart)
        .map(|(name, _)| quote!(.map(|request| request.multipart(#name))));
    let output = &method.output;
    let answer = match method.facts.reply.as_deref() {
        Some("redirect") => quote!(redirected),
        Some(_) => quote!(raw),
        None => quote!(decoded),
    };
    let first = &lifetimes[0];
    quote! {
        fn #name<#(#lifetimes,)* 'async_trait>(
            &#first self,
            #(#inputs),*
        ) -> ::core::pin::Pin<::std::boxed::Box<
            dyn ::core::future::Future<Output = Result<#output>> + ::core::marker::Send + 'async_trait
        >>
        where
            #(#lifetimes: 'async_trait,)*
            Self: 'async_trait,
        {
            fn __answer(
                sent: ::smbcrm_core::operation::Sent<'_>,
            ) -> ::smbcrm_core::operation::BoxFuture<'_, Result<#output>> {
                ::smbcrm_core::operation::#answer(sent, &operations::#constant)
            }
            let request =
                ::smbcrm_core::operation::Request::of(&operations::#constant, &[#(#params),*], #query, #body)#parts;
            __answer(match request {
                ::core::result::Result::Ok(request) => ::core::result::Result::Ok(self.send(request)),
                ::core::result::Result::Err(error) => ::core::result::Result::Err(error),
            })
        }
    }
}

fn lifetime(number: usize) -> Lifetime {
    Lifetime::new(&format!("'life{number}"), Span::call_site())
}

/// The answering half: decode, call, encode.
fn route(method: &Method, trait_name: &Ident) -> TokenStream {
    let constant = method.constant();
    let name = &method.name;
    let paths = method.path_arguments.iter().map(|(name, ty)| {
        let wire = wire_name(method, name);
        taken(name, ty, &quote!(arguments.param(#wire)))
    });
    let query = method.query.as_ref().map(|(name, ty)| taken(name, ty, &quote!(arguments.query())));
    let body = method.body.as_ref().map(|(name, ty)| match method.facts.body.as_deref() {
        Some("multipart") => taken(name, ty, &quote!(arguments.multipart())),
        _ => taken(name, ty, &quote!(arguments.json())),
    });
    // The call's arguments are in the order of the declaration; path ids go by reference.
    let call = method.order.iter().map(|name| {
        let by_reference = method.path_arguments.iter().any(|(id, _)| id == name);
        if by_reference { quote!(&#name) } else { quote!(#name) }
    });
    let encode = match method.facts.reply.as_deref() {
        Some("redirect") => quote!(from_redirect),
        Some(_) => quote!(from_raw),
        None => quote!(encode),
    };
    quote! {
        {
            fn call<'a>(
                service: &'a (dyn #trait_name + 'static),
                arguments: ::smbcrm_core::operation::Arguments,
            ) -> ::smbcrm_core::operation::BoxFuture<'a, ::smbcrm_core::Result<::smbcrm_core::operation::Response>> {
                ::std::boxed::Box::pin(async move {
                    let _ = &arguments;
                    #(#paths)* #query #body
                    match service.#name(#(#call),*).await {
                        ::core::result::Result::Ok(reply) => {
                            ::smbcrm_core::operation::Response::#encode(&operations::#constant, &reply)
                        }
                        ::core::result::Result::Err(error) => ::core::result::Result::Err(error),
                    }
                })
            }
            ::smbcrm_core::operation::Route { operation: &operations::#constant, call }
        }
    }
}

/// An argument, or the refusal of the call. There is one for each argument of each operation: a `?` would be three calls.
fn taken(name: &Ident, ty: &Type, read: &TokenStream) -> TokenStream {
    quote! {
        let #name: #ty = match #read {
            ::core::result::Result::Ok(value) => value,
            ::core::result::Result::Err(error) => return ::core::result::Result::Err(error),
        };
    }
}

/// The arguments that stand in the path, in the template's order.
fn path_arguments(method: &Method) -> impl Iterator<Item = &Input> {
    method.template.placeholders.iter().filter_map(|placeholder| {
        method.path_arguments.iter().find(|(name, _)| wire_name(method, name) == placeholder.wire)
    })
}

fn wire_name(method: &Method, argument: &Ident) -> String {
    let plain = argument.to_string();
    let plain = plain.trim_start_matches("r#");
    method
        .template
        .placeholders
        .iter()
        .find(|p| p.argument == plain)
        .map_or_else(|| path::camel(plain), |p| p.wire.clone())
}
