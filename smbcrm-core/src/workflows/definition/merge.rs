//! Merge fields: `{{contact.first_name}}` in a text becomes what the contact is called.
//!
//! ```
//! use smbcrm_core::workflows::definition::merge;
//!
//! let fields = |name: &str| (name == "contact.first_name").then(|| "Ada".to_owned());
//! assert_eq!(merge::render("Hi {{ contact.first_name }}{{contact.unknown}}!", fields), "Hi Ada!");
//! ```
//!
//! A tag is two braces around a name of letters, digits and `_ - . : [ ]`, with spaces around it or not. A tag that
//! nobody knows becomes nothing, as on the wire; braces that hold no tag stay as they are. What a tag becomes is not
//! read again, so a contact who is called `{{x}}` is called that.

use serde_json::Value;

/// A piece of a text: as it stands, or a tag's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part<'a> {
    /// Text as it stands.
    Text(&'a str),
    /// The name in a tag, without braces and spaces.
    Tag(&'a str),
}

/// Splits a text into its pieces, in one pass.
pub fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    let mut pending: Option<Part<'_>> = None;
    std::iter::from_fn(move || {
        if let Some(part) = pending.take() {
            return Some(part);
        }
        if rest.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(open) = rest[from..].find("{{").map(|at| at + from) {
            let inner = &rest[open + 2..];
            // The name ends at the first byte that no name has, so each byte is looked at once or twice, not more.
            let end = inner.find(|c: char| !is_name(c) && c != ' ').unwrap_or(inner.len());
            let name = inner[..end].trim_matches(' ');
            if inner[end..].starts_with("}}") && !name.is_empty() && !name.contains(' ') {
                let before = &rest[..open];
                rest = &inner[end + 2..];
                if before.is_empty() {
                    return Some(Part::Tag(name));
                }
                pending = Some(Part::Tag(name));
                return Some(Part::Text(before));
            }
            // `{{{x}}` holds a tag one brace further on.
            from = if end == 0 { open + 1 } else { open + 2 + end };
        }
        let all = rest;
        rest = "";
        Some(Part::Text(all))
    })
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '[' | ']')
}

/// Fills in the tags of a text; one that `field` does not know becomes nothing.
pub fn render(text: &str, mut field: impl FnMut(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Part::Text(text) => filled.push_str(text),
            Part::Tag(name) => filled.extend(field(name)),
        }
    }
    filled
}

/// Fills in the tags of a JSON text so that it stays JSON: within quotes a value is escaped, elsewhere it is written
/// as JSON, a text with quotes around it. One that `field` does not know becomes an empty text.
///
/// ```
/// use serde_json::{Value, json};
/// use smbcrm_core::workflows::definition::merge;
///
/// let field = |name: &str| match name {
///     "name" => Some(json!("Ada \"the\" first")),
///     "score" => Some(json!(42)),
///     _ => None,
/// };
/// let body = merge::render_json(r#"{"text": "Hi {{name}}", "score": {{score}}, "name": {{name}}, "no": {{no}}}"#, field);
/// let body: Value = serde_json::from_str(&body).unwrap();
/// assert_eq!(body, json!({"text": "Hi Ada \"the\" first", "score": 42, "name": "Ada \"the\" first", "no": ""}));
/// ```
pub fn render_json(text: &str, mut field: impl FnMut(&str) -> Option<Value>) -> String {
    let mut filled = String::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    for part in parts(text) {
        match part {
            Part::Text(text) => {
                for byte in text.bytes() {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' if quoted => escaped = true,
                        b'"' => quoted = !quoted,
                        _ => {}
                    }
                }
                filled.push_str(text);
            }
            Part::Tag(name) => {
                let value = field(name).unwrap_or_else(|| Value::String(String::new()));
                if quoted {
                    escaped = false;
                    let text = Value::String(as_text(&value)).to_string();
                    filled.push_str(&text[1..text.len() - 1]);
                } else {
                    filled.push_str(&value.to_string());
                }
            }
        }
    }
    filled
}

/// A value as it is written into a text: lists with commas, nothing for null.
#[must_use]
pub fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.iter().all(|value| !value.is_array() && !value.is_object()) => {
            values.iter().map(as_text).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// What is wrong with the tags of a text: a tag that is opened and never closed, an empty one, one whose name has
/// characters that no name has. `None` when all is well.
#[must_use]
pub fn complaint(text: &str) -> Option<String> {
    for part in parts(text) {
        let Part::Text(text) = part else { continue };
        if let Some(open) = text.find("{{") {
            let tag: String = text[open..].chars().take(30).collect();
            return Some(if text[open..].contains("}}") {
                format!(
                    "`{tag}` is not a merge field: expected {{{{name}}}} with letters, digits, `_`, `-` and `.`"
                )
            } else {
                format!("the merge field `{tag}` is not closed: `}}}}` is missing")
            });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn any_text_renders_and_the_unknown_is_empty(text in "([{}a. \"\\\\]|\\PC){0,60}") {
            let whole: usize = parts(&text).map(|part| match part {
                Part::Text(text) => text.len(),
                Part::Tag(name) => name.len() + 4,
            }).sum();
            prop_assert!(whole <= text.len());
            let rest: String = parts(&text).filter_map(|part| match part {
                Part::Text(text) => Some(text),
                Part::Tag(_) => None,
            }).collect();
            prop_assert_eq!(render(&text, |_| None), rest);
            let _ = complaint(&text);
        }

        #[test]
        fn a_json_template_stays_json(value in "\\PC{0,20}", number in any::<i32>()) {
            let template = r#"{"a": "x {{v}} \" y", "b": [{{v}}, {{n}}, "{{n}}"], "c": {{none}}}"#;
            let body = render_json(template, |name| match name {
                "v" => Some(json!(value)),
                "n" => Some(json!(number)),
                _ => None,
            });
            let body: Value = serde_json::from_str(&body).unwrap();
            prop_assert_eq!(&body["a"], &json!(format!("x {value} \" y")));
            prop_assert_eq!(&body["b"], &json!([value, number, number.to_string()]));
        }
    }

    #[test]
    fn rendering_is_linear() {
        // Looks at each byte a bounded number of times: a million open braces take no longer than a million letters.
        let count = std::cell::Cell::new(0);
        for text in
            ["{".repeat(1_000_000), "{{a ".repeat(250_000), "{{a}}".repeat(200_000), "{{ ".repeat(333_333)]
        {
            let filled = render(&text, |_| {
                count.set(count.get() + 1);
                None
            });
            assert!(filled.len() <= text.len());
        }
        assert_eq!(count.get(), 200_000);
    }

    #[test]
    fn what_is_no_tag_stays() {
        let field = |_: &str| Some("!".to_owned());
        for text in ["{{}}", "{{ }}", "{{a b}}", "{{a", "{a}", "}}{{", "{{a|upper}}"] {
            assert_eq!(render(text, field), text);
        }
        assert_eq!(render("{{{a}}}", field), "{!}");
        assert_eq!(render("{{a{{b}}", field), "{{a!");
        assert!(complaint("{{a|upper}}").unwrap().contains("not a merge field"));
        assert!(complaint("Hi {{contact.name").unwrap().contains("not closed"));
        assert_eq!(complaint("{ } {{contact.name}}"), None);
    }
}
