//! Pages of lists that begin with the newest.

use smbcrm_core::Result;
use smbcrm_core::types::Text;

use super::refusal;

const DEFAULT: u32 = 50;
const MOST: u32 = 200;

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    limit: usize,
    /// Numbers from this on are on the pages before.
    pub(super) before: u64,
}

impl Page {
    pub(super) fn read(limit: Option<u32>, cursor: Option<&Text>) -> Result<Self> {
        let mut wrong = Vec::new();
        let limit = limit.unwrap_or(DEFAULT);
        if !(1..=MOST).contains(&limit) {
            wrong.push(format!("limit must be from 1 to {MOST}"));
        }
        let before = cursor.map_or(Some(u64::MAX), |cursor| cursor.parse().ok());
        if before.is_none() {
            wrong.push("cursor must be one that an answer named".to_owned());
        }
        match before {
            Some(before) if wrong.is_empty() => Ok(Self { limit: limit as usize, before }),
            _ => Err(refusal::validation(&wrong)),
        }
    }

    /// The page, and where the next one begins.
    pub(super) fn take<T>(self, mut found: impl Iterator<Item = (u64, T)>) -> (Vec<T>, Option<Text>) {
        let (mut items, mut last) = (Vec::new(), 0);
        for (number, item) in found.by_ref().take(self.limit) {
            last = number;
            items.push(item);
        }
        let next = found.next().map(|_| Text::from(last.to_string()));
        (items, next)
    }
}
