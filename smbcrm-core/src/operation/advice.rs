//! What was probably meant by an input that the strict check refuses.

use super::check::{Checker, listed};
use super::resemblance::nearest;
use crate::error::Error;
use crate::shape::Kind;

/// How many violations of one answer are commented on.
const MOST: usize = 3;

/// How deep a misplaced property is looked for.
const DEEP: usize = 4;

impl Checker {
    /// What was probably meant, for the violations that [`Checker::check`] found: the declared names that resemble an
    /// undeclared one, where a misplaced one belongs, the values that a field takes. With JSON paths.
    ///
    /// `None` where there is nothing to say that the refusal does not say itself.
    ///
    /// ```
    /// use serde_json::json;
    /// use smbcrm_core::contacts::operations::CREATE;
    /// use smbcrm_core::operation::{Arguments, Checker, Payload};
    ///
    /// let checker = Checker::new(&CREATE);
    /// let body = Payload::Json(json!({ "locationId": "LOC1", "emial": "ada@vale.example" }));
    /// let error = checker.check(&Arguments::new(Vec::new(), Vec::new(), body)).unwrap_err();
    /// assert_eq!(checker.advice(&error).unwrap(), "`emial`: did you mean `email`?");
    /// ```
    pub fn advice(&self, error: &Error) -> Option<String> {
        let said: Vec<String> =
            error.messages().iter().filter_map(|message| self.comment(message)).take(MOST).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }

    /// The undeclared top-level properties for which nothing here comes near.
    pub fn strangers<'e>(&self, error: &'e Error) -> Vec<&'e str> {
        let undeclared = error.messages().iter().filter_map(|message| undeclared(message));
        undeclared
            .filter(|path| !path.contains('.') && self.likely(path, &names(&self.roots())).is_empty())
            .collect()
    }

    /// Whether the operation declares this property at the top of its query or body.
    pub fn declares(&self, property: &str) -> bool {
        names(&self.roots()).contains(&property)
    }

    fn comment(&self, message: &str) -> Option<String> {
        if let Some(path) = undeclared(message) {
            return self.of_undeclared(path);
        }
        let path = message.strip_suffix(" must be a valid enum value")?;
        let allowed = self.at(path).into_iter().find_map(texts)?;
        Some(format!("`{}`: one of {}.", short(path), allowed.join(", ")))
    }

    fn of_undeclared(&self, path: &str) -> Option<String> {
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        let known = names(&if parent.is_empty() { self.roots() } else { self.at(parent) });
        let shown = short(path);
        // Declared, and refused all the same: it stands in the query and belongs in the body, or the reverse.
        if parent.is_empty() && known.contains(&name) {
            let in_body = self.body().is_some_and(|body| names(&[body]).contains(&name));
            let place = if in_body { "body" } else { "query" };
            return Some(format!("`{shown}` belongs in the {place}."));
        }
        let likely = self.likely(name, &known);
        if !likely.is_empty() {
            let likely: Vec<_> = likely.iter().map(|name| format!("`{}`", under(parent, name))).collect();
            return Some(format!("`{shown}`: did you mean {}?", likely.join(" or ")));
        }
        let elsewhere = self.body().and_then(|body| find(body, name, "", DEEP))?;
        (elsewhere != path).then(|| format!("`{shown}` belongs at `{elsewhere}`."))
    }

    fn likely<'a>(&self, name: &str, known: &[&'a str]) -> Vec<&'a str> {
        nearest(name, known.iter().copied(), 2)
    }

    fn roots(&self) -> Vec<&'static Kind> {
        std::iter::once(self.query()).chain(self.body()).collect()
    }

    /// The kinds that a JSON path may lead to.
    fn at(&self, path: &str) -> Vec<&'static Kind> {
        path.split('.').fold(self.roots(), |kinds, segment| {
            kinds.into_iter().flat_map(|kind| step(kind, segment, DEEP)).collect()
        })
    }
}

