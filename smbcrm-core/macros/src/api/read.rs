//! Reading a declared method.

use syn::punctuated::Punctuated;
use syn::{
    Attribute, Expr, ExprLit, FnArg, Ident, Lit, LitInt, LitStr, Pat, ReturnType, Token, TraitItemFn, Type,
};

use super::{Errors, Facts, Input, Method, VERBS};
use crate::docs;
use crate::path::{self, Template};

const FACTS: &str = "id, scope, key, ack, message, location, access, body, reply, status, known, missing, idempotent, read, assumed_scope, \
                     deprecated";

/// The operation that a method declares; `None` when anything is wrong with it, all of which is in `errors` then.
pub(super) fn method(method: &mut TraitItemFn, scoped: bool, errors: &mut Errors) -> Option<Method> {
    let before = errors.count();
    let span = method.sig.ident.span();
    let attribute = match method.attrs.iter().position(|a| VERBS.iter().any(|v| a.path().is_ident(v))) {
        Some(at) => Some(method.attrs.remove(at)),
        None => {
            errors.at(
                span,
                "no verb: declare the operation with `#[get(\"/path\", scope = \"…\")]`, or post, put, patch, delete",
            );
            None
        }
    };
    let verb =
        attribute.as_ref().and_then(|a| a.path().get_ident()).map(ToString::to_string).unwrap_or_default();
    let declared = attribute.as_ref().and_then(|attribute| facts(attribute, errors));
    if scoped && declared.as_ref().is_some_and(|declared| declared.facts.scope.is_none()) {
        errors.at(
            span,
            "missing scope: write `scope = \"product.readonly\"`, and `assumed_scope` when none is documented",
        );
    }
    let doc = docs::words(&method.attrs);
    let summary = doc.split("\n\n").next().unwrap_or_default().replace('\n', " ").trim().to_owned();
    if summary.is_empty() {
        errors.at(span, "missing doc line: say what the operation does; it becomes the API's description");
    }
    if method.sig.asyncness.is_none() {
        errors.at(span, "not async: an operation is an `async fn`");
    }
    if method.default.is_some() {
        errors.at(span, "an operation is declared without a body; the macro writes one");
    }
    let output = result_type(&method.sig.output);
    if output.is_none() {
        errors.at(span, "an operation returns `Result<…>`");
    }
    let inputs = inputs(method, &verb, declared.as_ref(), errors);
    if errors.count() != before {
        return None;
    }
    let (Some(Declared { template, facts, .. }), Some(output)) = (declared, output) else { return None };
    let Inputs { path_arguments, query, body, order } = inputs;
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
        order,
        output,
    })
}

#[derive(Default)]
struct Inputs {
    path_arguments: Vec<Input>,
    query: Option<Input>,
    body: Option<Input>,
    order: Vec<Ident>,
}

/// Sorts the arguments into path ids, query and body.
fn inputs(method: &mut TraitItemFn, verb: &str, declared: Option<&Declared>, errors: &mut Errors) -> Inputs {
    let mut read = Inputs::default();
    let span = method.sig.ident.span();
    if !matches!(method.sig.inputs.first(), Some(FnArg::Receiver(receiver)) if receiver.reference.is_some() && receiver.mutability.is_none())
    {
        errors.at(span, "an operation takes `&self`");
    }
    let mut remaining: Vec<&path::Placeholder> =
        declared.iter().flat_map(|declared| &declared.template.placeholders).collect();
    for argument in &mut method.sig.inputs {
        let FnArg::Typed(argument) = argument else { continue };
        let marked_query = take(&mut argument.attrs, "query");
        let marked_body = take(&mut argument.attrs, "body");
        let Pat::Ident(pattern) = argument.pat.as_ref() else {
            errors.push(syn::Error::new_spanned(&argument.pat, "name the argument plainly"));
            continue;
        };
        let name = pattern.ident.clone();
        let plain = name.to_string();
        let (ty, by_reference) = match argument.ty.as_ref() {
            Type::Reference(reference) => (reference.elem.as_ref().clone(), true),
            other => (other.clone(), false),
        };
        read.order.push(name.clone());
        if let Some(found) = remaining.iter().position(|p| p.argument == plain.trim_start_matches("r#")) {
            remaining.remove(found);
            if !by_reference {
                errors.push(syn::Error::new_spanned(&argument.ty, "a path id is taken by reference"));
            }
            read.path_arguments.push((name, ty));
            continue;
        }
        // Without a path that can be read nobody knows what an argument is for.
        if declared.is_none() {
            continue;
        }
        if by_reference {
            errors.push(syn::Error::new_spanned(
                &argument.ty,
                format!(
                    "no placeholder in the path is named `{plain}`, and a query or body is taken by value"
                ),
            ));
            continue;
        }
        let in_query = marked_query || (matches!(verb, "get" | "delete") && !marked_body);
        let slot = if in_query { &mut read.query } else { &mut read.body };
        if slot.is_some() {
            let text = if in_query {
                "two query inputs: put them into one `#[request]` struct, or mark the body with `#[body]`"
            } else {
                "two bodies: put them into one `#[request]` struct, or mark the query with `#[query]`"
            };
            errors.at(name.span(), text);
            continue;
        }
        *slot = Some((name, ty));
    }
    for placeholder in remaining {
        errors.at(
            declared.map_or(span, |declared| declared.path.span()),
            &format!("unknown placeholder `{{{0}}}`: no argument is named `{0}`", placeholder.argument),
        );
    }
    read
}

