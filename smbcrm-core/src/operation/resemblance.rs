//! How much two names resemble each other: what a misspelt one probably meant.

/// Longer names are not compared: nobody misspells them, and comparing costs their product.
const LONGEST: usize = 80;

/// The distance at which two names have nothing to do with each other any more.
const FAR: f64 = 0.4;

/// How far two names are apart: 0 where only case and separators differ, 1 where nothing is in common.
///
/// ```
/// use smbcrm_core::operation::distance;
///
/// assert_eq!(distance("first_name", "firstName"), 0.0);
/// assert!(distance("emial", "email") < distance("emial", "phone"));
/// ```
pub fn distance(one: &str, other: &str) -> f64 {
    if one.len() > LONGEST || other.len() > LONGEST {
        return f64::from(u8::from(one != other));
    }
    let (one, other) = (fold(one), fold(other));
    if one == other {
        return 0.0;
    }
    let apart = 1.0 - strsim::normalized_damerau_levenshtein(&one, &other);
    // `phone` and `phoneNumber`: far apart letter by letter, but plainly the same thing.
    let (short, long) = if one.len() < other.len() { (&one, &other) } else { (&other, &one) };
    if short.len() >= 4 && (long.starts_with(short.as_str()) || long.ends_with(short.as_str())) {
        return apart.min(0.35);
    }
    apart
}

/// The known names that resemble the wanted one about equally well, the likeliest first, at most so many.
///
/// ```
/// use smbcrm_core::operation::nearest;
///
/// assert_eq!(nearest("emial", ["phone", "email", "name"], 3), ["email"]);
/// ```
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let mut ranked: Vec<(f64, &str)> = known
        .into_iter()
        .map(|name| (distance(wanted, name), name))
        .filter(|(distance, _)| *distance < FAR)
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
    ranked.dedup_by(|a, b| a.1 == b.1);
    // Beside one that is plainly meant, others only distract.
    let best = ranked.first().map_or(0.0, |(distance, _)| *distance);
    ranked.retain(|(distance, _)| *distance <= if best == 0.0 { 0.0 } else { best + 0.1 });
    ranked.truncate(most);
    ranked.into_iter().map(|(_, name)| name).collect()
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_plainly_meant_is_found() {
        let known = ["email", "phone", "firstName", "lastName", "postalCode", "tags", "locationId"];
        for (wanted, meant) in [
            ("e-mail", "email"),
            ("first_name", "firstName"),
            ("firstname", "firstName"),
            ("phoneNumber", "phone"),
            ("tag", "tags"),
            ("locationID", "locationId"),
            ("location", "locationId"),
            ("postcode", "postalCode"),
        ] {
            assert_eq!(nearest(wanted, known, 1), [meant], "{wanted}");
        }
        assert!(nearest("zzz", known, 3).is_empty());
    }

    proptest! {
        #[test]
        fn a_distance_is_one(one in ".{0,100}", other in ".{0,100}") {
            let there = distance(&one, &other);
            prop_assert!((0.0..=1.0).contains(&there), "{there}");
            prop_assert!((there - distance(&other, &one)).abs() < 1e-9);
            prop_assert_eq!(distance(&one, &one), 0.0);
        }

        #[test]
        fn a_known_name_is_its_own_nearest(
            mut known in proptest::collection::btree_set("[a-z]{3,12}", 1..12),
            at in any::<prop::sample::Index>(),
        ) {
            let wanted = known.iter().nth(at.index(known.len())).unwrap().clone();
            known.insert("unrelated".to_owned());
            let ranked = nearest(&wanted, known.iter().map(String::as_str), 3);
            prop_assert_eq!(ranked[0], wanted.as_str());
            prop_assert!(ranked.len() <= 3);
        }
    }
}
