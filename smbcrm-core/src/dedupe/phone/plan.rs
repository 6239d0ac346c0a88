//! How a country's numbers are made up and dialled.

use std::sync::OnceLock;

use super::pattern::Pattern;
use super::plans::{CODES, PLANS};

/// A numbering plan.
#[derive(Debug)]
pub(super) struct Plan {
    /// Its country, as two letters; `001` for a code that belongs to none.
    pub(super) region: &'static str,
    /// The country code.
    pub(super) code: u16,
    /// What is dialled to call abroad.
    pub(super) abroad: &'static str,
    /// What is dialled before a number within the country, carriers included, and left out from abroad.
    pub(super) prefix: &'static str,
    /// What a number becomes whose prefix captured something.
    pub(super) rule: &'static str,
    /// What a national number looks like.
    pub(super) national: &'static str,
    /// How many digits it may have: a bit for each length.
    pub(super) lengths: u32,
    /// How many it may have where it is dialled within one area.
    pub(super) local: u32,
}

/// A plan's patterns, read.
#[derive(Debug)]
pub(super) struct Patterns {
    pub(super) abroad: Pattern,
    pub(super) prefix: Pattern,
    pub(super) national: Pattern,
}

/// What a number's length says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Possible,
    LocalOnly,
    TooShort,
    TooLong,
    Wrong,
}

impl Plan {
    /// The plan of a country, by its two letters in upper case.
    pub(super) fn of_region(region: &str) -> Option<&'static Self> {
        let at = PLANS.binary_search_by_key(&region, |plan| plan.region).ok()?;
        Some(&PLANS[at])
    }

    /// The first plan of a country code. Countries that share a code share what a number may be as well.
    pub(super) fn of_code(code: u16) -> Option<&'static Self> {
        let at = CODES.binary_search_by_key(&code, |(code, _)| *code).ok()?;
        Some(&PLANS[CODES[at].1])
    }

    /// Its patterns, which are read when they are first needed.
    pub(super) fn patterns(&'static self) -> &'static Patterns {
        static READ: [OnceLock<Patterns>; PLANS.len()] = [const { OnceLock::new() }; PLANS.len()];
        let read = || Patterns {
            abroad: Pattern::new(self.abroad),
            prefix: Pattern::new(self.prefix),
            national: Pattern::new(self.national),
        };
        let at = PLANS.partition_point(|plan| (plan.region, plan.code) < (self.region, self.code));
        READ[at].get_or_init(read)
    }

    /// What the length of a national number says.
    pub(super) fn length(&self, number: &str) -> Length {
        let has = |lengths: u32| {
            u32::try_from(number.len()).is_ok_and(|length| length < 32 && lengths & (1 << length) != 0)
        };
        let (least, most) =
            (self.lengths.trailing_zeros() as usize, 31 - self.lengths.leading_zeros() as usize);
        if has(self.local) {
            Length::LocalOnly
        } else if has(self.lengths) {
            Length::Possible
        } else if number.len() < least {
            Length::TooShort
        } else if number.len() > most {
            Length::TooLong
        } else {
            Length::Wrong
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_found() {
        assert!(PLANS.is_sorted_by_key(|plan| (plan.region, plan.code)));
        assert!(PLANS.iter().all(|plan| plan.lengths != 0));
        assert_eq!(Plan::of_region("US").map(|plan| plan.code), Some(1));
        assert_eq!(Plan::of_code(1).map(|plan| plan.region), Some("US"));
        assert_eq!(Plan::of_code(44).map(|plan| plan.region), Some("GB"));
        assert_eq!(Plan::of_code(800).map(|plan| plan.region), Some("001"));
        assert!(Plan::of_region("XX").is_none() && Plan::of_code(999).is_none());
    }

    #[test]
    fn lengths_are_told() {
        let plan = Plan::of_region("US").unwrap();
        let said = |number: &str| plan.length(number);
        assert_eq!(
            [said("2025550123"), said("5550123"), said("555"), said("20255501234")],
            [Length::Possible, Length::LocalOnly, Length::TooShort, Length::TooLong]
        );
    }
}
