//! What a field can hold, how values compare, and their compact sort ranks.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use compact_str::CompactString;

use crate::index::{Column, hash_of};
use crate::world::Row;

/// A thing that can be kept in a [`Table`](super::Table) and searched.
pub(crate) trait Record: Sized + Send + Sync + 'static {
    /// Names a field; cheap to clone.
    type Field: Clone + Eq + Hash + fmt::Debug + Send + Sync + 'static;

    /// The id, unique in a table and never changed.
    fn id(&self) -> &str;

    /// Visits every value of a field, in a stable order: several for tags, none if the field is absent. The text
    /// may be made up on the spot (a full name, say). A field sorts by its first value.
    fn values(&self, field: &Self::Field, visit: &mut dyn FnMut(Value<'_>));

    /// The record's row on the tape of what changes; `None` for what nobody needs to know of.
    fn row(record: &Arc<Self>) -> Option<Row> {
        let _ = record;
        None
    }
}

/// One value of a field.
///
/// Values of different kinds never equal each other and sort in the order of the kinds. A number that is not a
/// number (NaN) counts as no value at all.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    /// Yes or no.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// An instant in milliseconds since 1970.
    Instant(i64),
    /// Text; its case is ignored everywhere.
    Text(&'a str),
}

/// A value that owns its text, folded: what filters and cursors hold and dictionaries index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Term {
    /// Yes or no.
    Bool(bool),
    /// Any number.
    Number(Real),
    /// An instant in milliseconds since 1970.
    Instant(i64),
    /// Folded text; make it with [`Term::text`].
    Text(CompactString),
}

/// A number as bits that order and hash as the number does (`-0` is `0`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Real(u64);

const SIGN: u64 = 1 << 63;

impl Real {
    fn new(number: f64) -> Self {
        let bits = (number + 0.0).to_bits(); // adding turns -0 into 0
        Self(if bits & SIGN == 0 { bits | SIGN } else { !bits })
    }

    fn get(self) -> f64 {
        f64::from_bits(if self.0 & SIGN == 0 { !self.0 } else { self.0 & !SIGN })
    }
}

impl fmt::Debug for Real {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl Term {
    /// A term of text; the case is folded away.
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(CompactString::from(fold(text)))
    }

    /// A term of a number.
    pub(crate) fn number(number: f64) -> Self {
        Self::Number(Real::new(number))
    }

    /// The value that the term owns.
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Self::Bool(b) => Value::Bool(*b),
            Self::Number(n) => Value::Number(n.get()),
            Self::Instant(ms) => Value::Instant(*ms),
            Self::Text(text) => Value::Text(text),
        }
    }
}

impl From<&str> for Term {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<f64> for Term {
    fn from(number: f64) -> Self {
        Self::number(number)
    }
}

impl From<bool> for Term {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<Value<'_>> for Term {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Bool(b) => Self::Bool(b),
            Value::Number(n) => Self::number(n),
            Value::Instant(ms) => Self::Instant(ms),
            Value::Text(text) => Self::text(text),
        }
    }
}

/// Two bits of a rank say the kind of the value, the others its place among its kind.
const KIND: u32 = 62;
const PLACE: u64 = (1 << KIND) - 1;

impl Value<'_> {
    fn kind(self) -> u64 {
        match self {
            Value::Bool(_) => 0,
            Value::Number(_) => 1,
            Value::Instant(_) => 2,
            Value::Text(_) => 3,
        }
    }

    /// Whether two values are of one kind.
    pub(crate) fn is_like(self, other: Value<'_>) -> bool {
        self.kind() == other.kind()
    }

    /// The order of values, in full.
    pub(crate) fn compare(self, other: Value<'_>) -> Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(&b),
            (Value::Number(a), Value::Number(b)) => Real::new(a).cmp(&Real::new(b)),
            (Value::Instant(a), Value::Instant(b)) => a.cmp(&b),
            (Value::Text(a), Value::Text(b)) => compare_text(a, b),
            (a, b) => a.kind().cmp(&b.kind()),
        }
    }

    /// Whether two values are equal.
    pub(crate) fn equals(self, other: Value<'_>) -> bool {
        match (self, other) {
            // Nearly always decided by the bytes as they are.
            (Value::Text(a), Value::Text(b)) => a == b || compare_text(a, b).is_eq(),
            (a, b) => a.compare(b).is_eq(),
        }
    }

    /// Whether two values are equal, the case of their letters included.
    pub(crate) fn is_identical(self, other: Value<'_>) -> bool {
        match (self, other) {
            (Value::Text(a), Value::Text(b)) => a == b,
            (a, b) => a.equals(b),
        }
    }

    /// An order-preserving digest: if `a < b` then `a.rank() <= b.rank()`, and never
    /// [`Column::ABSENT`]. Instants, Booleans and whole numbers below 2⁵⁰ have ranks of their own; texts share one
    /// if their first eight bytes agree, and then [`compare`](Self::compare) has to decide.
    pub(crate) fn rank(self) -> u64 {
        let place = match self {
            Value::Bool(b) => u64::from(b),
            Value::Number(n) => Real::new(n).0 >> 2,
            // ±73 million years are told apart.
            Value::Instant(ms) => (ms.clamp(-(1 << 61), (1 << 61) - 1) + (1 << 61)) as u64,
            Value::Text(text) => text_prefix(text) >> 2,
        };
        self.kind() << KIND | place & PLACE
    }

    /// The instant that has a rank; `None` for ranks of other kinds, and at the ends of time, where instants share one.
    pub(crate) fn instant_of(rank: u64) -> Option<i64> {
        let place = rank & PLACE;
        (rank >> KIND == 2 && place != 0 && place != PLACE).then(|| place as i64 - (1 << 61))
    }

    /// The lowest and the highest rank that a value of this kind can have.
    pub(crate) fn rank_bounds(self) -> (u64, u64) {
        // No text starts with the byte 0xff, so the highest rank of a text is below ABSENT.
        (self.kind() << KIND, (self.kind() << KIND | PLACE).min(Column::ABSENT - 1))
    }

    /// A hash that equal values share.
    pub(crate) fn hash(self) -> u64 {
        match self {
            Value::Bool(b) => hash_of(&b),
            Value::Number(n) => hash_of(&Real::new(n).0),
            Value::Instant(ms) => hash_of(&ms),
            Value::Text(text) => hash_of(&*fold(text)),
        }
    }
}