/// What the verb's attribute says.
struct Declared {
    path: LitStr,
    template: Template,
    facts: Facts,
}

/// Reads the attribute; facts that cannot be read are errors and left out. `None` when there is no path.
fn facts(attribute: &Attribute, errors: &mut Errors) -> Option<Declared> {
    let entries = match attribute.parse_args_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
        Ok(entries) => entries,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let mut entries = entries.into_iter();
    let Some(Expr::Lit(ExprLit { lit: Lit::Str(path), .. })) = entries.next() else {
        errors.push(syn::Error::new_spanned(attribute, "the path comes first: `#[get(\"/path\", …)]`"));
        return None;
    };
    let mut facts = Facts::default();
    for entry in entries {
        match &entry {
            Expr::Path(flag) if flag.path.is_ident("idempotent") => facts.idempotent = true,
            Expr::Path(flag) if flag.path.is_ident("read") => facts.read = true,
            Expr::Path(flag) if flag.path.is_ident("assumed_scope") => facts.assumed_scope = true,
            Expr::Path(flag) if flag.path.is_ident("deprecated") => facts.deprecated = true,
            Expr::Assign(assign) => {
                if let Err(error) = set(&mut facts, &assign.left, &assign.right) {
                    errors.push(error);
                }
            }
            other => errors.push(syn::Error::new_spanned(other, format!("unknown fact; there are {FACTS}"))),
        }
    }
    match path::parse(&path.value(), path.span()) {
        Ok(template) => Some(Declared { path, template, facts }),
        Err(error) => {
            errors.push(error);
            None
        }
    }
}

fn set(facts: &mut Facts, key: &Expr, value: &Expr) -> syn::Result<()> {
    let name = match key {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string).unwrap_or_default(),
        _ => String::new(),
    };
    let status = match name.as_str() {
        "status" => Some(&mut facts.status),
        "known" => Some(&mut facts.known),
        "missing" => Some(&mut facts.missing),
        _ => None,
    };
    if let Some(slot) = status {
        let Expr::Lit(ExprLit { lit: Lit::Int(status), .. }) = value else {
            return Err(syn::Error::new_spanned(value, format!("a status is a number: `{name} = 200`")));
        };
        *slot = Some(LitInt::base10_parse(status)?);
        return Ok(());
    }
    let (slot, allowed): (&mut Option<String>, &[&str]) = match name.as_str() {
        "id" => (&mut facts.id, &[]),
        "scope" => (&mut facts.scope, &[]),
        "key" => (&mut facts.key, &[]),
        "ack" => (&mut facts.ack, &[]),
        "message" => (&mut facts.message, &[]),
        "location" => (&mut facts.location, &[]),
        "access" => (&mut facts.access, &["location", "agency", "any"]),
        "body" => (&mut facts.body, &["json", "form", "multipart"]),
        "reply" => (&mut facts.reply, &["raw", "redirect"]),
        _ => return Err(syn::Error::new_spanned(key, format!("unknown fact `{name}`; there are {FACTS}"))),
    };
    let text = match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.value(),
        Expr::Path(word) => word.path.get_ident().map(ToString::to_string).unwrap_or_default(),
        other => return Err(syn::Error::new_spanned(other, "expected a text or a word")),
    };
    if !allowed.is_empty() && !allowed.contains(&text.as_str()) {
        return Err(syn::Error::new_spanned(value, format!("`{name}` is one of {}", allowed.join(", "))));
    }
    *slot = Some(text);
    Ok(())
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

fn take(attrs: &mut Vec<Attribute>, name: &str) -> bool {
    let before = attrs.len();
    attrs.retain(|a| !a.path().is_ident(name));
    attrs.len() != before
}
