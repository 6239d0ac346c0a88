//! The small types that every product shares: ids, text, money, instants, open values.
//!
//! ```
//! use smbcrm_core::types::{ContactId, Money, Patch};
//!
//! let id = ContactId::from("ocQHyuzHvysMo5N5VsXc");
//! assert_eq!(id.as_str(), "ocQHyuzHvysMo5N5VsXc");
//! assert_eq!("99.99".parse::<Money>().unwrap().to_string(), "99.99");
//! assert!(Patch::<String>::default().is_keep());
//! ```

mod cursor;
mod extra;
mod field_value;
mod hidden;
mod id;
mod money;
mod offset_time;
mod patch;
mod text;
pub mod time;

pub use cursor::Cursor;
pub(crate) use extra::Derived;
pub use extra::Extra;
pub use field_value::{CustomFieldInput, CustomFieldValue, FieldValue};
pub use hidden::Hidden;
pub use id::*;
pub use money::{Money, MoneyError};
pub use offset_time::{EpochMillis, NoInstant, OffsetTime};
pub use patch::Patch;
pub use text::Text;

use serde::{Deserialize, Deserializer};

/// Reads `null` as the default: the wire writes it where a list or a flag has nothing to say.
///
/// # Errors
/// Whatever the inner type refuses.
pub fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}
