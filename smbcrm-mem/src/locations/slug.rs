//! Keys made from names.

/// The key of a name: lower case, what is no letter or digit as single underscores, none at the ends.
///
/// Letters beyond ASCII stay: a key of underscores alone would tell nobody anything. `None` if nothing is left.
pub(crate) fn slug(name: &str) -> Option<String> {
    let mut slug = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    if slug.ends_with('_') {
        slug.pop();
    }
    (!slug.is_empty()).then_some(slug)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_joined() {
        assert_eq!(slug("Favourite colour").as_deref(), Some("favourite_colour"));
        assert_eq!(slug("  Budget (EUR) / year!").as_deref(), Some("budget_eur_year"));
        assert_eq!(slug("Straße"), Some("straße".to_owned()));
        assert_eq!(slug("!?"), None);
    }

    proptest! {
        #[test]
        fn a_slug_is_its_own_slug(name in ".*") {
            if let Some(first) = slug(&name) {
                prop_assert_eq!(slug(&first), Some(first.clone()));
                prop_assert!(!first.starts_with('_') && !first.ends_with('_') && !first.contains("__"));
                prop_assert!(first.chars().all(|c| c == '_' || c.is_alphanumeric()));
            }
        }
    }
}
