//! Money: exact decimals.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::shape::{Came, Kind, Node, Scalar, Shaped, Slot, Trail, View, fill_node};

/// An amount in major units of its currency (`99.99` is ninety-nine and 99/100), exact.
///
/// The wire writes a JSON number; the decimal is the number's shortest text, so `0.1` stays `0.1` and `59.80` is `59.8`
/// wherever it comes from.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Money(Decimal);

/// The text or number is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an amount of money")]
pub struct MoneyError(String);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// The exact decimal.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// The nearest binary number, for arithmetic where exactness does not matter.
    pub fn as_f64(self) -> f64 {
        self.0.to_f64().unwrap_or_default()
    }

    /// The amount that a number's shortest text names.
    ///
    /// # Errors
    /// Infinite, not a number, or beyond 28 digits.
    pub fn try_from_f64(value: f64) -> Result<Self, MoneyError> {
        let text = value.to_string();
        Decimal::from_str(&text)
            .ok()
            .or_else(|| if value.is_finite() { Decimal::from_f64(value) } else { None })
            .map(Self::from)
            .ok_or(MoneyError(text))
    }
}

impl From<Decimal> for Money {
    fn from(value: Decimal) -> Self {
        Self(value.normalize())
    }
}

impl From<i32> for Money {
    fn from(value: i32) -> Self {
        Self(value.into())
    }
}

impl From<i64> for Money {
    fn from(value: i64) -> Self {
        Self(value.into())
    }
}

impl FromStr for Money {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Decimal::from_str(text.trim()).map(Self::from).map_err(|_| MoneyError(text.to_owned()))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Money({})", self.0)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.view().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut money = Self::ZERO;
        fill_node(&mut money, &Trail::default(), deserializer)?;
        Ok(money)
    }
}

impl Scalar for Money {
    fn expecting(&self) -> &'static str {
        "a number"
    }
    fn take(&mut self, value: Came<'_>) -> Result<(), Option<String>> {
        *self = match value {
            Came::Signed(number) => number.into(),
            Came::Unsigned(number) => Self(number.into()),
            Came::Float(number) => Self::try_from_f64(number).map_err(|error| error.to_string())?,
            // Some answers write the number as text.
            Came::Text(text) => text.parse().map_err(|error: MoneyError| error.to_string())?,
            Came::Bool(_) | Came::Json(_) => return Err(None),
        };
        Ok(())
    }
}

impl Node for Money {
    fn view(&self) -> View<'_> {
        match (self.0.is_integer(), self.0.to_i64()) {
            (true, Some(whole)) => View::Signed(whole),
            _ => View::Float(self.as_f64()),
        }
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Scalar(self)
    }
}

impl Shaped for Money {
    const KIND: Kind = Kind::Number("");
    fn blank() -> Self {
        Self::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_exact() {
        let money: Money = serde_json::from_str("0.1").unwrap();
        assert_eq!(money.to_string(), "0.1");
        assert_eq!(serde_json::to_string(&money).unwrap(), "0.1");
        let whole: Money = serde_json::from_str("250").unwrap();
        assert_eq!(serde_json::to_string(&whole).unwrap(), "250");
        assert!(Money::try_from_f64(f64::NAN).is_err());
        assert_eq!("59.80".parse::<Money>().unwrap().to_string(), "59.8");
    }
}
