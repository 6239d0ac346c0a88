//! Documentation comments in words that need no Rust.

use serde_json::Value;

/// A documentation comment for readers who have no crate before them: no links into it, no code, no section of errors;
/// a paragraph a line.
pub(crate) fn plain(doc: &str) -> String {
    let doc = doc.split("\n# ").next().unwrap_or_default();
    let doc = doc.split("```").step_by(2).collect::<Vec<_>>().join("");
    let text = without_links(doc.trim());
    let paragraphs = text.split("\n\n").map(|one| one.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.filter(|one| !one.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Makes every description below a value [`plain`]. A property that is called `description` is none: it is a schema.
pub(crate) fn make_plain(value: &mut Value) {
    match value {
        Value::Object(keys) => {
            for (name, value) in keys.iter_mut() {
                match value {
                    Value::String(text) if name == "description" || name == "summary" => *text = plain(text),
                    value => make_plain(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(make_plain),
        _ => {}
    }
}

/// A text in which `` [`X`] ``, `` [`X`](Y) `` and `[x](Y)` are their words. What leads out of the crate stays a link.
fn without_links(doc: &str) -> String {
    let mut text = String::with_capacity(doc.len());
    let mut rest = doc;
    while let Some(at) = rest.find('[') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(end) = rest.find(']') else { break };
        let (label, after) = (&rest[1..end], &rest[end + 1..]);
        let target = after.strip_prefix('(').and_then(|after| after.split_once(')'));
        rest = match target {
            Some((target, _)) if target.contains("://") => {
                let link = end + 1 + target.len() + 2;
                text.push_str(&rest[..link]);
                &rest[link..]
            }
            Some((_, after)) => {
                text.push_str(&words(label));
                after
            }
            None if label.len() > 1 && label.starts_with('`') && label.ends_with('`') => {
                text.push_str(&words(label));
                after
            }
            // Brackets that are no link.
            None => {
                text.push_str(&rest[..=end]);
                after
            }
        };
    }
    text.push_str(rest);
    text
}

/// A link's words without the path to where its target is declared: `` `super::Contacts::list` `` is
/// `` `Contacts::list` ``.
fn words(label: &str) -> String {
    ["crate::", "super::", "self::", "Self::"]
        .iter()
        .fold(label.to_owned(), |label, path| label.replace(path, ""))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn links_into_the_crate_are_their_words() {
        let cases = [
            ("A page of [`super::Contacts::list`].", "A page of `Contacts::list`."),
            ("The direction of a [`Sort`].", "The direction of a `Sort`."),
            ("At most\n[`MAX_SORTS`](super::MAX_SORTS) of them.", "At most `MAX_SORTS` of them."),
            (
                "See [`version_id`](Self::version_id), a [contact](crate::contacts::Contact).",
                "See `version_id`, a contact.",
            ),
            ("[`Self::a`] and [`self::b`]", "`a` and `b`"),
        ];
        for (doc, told) in cases {
            assert_eq!(plain(doc), told);
        }
    }

    #[test]
    fn what_is_no_such_link_stays() {
        for said in [
            "`[epoch milliseconds, id]`",
            "An array: [1, 2].",
            "See [the reference](https://example.org/a).",
            "An open [",
            "An empty [] and [`].",
            "`{{ custom_values.x }}`",
        ] {
            assert_eq!(plain(said), said);
        }
    }

    #[test]
    fn code_and_errors_are_left_out_and_lines_joined() {
        let doc = "Lists.\nAll\n  of them.\n\n```\nlet x = [`y`];\n```\nThe rest.\n\n# Errors\nNone.";
        assert_eq!(plain(doc), "Lists. All of them.\n\nThe rest.");
        assert_eq!(plain(""), "");
    }

    #[test]
    fn descriptions_are_made_plain_at_any_depth() {
        let mut schema = json!({
            "description": "[`A`].", "enum": ["[`x`]"],
            "properties": { "description": { "type": "string", "description": "[`B`](C)." } },
            "anyOf": [{ "description": "[`D`]" }],
        });
        make_plain(&mut schema);
        assert_eq!(
            schema,
            json!({
                "description": "`A`.", "enum": ["[`x`]"],
                "properties": { "description": { "type": "string", "description": "`B`." } },
                "anyOf": [{ "description": "`D`" }],
            })
        );
    }
}
