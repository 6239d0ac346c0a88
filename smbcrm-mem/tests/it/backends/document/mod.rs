//! Whether what is answered is what the OpenAPI document says, both ways: no key that it does not declare, none missing
//! that it requires, values of the types, words and formats that it names, and no status that it is silent about.
//!
//! It reads the finished document as a client's generator would – the JSON that the server hands out – and knows nothing
//! of how it came about.

mod book;
mod held;
mod schema;
#[cfg(test)]
mod tests;

pub(crate) use book::Book;
pub(crate) use held::Held;
use schema::Schemas;
use serde_json::Value;

/// An OpenAPI document to hold answers to.
pub(crate) struct Document(Value);

/// An answer, as far as the document says anything of it.
pub(crate) struct Answer<'a> {
    /// `GET`, `POST`, …
    pub(crate) method: &'a str,
    /// The path as the document writes it, with its placeholders.
    pub(crate) path: &'a str,
    /// The HTTP status.
    pub(crate) status: u16,
    /// The media type with whatever stands behind it; `None` where the answer names none, which then is JSON.
    pub(crate) content_type: Option<&'a str>,
    /// The body.
    pub(crate) body: &'a [u8],
}

impl Document {
    pub(crate) fn new(document: Value) -> Self {
        Self(document)
    }

    /// Every path and verb.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (String, &str, &Value)> {
        let paths = self.0["paths"].as_object().into_iter().flatten();
        paths.flat_map(|(path, verbs)| {
            let verbs = verbs.as_object().into_iter().flatten();
            verbs.map(move |(verb, operation)| (verb.to_uppercase(), path.as_str(), operation))
        })
    }

    /// The declared path that a request's path leads to: the one that says most of it in words.
    pub(crate) fn declared(&self, method: &str, path: &str) -> Option<&str> {
        let fits = |declared: &str| {
            let (mut asked, mut said) = (path.split('/'), declared.split('/'));
            loop {
                match (asked.next(), said.next()) {
                    (None, None) => return true,
                    (Some(asked), Some(said)) if asked == said || said.starts_with('{') => {}
                    _ => return false,
                }
            }
        };
        let known = self.operations().filter(|(verb, declared, _)| verb == method && fits(declared));
        known.map(|(_, declared, _)| declared).min_by_key(|declared| declared.matches('{').count())
    }

    /// What is wrong with an answer, each a line; no line where it is as declared.
    pub(crate) fn faults(&self, answer: &Answer<'_>) -> Vec<String> {
        let Some(declared) = self.response(answer.method, answer.path, answer.status) else {
            return vec!["the status is not declared".to_owned()];
        };
        let content = declared.get("content").and_then(Value::as_object);
        let Some(content) = content else {
            return if answer.body.is_empty() {
                vec![]
            } else {
                vec!["there is a body, but none is declared".into()]
            };
        };
        let media = answer
            .content_type
            .map_or("application/json", |text| text.split(';').next().unwrap_or(text).trim());
        let Some(described) = content.get(media).or_else(|| content.get("*/*")) else {
            return vec![format!("{media} is not declared")];
        };
        let Some(schema) = described.get("schema") else { return vec![] };
        match serde_json::from_slice(answer.body) {
            Ok(value) => Schemas::of(&self.0).faults(schema, &value),
            Err(error) => vec![format!("the body is not JSON: {error}")],
        }
    }

    /// What the document says of a status of an operation.
    pub(crate) fn response(&self, method: &str, path: &str, status: u16) -> Option<&Value> {
        let operation = self.0["paths"].get(path)?.get(method.to_lowercase())?;
        let response = operation["responses"].get(status.to_string())?;
        Some(Schemas::of(&self.0).resolved(response))
    }
}
