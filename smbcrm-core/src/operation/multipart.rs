//! Multipart forms: uploads.

use std::fmt;

use bytes::Bytes;

use crate::error::Result;

/// One part of a multipart form: a field or a file.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// The field's name.
    pub name: String,
    /// The file's name; `None` for a plain field.
    pub file_name: Option<String>,
    /// The media type, where one was given.
    pub content_type: Option<String>,
    /// The content.
    pub data: Bytes,
}

impl Part {
    /// A plain field.
    pub fn field(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), file_name: None, content_type: None, data: Bytes::from(value.into()) }
    }

    /// A file.
    pub fn file(
        name: impl Into<String>,
        file_name: impl Into<String>,
        content_type: impl Into<String>,
        data: impl Into<Bytes>,
    ) -> Self {
        Self {
            name: name.into(),
            file_name: Some(file_name.into()),
            content_type: Some(content_type.into()),
            data: data.into(),
        }
    }

    /// The content as text, when it is text.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.data).ok()
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Part({:?}, {:?}, {} bytes)", self.name, self.file_name, self.data.len())
    }
}

/// An input that is sent as a multipart form.
pub trait IntoParts {
    /// The form's parts, in order.
    fn into_parts(self) -> Vec<Part>;
}

/// An input that is read from a multipart form.
pub trait FromParts: Sized {
    /// Reads the form.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`], naming the part that is missing or wrong.
    fn from_parts(parts: Vec<Part>) -> Result<Self>;
}
