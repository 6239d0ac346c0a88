//! The time zones that a sub-account may be in.

use smbcrm_core::types::Text;

/// The IANA names that people choose from: areas with a city, the US names, and UTC; by name.
pub(super) fn names() -> Vec<Text> {
    let mut names: Vec<Text> = chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|name| (name.contains('/') && !name.starts_with("Etc/")) || *name == "UTC")
        .map(Text::from)
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_lists_names_that_are_accepted() {
        let names = names();
        for known in ["America/Chicago", "US/Central", "Europe/Berlin", "UTC"] {
            assert!(names.iter().any(|name| *name == *known), "{known}");
        }
        assert!(names.iter().all(|name| name.parse::<chrono_tz::Tz>().is_ok()));
        assert!(names.is_sorted() && names.len() > 300);
    }
}
