//! `#[api]`: one declared trait becomes operations, a sender and a route table.
//!
//! All mistakes are reported at once, and the trait is emitted even then, so that an editor keeps working.

use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Expr, ExprLit, FnArg, Ident, ItemTrait, Lit, LitInt, Meta, Pat, ReturnType, Token, TraitItem,
    TraitItemFn, Type, parse_quote,
};

use crate::path::{self, Template};

const VERBS: &[&str] = &["get", "post", "put", "patch", "delete"];

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors(None);
    let product = match syn::parse2::<ApiArguments>(arguments) {
        Ok(arguments) => arguments.product,
        Err(error) => {
            errors.push(error);
            parse_quote!(MISSING_PRODUCT)
        }
    };
    let mut item: ItemTrait = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.to_compile_error(),
    };
    let mut methods = Vec::new();
    let mut names = BTreeSet::new();
    for entry in &mut item.items {
        let TraitItem::Fn(method) = entry else { continue };
        match read_method(method, &mut errors) {
            Some(method) => {
                if !names.insert(method.wire_key()) {
                    errors.at(method.name.span(), "another method declares the same verb and path");
                }
                methods.push(method);
            }
            None => strip(method),
        }
    }
    if let Some(error) = errors.0 {
        let compile_error = error.to_compile_error();
        for entry in &mut item.items {
            if let TraitItem::Fn(method) = entry {
                strip(method);
            }
        }
        return quote! { #item #compile_error };
    }
    emit(&item, &product, &methods)
}

struct ApiArguments {
    product: Ident,
}

impl Parse for ApiArguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key: Ident = input.parse()?;
        if key != "product" {
            return Err(syn::Error::new(key.span(), "expected `product = NAME_OF_A_STATIC`"));
        }
        input.parse::<Token![=]>()?;
        Ok(Self { product: input.parse()? })
    }
}

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
    path_arguments: Vec<(Ident, Type)>,
    query: Option<Input>,
    body: Option<Input>,
    output: Type,
}

impl Method {
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
    location: Option<String>,
    access: Option<String>,
    body: Option<String>,
    reply: Option<String>,
    status: Option<u16>,
    idempotent: bool,
    read: bool,
    assumed_scope: bool,
    deprecated: bool,
}

