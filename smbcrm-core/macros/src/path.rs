//! Path templates: `/contacts/{contact_id}/tasks/{task:taskId}`.

use proc_macro2::Span;

/// One placeholder: the method's argument and the name the wire gives it.
pub(crate) struct Placeholder {
    pub(crate) argument: String,
    pub(crate) wire: String,
}

/// A parsed template: the path as the wire documents it, and its placeholders in order.
pub(crate) struct Template {
    pub(crate) wire: String,
    pub(crate) placeholders: Vec<Placeholder>,
}

/// Reads a template; `{a_b}` is named `aB` on the wire unless `{a_b:other}` says otherwise.
pub(crate) fn parse(text: &str, span: Span) -> Result<Template, syn::Error> {
    if !text.starts_with('/') {
        return Err(syn::Error::new(span, "the path must start with `/`"));
    }
    let mut wire = String::new();
    let mut placeholders: Vec<Placeholder> = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|at| at + open) else {
            return Err(syn::Error::new(span, "unclosed `{` in the path"));
        };
        let inner = &rest[open + 1..close];
        let (argument, name) = match inner.split_once(':') {
            Some((argument, name)) => (argument.to_owned(), name.to_owned()),
            None => (inner.to_owned(), camel(inner)),
        };
        if argument.is_empty() {
            return Err(syn::Error::new(span, "empty placeholder in the path"));
        }
        if placeholders.iter().any(|known| known.argument == argument || known.wire == name) {
            return Err(syn::Error::new(
                span,
                format!("the placeholder `{{{argument}}}` comes twice in the path"),
            ));
        }
        wire.push_str(&rest[..open]);
        wire.push('{');
        wire.push_str(&name);
        wire.push('}');
        placeholders.push(Placeholder { argument, wire: name });
        rest = &rest[close + 1..];
    }
    wire.push_str(rest);
    Ok(Template { wire, placeholders })
}

/// `contact_id` → `contactId`.
pub(crate) fn camel(snake: &str) -> String {
    let mut out = String::with_capacity(snake.len());
    let mut upper = false;
    for c in snake.trim_start_matches("r#").chars() {
        match c {
            '_' => upper = true,
            c if upper => {
                out.extend(c.to_uppercase());
                upper = false;
            }
            c => out.push(c),
        }
    }
    out
}
