//! Documentation comments as text.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// What they say.
pub(crate) fn words(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value
        {
            lines.push(text.value().trim().to_owned());
        }
    }
    lines.join("\n").trim().to_owned()
}

/// What a schema shows of them: nothing where nobody asks for schemas, so that no binary carries the words.
pub(crate) fn shown(attributes: &[Attribute]) -> String {
    if cfg!(feature = "schema") { words(attributes) } else { String::new() }
}