fn read_method(method: &mut TraitItemFn, errors: &mut Errors) -> Option<Method> {
    let span = method.sig.ident.span();
    let Some(at) = method.attrs.iter().position(|a| VERBS.iter().any(|v| a.path().is_ident(v))) else {
        errors.at(
            span,
            "declare the operation: `#[get(\"/path\", scope = \"…\")]`, or post, put, patch, delete",
        );
        return None;
    };
    let attribute = method.attrs.remove(at);
    let verb = attribute.path().get_ident().map(ToString::to_string).unwrap_or_default();
    let (template, facts) = match read_attribute(&attribute) {
        Ok(read) => read,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let before = errors.0.is_some();
    if facts.scope.is_none() {
        errors.at(span, "missing scope: write `scope = \"product.readonly\"`, and `assumed_scope` when none is documented");
    }
    let doc = docs(&method.attrs);
    let summary = doc.split("\n\n").next().unwrap_or_default().replace('\n', " ").trim().to_owned();
    if summary.is_empty() {
        errors.at(span, "missing doc line: say what the operation does; it becomes the API's description");
    }
    let mut remaining: Vec<&path::Placeholder> = template.placeholders.iter().collect();
    let mut path_arguments = Vec::new();
    let mut query: Option<Input> = None;
    let mut body: Option<Input> = None;
    let query_by_default = matches!(verb.as_str(), "get" | "delete");
    for argument in &mut method.sig.inputs {
        let FnArg::Typed(argument) = argument else { continue };
        let Pat::Ident(pattern) = argument.pat.as_ref() else {
            errors.push(syn::Error::new_spanned(&argument.pat, "name the argument plainly"));
            continue;
        };
        let name = pattern.ident.clone();
        let plain = name.to_string();
        let ty = match argument.ty.as_ref() {
            Type::Reference(reference) => reference.elem.as_ref().clone(),
            other => other.clone(),
        };
        if let Some(found) = remaining.iter().position(|p| p.argument == plain.trim_start_matches("r#")) {
            remaining.remove(found);
            path_arguments.push((name, ty));
            continue;
        }
        let marked_query = take(&mut argument.attrs, "query");
        let marked_body = take(&mut argument.attrs, "body");
        let slot = if marked_query || (query_by_default && !marked_body) { &mut query } else { &mut body };
        if slot.is_some() {
            let text = if marked_query || (query_by_default && !marked_body) {
                "two query inputs: an operation takes at most one"
            } else {
                "two bodies: an operation takes at most one"
            };
            errors.at(name.span(), text);
            continue;
        }
        *slot = Some((name, ty));
    }
    for placeholder in remaining {
        errors.at(
            attribute_span(&attribute),
            &format!("unknown placeholder `{{{0}}}`: no argument is named `{0}`", placeholder.argument),
        );
    }
    if method.sig.asyncness.is_none() {
        errors.at(span, "an operation is an `async fn`");
    }
    let output = match result_type(&method.sig.output) {
        Some(output) => output,
        None => {
            errors.at(span, "an operation returns `Result<…>`");
            return None;
        }
    };
    if errors.0.is_some() && !before {
        return None;
    }
    Some(Method {
        name: method.sig.ident.clone(),
        verb,
        template,
        facts,
        summary,
        doc,
        path_arguments,
        query,
        body,
        output,
    })
}

fn attribute_span(attribute: &Attribute) -> Span {
    use syn::spanned::Spanned;
    attribute.span()
}

fn read_attribute(attribute: &Attribute) -> syn::Result<(Template, Facts)> {
    let entries = attribute.parse_args_with(Punctuated::<Expr, Token![,]>::parse_terminated)?;
    let mut entries = entries.into_iter();
    let Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) = entries.next() else {
        return Err(syn::Error::new_spanned(attribute, "the path comes first: `#[get(\"/path\", …)]`"));
    };
    let template = path::parse(&text.value(), text.span())?;
    let mut facts = Facts::default();
    for entry in entries {
        match &entry {
            Expr::Path(flag) if flag.path.is_ident("idempotent") => facts.idempotent = true,
            Expr::Path(flag) if flag.path.is_ident("read") => facts.read = true,
            Expr::Path(flag) if flag.path.is_ident("assumed_scope") => facts.assumed_scope = true,
            Expr::Path(flag) if flag.path.is_ident("deprecated") => facts.deprecated = true,
            Expr::Assign(assign) => {
                let Expr::Path(key) = assign.left.as_ref() else {
                    return Err(syn::Error::new_spanned(&assign.left, "expected a name"));
                };
                let key = key.path.get_ident().map(ToString::to_string).unwrap_or_default();
                set(&mut facts, &key, &assign.right)?;
            }
            other => return Err(syn::Error::new_spanned(other, "unknown fact about an operation")),
        }
    }
    Ok((template, facts))
}

fn set(facts: &mut Facts, key: &str, value: &Expr) -> syn::Result<()> {
    if key == "status" {
        let Expr::Lit(ExprLit { lit: Lit::Int(status), .. }) = value else {
            return Err(syn::Error::new_spanned(value, "a status is a number"));
        };
        facts.status = Some(LitInt::base10_parse(status)?);
        return Ok(());
    }
    let text = match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.value(),
        Expr::Path(word) => word.path.get_ident().map(ToString::to_string).unwrap_or_default(),
        other => return Err(syn::Error::new_spanned(other, "expected a text or a word")),
    };
    let (slot, allowed): (&mut Option<String>, &[&str]) = match key {
        "id" => (&mut facts.id, &[]),
        "scope" => (&mut facts.scope, &[]),
        "key" => (&mut facts.key, &[]),
        "ack" => (&mut facts.ack, &[]),
        "location" => (&mut facts.location, &[]),
        "access" => (&mut facts.access, &["location", "agency", "any"]),
        "body" => (&mut facts.body, &["json", "form", "multipart"]),
        "reply" => (&mut facts.reply, &["raw"]),
        _ => return Err(syn::Error::new_spanned(value, format!("unknown fact `{key}`"))),
    };
    if !allowed.is_empty() && !allowed.contains(&text.as_str()) {
        return Err(syn::Error::new_spanned(value, format!("`{key}` is one of {}", allowed.join(", "))));
    }
    *slot = Some(text);
    Ok(())
}

fn docs(attrs: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attr in attrs {
        if let Meta::NameValue(pair) = &attr.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value
        {
            lines.push(text.value().trim().to_owned());
        }
    }
    lines.join("\n").trim().to_owned()
}

/// `Result<T>` or `Result<T, E>` → `T`.
fn result_type(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, ty) = output else { return None };
    let Type::Path(path) = ty.as_ref() else { return None };
    let last = path.path.segments.last()?;
    if last.ident != "Result" {
        return None;
    }
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner.clone()),
        _ => None,
    }
}

