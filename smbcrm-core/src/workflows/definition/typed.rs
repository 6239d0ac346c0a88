//! Things that say what they are in `type`: read so that a mistake is named with its place.

use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Map, Value};

/// The entries that a thing has beside those of its type.
pub(super) struct Parts(Map<String, Value>);

impl Parts {
    /// Takes an entry out.
    pub(super) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, String> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value_as(value).map(Some).map_err(|error| joined(name, &error)),
        }
    }
}

/// Reads a value; what is wrong is told with the path to it.
pub(super) fn value_as<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner().to_string();
        if path == "." { inner } else { joined(&path, &inner) }
    })
}

/// A path and what is wrong there. What is wrong deeper down begins with its own path.
fn joined(path: &str, error: &str) -> String {
    match error.strip_prefix('@') {
        Some(deeper) => format!("@{path}.{deeper}"),
        None => format!("@{path}: {error}"),
    }
}

/// Without the mark that says that it begins with a path.
pub(super) fn told(error: &str) -> String {
    // Layers of errors keep the mark at their front only.
    error.trim_start_matches('@').to_owned()
}

/// Reads a thing: its own entries, its type, and what is left for the type.
pub(super) fn read<'de, D: serde::Deserializer<'de>, T>(
    deserializer: D,
    build: impl FnOnce(&mut Parts, &str, &mut dyn FnMut() -> Value) -> Result<T, String>,
    own: &[&str],
) -> Result<T, D::Error> {
    let mut all: Map<String, Value> = serde::Deserialize::deserialize(deserializer)?;
    let kind = match all.remove("type") {
        Some(Value::String(kind)) => kind,
        Some(_) => return Err(D::Error::custom("@type: expected a string")),
        None => return Err(D::Error::custom("missing field `type`")),
    };
    let mut parts = Parts(Map::new());
    for name in own {
        if let Some(value) = all.remove(*name) {
            parts.0.insert((*name).to_owned(), value);
        }
    }
    let mut rest = Some(Value::Object(all));
    build(&mut parts, &kind, &mut || rest.take().unwrap_or_default()).map_err(D::Error::custom)
}

/// Declares the types of a kind of thing: their names on the wire and their structs.
macro_rules! kinds {
    (
        $(#[$doc:meta])* $name:ident;
        $($(#[$kind_doc:meta])* $wire:literal => $kind:ident;)+
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(tag = "type")]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$kind_doc])* #[serde(rename = $wire)] $kind($kind),)+
        }

        impl $name {
            /// The names of all types.
            pub const TYPES: &[&str] = &[$($wire),+];

            /// Its name on the wire.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$kind(_) => $wire,)+ }
            }

            fn read(kind: &str, rest: serde_json::Value) -> Result<Self, String> {
                match kind {
                    $($wire => typed::value_as::<$kind>(rest).map(Self::$kind),)+
                    other => Err(format!("@type: there is no `{other}`; known are {}", Self::TYPES.join(", "))),
                }
            }
        }

        $(impl From<$kind> for $name {
            fn from(kind: $kind) -> Self {
                Self::$kind(kind)
            }
        })+
    };
}

pub(super) use kinds;
