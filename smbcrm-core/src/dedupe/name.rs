//! People's names: white space folded, lower-cased for search, split and joined.

/// Folds white space and lower-cases: the form kept in `firstNameLowerCase`, `lastNameLowerCase`
/// and `contactName`, and the form a search value has to have.
///
/// ```
/// use smbcrm_core::dedupe::search_form;
/// assert_eq!(search_form("  Mary  Ann\tO'Neil "), "mary ann o'neil");
/// ```
#[must_use]
pub fn search_form(name: &str) -> String {
    fold(name).to_lowercase()
}

/// A full name taken apart by [`split_name`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SplitName {
    /// The first word; empty when the name was blank.
    pub first: String,
    /// Everything after the first word, when there is more than one.
    pub last: Option<String>,
}

/// Splits a full `name` into first word and rest, white space folded, casing kept.
///
/// ```
/// use smbcrm_core::dedupe::split_name;
/// let name = split_name(" Ada  van der Vale ");
/// assert_eq!(name.first, "Ada");
/// assert_eq!(name.last.as_deref(), Some("van der Vale"));
/// assert_eq!(split_name("Ada").last, None);
/// ```
#[must_use]
pub fn split_name(name: &str) -> SplitName {
    let folded = fold(name);
    match folded.split_once(' ') {
        Some((first, last)) => SplitName { first: first.to_owned(), last: Some(last.to_owned()) },
        None => SplitName { first: folded, last: None },
    }
}

/// Joins first and last name with one space, leaving out what is blank; `None` when both are.
///
/// ```
/// use smbcrm_core::dedupe::full_name;
/// assert_eq!(full_name(Some("Ada "), Some("Vale")).as_deref(), Some("Ada Vale"));
/// assert_eq!(full_name(None, Some("Vale")).as_deref(), Some("Vale"));
/// assert_eq!(full_name(Some(" "), None), None);
/// ```
#[must_use]
pub fn full_name(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let joined = fold(&format!("{} {}", first.unwrap_or_default(), last.unwrap_or_default()));
    (!joined.is_empty()).then_some(joined)
}

fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blank_names_are_empty() {
        assert_eq!(search_form(" \t\u{a0} "), "");
        assert_eq!(split_name("  "), SplitName { first: String::new(), last: None });
        assert_eq!(full_name(None, None), None);
    }

    #[test]
    fn lower_cases_beyond_ascii() {
        assert_eq!(search_form("ÉLODIE Łukasz"), "élodie łukasz");
    }

    proptest! {
        #[test]
        fn search_form_is_idempotent(name in any::<String>()) {
            let once = search_form(&name);
            prop_assert_eq!(search_form(&once), once.clone());
        }

        #[test]
        fn splitting_and_joining_keeps_the_name(name in any::<String>()) {
            let split = split_name(&name);
            prop_assert_eq!(full_name(Some(&split.first), split.last.as_deref()).unwrap_or_default(), fold(&name));
        }
    }
}