fn strip(method: &mut TraitItemFn) {
    method.attrs.retain(|a| !VERBS.iter().any(|v| a.path().is_ident(v)));
    for argument in &mut method.sig.inputs {
        if let FnArg::Typed(argument) = argument {
            argument.attrs.retain(|a| !a.path().is_ident("query") && !a.path().is_ident("body"));
        }
    }
}

fn take(attrs: &mut Vec<Attribute>, name: &str) -> bool {
    let before = attrs.len();
    attrs.retain(|a| !a.path().is_ident(name));
    attrs.len() != before
}

// ---- emission ----

fn emit(item: &ItemTrait, product: &Ident, methods: &[Method]) -> TokenStream {
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

        #[::async_trait::async_trait]
        impl<T: ::smbcrm_core::operation::Transport + ?Sized> #trait_name for T {
            #(#senders)*
        }

        impl dyn #trait_name {
            /// How each operation of the product is answered: decode, call, encode.
            pub const ROUTES: &'static [::smbcrm_core::operation::Route<dyn #trait_name>] = &[#(#routes),*];
        }
    }
}

fn endpoint_line(method: &Method) -> String {
    let verb = method.verb.to_uppercase();
    let scope = method.facts.scope.clone().unwrap_or_default();
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
    let has_query = method.query.is_some();
    let schema_of = |input: &Option<Input>| match input {
        Some((_, ty)) if facts.body.as_deref() != Some("multipart") => quote!(#ty),
        _ => quote!(()),
    };
    let query_schema = schema_of(&method.query);
    let body_schema = schema_of(&method.body);
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
            read: #read,
            idempotent: #idempotent,
            deprecated: #deprecated,
            schemas: ::smbcrm_core::__schemas!(#query_schema, #body_schema, #output),
        };
    }
}

/// The client half: encode, send, decode.
fn sender(method: &Method, item: &TraitItem) -> TokenStream {
    let TraitItem::Fn(declared) = item else { return TokenStream::new() };
    let mut plain = declared.clone();
    strip(&mut plain);
    let signature = &plain.sig;
    let constant = method.constant();
    let params = method.path_arguments.iter().map(|(name, _)| {
        let wire = wire_name(method, name);
        quote!(.param(#wire, #name))
    });
    let query = method.query.as_ref().map(|(name, _)| quote!(.query(&#name)?));
    let body = method.body.as_ref().map(|(name, _)| match method.facts.body.as_deref() {
        Some("multipart") => quote!(.multipart(#name)),
        Some("form") => quote!(.form(&#name)?),
        _ => quote!(.json(&#name)?),
    });
    let decode = if method.facts.reply.is_some() { quote!(raw) } else { quote!(decode) };
    quote! {
        #signature {
            let request = ::smbcrm_core::operation::Request::new(&operations::#constant) #(#params)* #query #body;
            self.send(request).await?.#decode(&operations::#constant)
        }
    }
}

/// The answering half: decode, call, encode.
fn route(method: &Method, trait_name: &Ident) -> TokenStream {
    let constant = method.constant();
    let name = &method.name;
    let paths = method.path_arguments.iter().map(|(name, ty)| {
        let wire = wire_name(method, name);
        quote!(let #name: #ty = arguments.param(#wire)?;)
    });
    let query = method.query.as_ref().map(|(name, ty)| quote!(let #name: #ty = arguments.query()?;));
    let body = method.body.as_ref().map(|(name, ty)| match method.facts.body.as_deref() {
        Some("multipart") => quote!(let #name: #ty = arguments.multipart()?;),
        _ => quote!(let #name: #ty = arguments.json()?;),
    });
    // The call's arguments are in the order of the declaration: path ids first, then the inputs.
    let ids = method.path_arguments.iter().map(|(name, ty)| {
        let _ = ty;
        quote!(&#name)
    });
    let inputs = [&method.query, &method.body].into_iter().flatten().map(|(name, _)| quote!(#name));
    let encode = if method.facts.reply.is_some() { quote!(from_raw) } else { quote!(encode) };
    quote! {
        {
            fn call<'a>(
                service: &'a (dyn #trait_name + 'static),
                arguments: ::smbcrm_core::operation::Arguments,
            ) -> ::smbcrm_core::operation::BoxFuture<'a, ::smbcrm_core::Result<::smbcrm_core::operation::Response>> {
                ::std::boxed::Box::pin(async move {
                    let _ = &arguments;
                    #(#paths)* #query #body
                    let reply = service.#name(#(#ids,)* #(#inputs),*).await?;
                    ::smbcrm_core::operation::Response::#encode(&operations::#constant, &reply)
                })
            }
            ::smbcrm_core::operation::Route { operation: &operations::#constant, call }
        }
    }
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
