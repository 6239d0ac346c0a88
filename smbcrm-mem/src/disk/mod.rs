//! Worlds on disk: saved, loaded, and kept while they are used.
//!
//! A file is a first line that says what it is, and then lines of JSON, each behind its checksum. The first of them
//! are a *checkpoint*: everything there was at one moment. Whatever follows are changes, one line for each critical
//! section: who opens the file carries them out again. [`MemCrm::save`] writes a checkpoint alone;
//! [`MemCrmBuilder::persist`](crate::MemCrmBuilder::persist) keeps a file whose changes grow with the world, and
//! writes a new checkpoint when they have grown too many.
//!
//! - A line is written before the lock is released under which the change was made, hence before anybody is told: a
//!   process that is killed loses nothing that it acknowledged. A machine that loses power may, unless
//!   [`fsync`](crate::MemCrmBuilder::fsync) is asked for.
//! - A line that is cut off at the end of a file was never acknowledged; it is dropped. Damage anywhere else is an error.
//! - A checkpoint is written beside the file and put in its place by renaming: there is always a whole one.
//!
//! What a line says follows from the list of rows (`world/row.rs`) and where they are kept (`world/places.rs`); what
//! belongs to no sub-account is a [part](parts).
//!
//! ```
//! use smbcrm_mem::{MemCrm, Seed};
//!
//! # fn main() -> Result<(), smbcrm_mem::DiskError> {
//! # let path = std::env::temp_dir().join(format!("smbcrm-doc-{}.world", std::process::id()));
//! let crm = MemCrm::builder().seed_with(Seed::Demo).build();
//! crm.save(&path)?;
//! let same = MemCrm::load(&path)?;
//! assert!(crm.snapshot().diff(&same.snapshot()).is_empty());
//! # std::fs::remove_file(&path).unwrap();
//! # Ok(()) }
//! ```

mod entry;
mod error;
mod line;
mod log;
mod parts;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

pub use error::{DiskError, DiskProblem};
pub(crate) use log::{Keeper, Log, Opened};
pub(crate) use parts::{DICE, EXCHANGE, SALES_BOOST, SMARFLE};

use crate::MemCrm;
use crate::world::Snapshot;

impl Snapshot {
    /// Writes this moment to a file, in place of what the file was before. Either all of it is written or nothing.
    ///
    /// Tokens are saved as fingerprints; nobody can read their values from the file. Everything else is in it as it is.
    ///
    /// # Errors
    /// What went wrong with the file, and which file.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), DiskError> {
        let path = path.as_ref();
        line::replace(path, &line::beside(path, &format!("{}.tmp", std::process::id())), |out| {
            self.write_to(out)
        })
    }

    /// Reads a moment from a file that [`Snapshot::save`] or [`MemCrm::save`] wrote, or that a world is
    /// [kept](crate::MemCrmBuilder::persist) in.
    ///
    /// # Errors
    /// What is wrong with the file, and which file; see [`DiskProblem`].
    pub fn load(path: impl AsRef<Path>) -> Result<Self, DiskError> {
        let path = path.as_ref();
        let file =
            std::fs::File::open(path).map_err(|error| DiskError::io(path, "cannot be opened", &error))?;
        Ok(entry::read(file, path)?.snapshot)
    }

    /// The moment as the bytes of a file.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = line::header();
        // Writing into memory does not fail.
        let _ = self.write_to(&mut bytes);
        bytes
    }

    /// A moment from the bytes of a file; `name` is what an error calls them.
    pub(crate) fn from_bytes(bytes: &[u8], name: &str) -> Result<Self, DiskError> {
        Ok(entry::read(bytes, Path::new(name))?.snapshot)
    }
}

impl MemCrm {
    /// Writes the world to a file, in place of what the file was before; see [`Snapshot::save`].
    ///
    /// # Errors
    /// What went wrong with the file, and which file.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), DiskError> {
        self.snapshot().save(path)
    }

    /// A world from a file that [`MemCrm::save`] wrote, used as its owner. It goes its own way from there: to keep
    /// what happens in it, see [`MemCrmBuilder::persist`](crate::MemCrmBuilder::persist).
    ///
    /// Time goes on where it was: a virtual clock stands where it stood, a real one is moved as far from the machine's
    /// as it was.
    ///
    /// # Errors
    /// What is wrong with the file, and which file; see [`DiskProblem`].
    pub fn load(path: impl AsRef<Path>) -> Result<Self, DiskError> {
        Ok(Self::of_snapshot(&Snapshot::load(path)?))
    }

    /// Writes a new checkpoint to the file that the world is kept in, so that the file is as small as can be. That
    /// happens by itself when the file has grown; without a file nothing happens.
    ///
    /// # Errors
    /// What went wrong with the file. The old one is as good as before.
    pub fn checkpoint(&self) -> Result<(), DiskError> {
        let Some(log) = self.world.log.get() else { return Ok(()) };
        log.checkpoint(|| Some(self.world.moment(|| log.mark())))
    }

    /// What went wrong with the file that the world is kept in; `None` while all is well.
    ///
    /// Calls that change something are refused as long as that is so. A new checkpoint is tried again and again, and
    /// heals it.
    pub fn disk_error(&self) -> Option<DiskError> {
        self.world.log.get()?.broken()
    }

    /// The file that the world is kept in, if it is.
    pub fn data_file(&self) -> Option<&Path> {
        self.world.log.get().map(|log| log.path())
    }
}

/// Bytes as text.
pub(crate) mod base64 {
    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(crate) fn serialize<S: Serializer>(bytes: &Bytes, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD.decode(text).map(Bytes::from).map_err(de::Error::custom)
    }
}

/// [`base64`], where there may be no bytes.
pub(crate) mod base64_option {
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Some_(#[serde(with = "super::base64")] Bytes);

    #[allow(clippy::ref_option)] // serde hands the field over as it is
    pub(crate) fn serialize<S: Serializer>(bytes: &Option<Bytes>, to: S) -> Result<S::Ok, S::Error> {
        bytes.clone().map(Some_).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Bytes>, D::Error> {
        Ok(Option::<Some_>::deserialize(from)?.map(|some| some.0))
    }
}

/// A file of a known media type, where there may be none.
pub(crate) mod raw_option {
    use super::Arc;
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use smbcrm_core::operation::Raw;

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Kept {
        content_type: String,
        #[serde(with = "super::base64")]
        bytes: Bytes,
    }

    #[allow(clippy::ref_option)] // serde hands the field over as it is
    pub(crate) fn serialize<S: Serializer>(raw: &Option<Arc<Raw>>, to: S) -> Result<S::Ok, S::Error> {
        let kept =
            raw.as_ref().map(|raw| Kept { content_type: raw.content_type.clone(), bytes: raw.bytes.clone() });
        kept.serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Arc<Raw>>, D::Error> {
        let kept = Option::<Kept>::deserialize(from)?;
        Ok(kept.map(|kept| Arc::new(Raw::new(kept.content_type, kept.bytes))))
    }
}
