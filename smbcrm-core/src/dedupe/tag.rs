//! Tags: trimmed and lower-cased, as the CRM stores and matches them.

/// One tag in its stored form: trimmed and lower-cased; `None` when nothing is left.
///
/// White space inside a tag is kept: `"vip  client"` and `"vip client"` are two tags.
#[must_use]
pub fn normalise_tag(tag: &str) -> Option<String> {
    let tag = tag.trim();
    (!tag.is_empty()).then(|| tag.to_lowercase())
}

/// A list of tags in stored form: empty ones dropped, later duplicates dropped, order kept.
///
/// ```
/// use smbcrm_core::dedupe::normalise_tags;
/// assert_eq!(normalise_tags([" VIP", "event", "", "vip "]), ["vip", "event"]);
/// ```
#[must_use]
pub fn normalise_tags<I>(tags: I) -> Vec<String>
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    let mut kept: Vec<String> = Vec::new();
    // Contacts carry a handful of tags, for which looking through a list beats hashing; a long list
    // gets a set so that it stays linear.
    let mut seen = std::collections::HashSet::new();
    for tag in tags.into_iter().filter_map(|tag| normalise_tag(tag.as_ref())) {
        let known = if kept.len() < 16 {
            kept.contains(&tag)
        } else {
            if seen.is_empty() {
                seen.extend(kept.iter().cloned());
            }
            !seen.insert(tag.clone())
        };
        if !known {
            kept.push(tag);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keeps_inner_white_space() {
        assert_eq!(normalise_tag("\tHot  Lead\n").as_deref(), Some("hot  lead"));
        assert_eq!(normalise_tag(" \u{a0}"), None);
    }

    #[test]
    fn long_lists_drop_duplicates_too() {
        let tags: Vec<String> = (0..100).map(|i| format!("Tag{}", i % 40)).collect();
        let expected: Vec<String> = (0..40).map(|i| format!("tag{i}")).collect();
        assert_eq!(normalise_tags(&tags), expected);
    }

    proptest! {
        #[test]
        fn idempotent(tags in proptest::collection::vec("[ a-cA-Cİß]{0,3}", 0..40)) {
            let once = normalise_tags(&tags);
            prop_assert_eq!(normalise_tags(&once), once.clone());
        }
    }
}