/// The texts that a kind allows.
fn texts(kind: &'static Kind) -> Option<&'static [&'static str]> {
    match kind {
        Kind::Enum(texts) => Some(texts),
        Kind::Described(_, inner) => texts(inner),
        _ => None,
    }
}

fn step(kind: &'static Kind, segment: &str, deep: usize) -> Vec<&'static Kind> {
    match kind {
        _ if deep == 0 => Vec::new(),
        Kind::Record(shape) => listed(shape())
            .filter(|known| known.name == segment)
            .map(|known| without_null(&known.kind))
            .collect(),
        Kind::List(item) if segment.bytes().all(|byte| byte.is_ascii_digit()) => vec![*item],
        Kind::Optional(inner) | Kind::Described(_, inner) => step(inner, segment, deep - 1),
        Kind::OneOf(kinds) => kinds.iter().flat_map(|kind| step(kind, segment, deep - 1)).collect(),
        _ => Vec::new(),
    }
}

fn without_null(kind: &'static Kind) -> &'static Kind {
    match kind {
        Kind::Optional(inner) => inner,
        kind => kind,
    }
}

/// The properties that any of these kinds declares.
fn names(kinds: &[&'static Kind]) -> Vec<&'static str> {
    let mut names = Vec::new();
    let mut open: Vec<(&'static Kind, usize)> = kinds.iter().map(|kind| (*kind, DEEP)).collect();
    while let Some((kind, deep)) = open.pop() {
        match kind {
            Kind::Record(shape) => names.extend(listed(shape()).map(|known| known.name)),
            Kind::Optional(inner) | Kind::Described(_, inner) if deep > 0 => open.push((inner, deep - 1)),
            Kind::OneOf(kinds) if deep > 0 => open.extend(kinds.iter().map(|kind| (kind, deep - 1))),
            _ => {}
        }
    }
    names
}

/// Where a property of this name is declared, `[]` standing for any item of a list.
fn find(kind: &'static Kind, name: &str, path: &str, deep: usize) -> Option<String> {
    if deep == 0 {
        return None;
    }
    match kind {
        Kind::Record(shape) => {
            if listed(shape()).any(|known| known.name == name) {
                return Some(under(path, name));
            }
            listed(shape()).find_map(|known| find(&known.kind, name, &under(path, known.name), deep - 1))
        }
        Kind::Optional(inner) | Kind::Described(_, inner) => find(inner, name, path, deep - 1),
        Kind::List(item) => find(item, name, &format!("{path}[]"), deep - 1),
        Kind::OneOf(kinds) => kinds.iter().find_map(|kind| find(kind, name, path, deep - 1)),
        _ => None,
    }
}

/// The path of which a message says that it should not exist.
fn undeclared(message: &str) -> Option<&str> {
    message.strip_prefix("property ")?.strip_suffix(" should not exist")
}

fn under(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// A path as it may be repeated: what somebody sent, and not for ever long.
fn short(path: &str) -> String {
    const LONGEST: usize = 80;
    if path.chars().count() <= LONGEST {
        return path.to_owned();
    }
    path.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::contacts::operations as contacts;
    use crate::operation::{Arguments, Operation, Payload};

    fn advice(operation: &'static Operation, query: &[(&str, &str)], body: Value) -> Option<String> {
        let checker = Checker::new(operation);
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let error = checker.check(&Arguments::new(Vec::new(), query, Payload::Json(body))).unwrap_err();
        checker.advice(&error)
    }

    #[test]
    fn what_was_meant_is_named_with_its_path() {
        let said = |body| advice(&contacts::CREATE, &[], body);
        assert_eq!(
            said(json!({ "locationId": "L", "first_name": "Ada", "emial": "x" })).unwrap(),
            "`first_name`: did you mean `firstName`? `emial`: did you mean `email`?"
        );
        let nested = json!({ "locationId": "L", "dndSettings": { "Emial": {} } });
        assert_eq!(said(nested).unwrap(), "`dndSettings.Emial`: did you mean `dndSettings.Email`?");
        let list = json!({ "locationId": "L", "customFields": [{ "id": "F", "vlue": 1 }] });
        assert!(said(list).unwrap().starts_with("`customFields.0.vlue`: did you mean"));
        assert_eq!(said(json!({ "locationId": 5 })), None);
        assert_eq!(said(json!({ "locationId": "L", "qqqq": 1 })), None);
    }

    #[test]
    fn what_stands_in_the_wrong_place_is_told_the_right_one() {
        let in_query = advice(&contacts::CREATE, &[("email", "x")], json!({ "locationId": "L" }));
        assert_eq!(in_query.unwrap(), "`email` belongs in the body.");
    }

    proptest! {
        #[test]
        fn no_input_breaks_it(name in "[\\PC.]{0,200}", value in any::<u8>()) {
            let mut body = json!({ "locationId": "L" });
            body[&name] = json!({ name.clone(): [value] });
            let arguments = Arguments::new(Vec::new(), vec![(name, String::new())], Payload::Json(body));
            for operation in [&contacts::CREATE, &contacts::SEARCH, &contacts::GET] {
                let checker = Checker::new(operation);
                if let Err(error) = checker.check(&arguments) {
                    let said = checker.advice(&error).unwrap_or_default();
                    prop_assert!(said.len() < 4_000, "{said}");
                    checker.strangers(&error);
                }
            }
        }
    }
}
