//! Ids: a word for the kind, and a number.

use smbcrm_core::types::Text;

pub(super) const ORGANIZATION: &str = "org";
pub(super) const KEY: &str = "key";
pub(super) const SESSION: &str = "ses";
pub(super) const CLIENT: &str = "cli";
pub(super) const ORDER: &str = "wo";
pub(super) const INVOICE: &str = "inv";
pub(super) const BOOKING: &str = "bkg";
pub(super) const ENDPOINT: &str = "whe";
pub(super) const DELIVERY: &str = "dlv";

/// `cli_7`.
pub(super) fn id<I: From<Text>>(kind: &str, number: u64) -> I {
    I::from(Text::from(format!("{kind}_{number}")))
}

/// The number of an id of this kind; one that is none has a number that no record has.
pub(super) fn number(kind: &str, id: &str) -> u64 {
    let digits = id.strip_prefix(kind).and_then(|rest| rest.strip_prefix('_'));
    let plain = |digits: &&str| !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.filter(plain).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_was_written() {
        assert_eq!(number(CLIENT, &id::<Text>(CLIENT, 7)), 7);
        for none in
            ["", "cli", "cli_", "cli_07", "cli_+7", "cli_-7", "inv_7", "cli_7x", "cli_99999999999999999999"]
        {
            assert_eq!(number(CLIENT, none), 0, "{none}");
        }
    }
}
