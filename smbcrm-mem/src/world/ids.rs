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

/// Randomness from a seed that knows how far it has come: what is loaded goes on where it was.
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    seed: u64,
    drawn: u64,
    random: SmallRng,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, drawn: 0, random: SmallRng::seed_from_u64(seed) }
    }

    /// How many numbers have been drawn.
    pub(crate) fn drawn(&self) -> u64 {
        self.drawn
    }

    /// Draws until so many numbers have been drawn: a nanosecond for each.
    pub(crate) fn wind_to(&mut self, drawn: u64) {
        if drawn < self.drawn {
            *self = Self::new(self.seed);
        }
        while self.drawn < drawn {
            self.next_u64();
        }
    }
}

impl RngCore for Dice {
    fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    fn next_u64(&mut self) -> u64 {
        self.drawn += 1;
        self.random.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let drawn = self.next_u64().to_le_bytes();
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
    }
}

/// Mints the ids of one sub-account from a seed.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    ordinal: u32,
    random: Dice,
}

impl Ids {
    pub(crate) fn new(seed: u64, ordinal: u32) -> Self {
        Self::of(seed ^ u64::from(ordinal).wrapping_mul(0x9E37_79B9_7F4A_7C15), ordinal)
    }

    /// Ids of a sub-account whose own seed is known.
    pub(crate) fn of(seed: u64, ordinal: u32) -> Self {
        Self { ordinal, random: Dice::new(seed) }
    }

    /// What they are made from.
    pub(crate) fn seed(&self) -> u64 {
        self.random.seed
    }

    /// The sub-account's number.
    pub(crate) fn ordinal(&self) -> usize {
        self.ordinal as usize
    }

    /// How far minting has come; see [`Ids::go_on_from`].
    pub(crate) fn drawn(&self) -> u64 {
        self.random.drawn()
    }

    /// Goes on where ids of the same seed were, so that none is minted twice.
    pub(crate) fn go_on_from(&mut self, drawn: u64) {
        self.random.wind_to(drawn);
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

    /// Twenty-four hexadecimal digits, as orders, blog posts and social posts have. They do not name their sub-account.
    pub(crate) fn object(&mut self) -> Text {
        let (high, low) = (self.random.next_u64(), self.random.next_u32());
        format!("{high:016x}{low:08x}").into()
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
    Ids { ordinal, random: Dice::new(seed) }.record()
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
        let object = one.object();
        assert!(object.len() == 24 && object.bytes().all(|byte| byte.is_ascii_hexdigit()), "{object}");
    }

    #[test]
    fn ids_go_on_where_they_were() {
        let mut one = Ids::new(7, 3);
        one.record();
        one.uuid();
        let mut two = Ids::new(7, 3);
        two.go_on_from(one.drawn());
        assert_eq!(one.record(), two.record());
        two.go_on_from(0);
        assert_eq!(two.record(), Ids::new(7, 3).record());
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