/// Text without its case. Character by character, so that a part of a text folds to a part of the folded text:
/// that is why the final form of the Greek sigma is made the ordinary one.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        Cow::Borrowed(text)
    } else if text.is_ascii() {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Owned(folded_chars(text).collect())
    }
}

fn folded_chars(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c })
}

fn compare_text(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        let (a, b) = (a.bytes().map(|b| b.to_ascii_lowercase()), b.bytes().map(|b| b.to_ascii_lowercase()));
        return a.cmp(b);
    }
    // The order of characters is the order of their UTF-8 bytes, which the ranks go by.
    folded_chars(a).cmp(folded_chars(b))
}

/// The first eight bytes of the folded text as a big-endian number.
fn text_prefix(text: &str) -> u64 {
    let mut prefix = [0_u8; 8];
    let mut filled = prefix.iter_mut();
    let mut buffer = [0_u8; 4];
    // Folding makes no text shorter than one byte a character.
    'text: for c in folded_chars(text).take(8) {
        for byte in c.encode_utf8(&mut buffer).bytes() {
            match filled.next() {
                Some(place) => *place = byte,
                None => break 'text,
            }
        }
    }
    u64::from_be_bytes(prefix)
}

/// Visits the values of a field, leaving out NaN.
pub(crate) fn each_value<R: Record>(record: &R, field: &R::Field, mut visit: impl FnMut(Value<'_>)) {
    record.values(field, &mut |value| match value {
        Value::Number(n) if n.is_nan() => {}
        value => visit(value),
    });
}

/// What `use_it` makes of the first value of a field; `None` if there is no value.
pub(crate) fn first_value<R: Record, T>(
    record: &R,
    field: &R::Field,
    mut use_it: impl FnMut(Value<'_>) -> T,
) -> Option<T> {
    let mut result = None;
    each_value(record, field, |value| {
        if result.is_none() {
            result = Some(use_it(value));
        }
    });
    result
}

/// Whether any value of a field passes.
pub(crate) fn any_value<R: Record>(
    record: &R,
    field: &R::Field,
    mut test: impl FnMut(Value<'_>) -> bool,
) -> bool {
    let mut passes = false;
    each_value(record, field, |value| passes = passes || test(value));
    passes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn term() -> impl Strategy<Value = Term> {
        prop_oneof![
            any::<bool>().prop_map(Term::Bool),
            any::<f64>().prop_filter("a number", |n| !n.is_nan()).prop_map(Term::number),
            (-100..100_i64).prop_map(|n| Term::number(n as f64)),
            any::<i64>().prop_map(Term::Instant),
            "[abAB]{0,12}".prop_map(|s| Term::text(&s)),
            any::<String>().prop_map(|s| Term::text(&s)),
        ]
    }

    proptest! {
        #[test]
        fn ranks_and_comparisons_agree(a in term(), b in term()) {
            prop_assert_eq!(a.value().compare(b.value()), a.cmp(&b));
            prop_assert_eq!(a.value().equals(b.value()), a == b);
            prop_assert!(a.cmp(&b).is_eq() || a.value().rank().cmp(&b.value().rank()) != a.cmp(&b).reverse());
            let (low, high) = a.value().rank_bounds();
            prop_assert!((low..=high).contains(&a.value().rank()) && high < Column::ABSENT);
            prop_assert_eq!(Term::from(a.value()), a.clone());
            if let Some(millis) = Value::instant_of(a.value().rank()) {
                prop_assert_eq!(&a, &Term::Instant(millis));
            }
            prop_assert!(a != b || a.value().hash() == b.value().hash());
        }

        #[test]
        fn folding_is_idempotent_and_keeps_parts(a in any::<String>(), b in "[A-Za-zΣσςİßÄ]{0,6}") {
            let once = fold(&a).into_owned();
            prop_assert_eq!(&*fold(&once), &once);
            let whole = format!("{a}{b}{a}");
            prop_assert!(fold(&whole).contains(&*fold(&b)));
        }
    }

    #[test]
    fn zero_has_one_sign_and_exact_ranks_are_exact() {
        assert_eq!(Term::number(-0.0), Term::number(0.0));
        assert!(Value::Instant(1).rank() < Value::Instant(2).rank());
        assert_eq!(Value::instant_of(Value::Instant(-7).rank()), Some(-7));
        assert_eq!(Value::instant_of(Value::Instant(i64::MAX).rank()), None);
        assert_eq!(Value::instant_of(Column::ABSENT), None);
        assert!(Value::Number(1_000_000.0).rank() < Value::Number(1_000_001.0).rank());
        assert_eq!(Value::Text("Ada Vale").rank(), Value::Text("ada vale the second").rank());
    }
}
