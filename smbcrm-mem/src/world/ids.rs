//! New ids, the same ones in every run.

use rand::rngs::SmallRng;
use rand::{Rng, RngCore, SeedableRng};
use smbcrm_core::types::Text;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH: usize = 20;
/// The first characters of a record's id name its sub-account, so that a record is found without asking each.
const HINT: usize = 3;
/// What ids of the agency's own records begin with: the last number that no sub-account ever reaches.
pub(crate) const AGENCY: u32 = 62 * 62 * 62 - 1;

/// Mints the ids of one sub-account from a seed.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    ordinal: u32,
    random: SmallRng,
}

impl Ids {
    pub(crate) fn new(seed: u64, ordinal: u32) -> Self {
        let random = SmallRng::seed_from_u64(seed ^ u64::from(ordinal).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Self { ordinal, random }
    }

    /// Twenty letters and digits, as most records have.
    pub(crate) fn record(&mut self) -> Text {
        let mut id = [0u8; LENGTH];
        let mut ordinal = self.ordinal as usize;
        for slot in id[..HINT].iter_mut().rev() {
            *slot = ALPHABET[ordinal % 62];
            ordinal /= 62;
        }
        for chunk in id[HINT..].chunks_mut(10) {
            let mut bits = self.random.next_u64();
            for slot in chunk {
                *slot = ALPHABET[(bits % 62) as usize];
                bits /= 62;
            }
        }
        Text::from(std::str::from_utf8(&id).unwrap_or_default())
    }

    /// A UUID, as stages, workflows and tokens have.
    pub(crate) fn uuid(&mut self) -> String {
        uuid(&mut self.random)
    }
}

/// The id of what every record of a kind has (a contact's conversation), made from the record's own.
pub(crate) fn derived(id: &str, kind: &str) -> Text {
    let seed = crate::index::hash_of(&(id, kind));
    let ordinal = ordinal(id).and_then(|ordinal| u32::try_from(ordinal).ok()).unwrap_or_default();
    Ids { ordinal, random: SmallRng::seed_from_u64(seed) }.record()
}

/// A version-4 UUID from a source of randomness.
pub(crate) fn uuid(random: &mut impl Rng) -> String {
    let mut bytes = [0u8; 16];
    random.fill_bytes(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// The sub-account that an id minted here belongs to; a guess for ids from elsewhere.
pub(crate) fn ordinal(id: &str) -> Option<usize> {
    let hint = id.as_bytes().get(..HINT)?;
    hint.iter()
        .try_fold(0usize, |sum, byte| Some(sum * 62 + ALPHABET.iter().position(|known| known == byte)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_mints_the_same_ids() {
        let (mut one, mut two) = (Ids::new(7, 3), Ids::new(7, 3));
        let id = one.record();
        assert_eq!(id, two.record());
        assert_ne!(one.record(), id);
        assert_eq!((id.len(), ordinal(&id)), (20, Some(3)));
        assert_eq!(one.uuid().len(), 36);
    }

    #[test]
    fn a_derived_id_is_of_the_same_sub_account_and_always_the_same() {
        let id = Ids::new(7, 3).record();
        let of = derived(&id, "conversation");
        assert_eq!((of.len(), ordinal(&of)), (20, Some(3)));
        assert_eq!(of, derived(&id, "conversation"));
        assert_ne!(of, derived(&id, "other"));
        assert_ne!(of, derived(&of, "conversation"));
        assert_eq!(derived("", "conversation").len(), 20);
    }

    #[test]
    fn a_foreign_id_is_only_a_guess() {
        assert_eq!(ordinal("é"), None);
        assert_eq!(ordinal(""), None);
        assert!(ordinal("CON0000000000000001").is_some());
    }
}
