//! The answering half: decoded arguments and the route table.

use std::fmt;

use serde_json::Value;

use super::multipart::{FromParts, Part};
use super::{BoxFuture, Operation, Response, asked};
use crate::error::{Error, Result};
use crate::shape::{self, Node, Shaped};

/// How one operation of a product is answered: decode the arguments, call the trait, encode the reply.
#[allow(clippy::exhaustive_structs)] // must be writable as a constant, by hand too
pub struct Route<S: ?Sized + 'static> {
    /// The operation.
    pub operation: &'static Operation,
    /// Calls it on a service.
    pub call: for<'a> fn(&'a S, Arguments) -> BoxFuture<'a, Result<Response>>,
}

impl<S: ?Sized> fmt::Debug for Route<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Route({})", self.operation)
    }
}

/// What a call brought: path parameters, query and body, none of them typed yet.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Arguments {
    /// The path's parameters by their wire names, decoded.
    pub params: Vec<(String, String)>,
    /// The query's pairs, decoded.
    pub query: Vec<(String, String)>,
    /// The body.
    pub payload: Payload,
}

/// A received body.
#[derive(Default)]
#[non_exhaustive]
pub enum Payload {
    /// None.
    #[default]
    Empty,
    /// JSON, or a form's fields as an object.
    Json(Value),
    /// A multipart form.
    Multipart(Vec<Part>),
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::Json(_) => "Json",
            Self::Multipart(_) => "Multipart",
        })
    }
}

impl Arguments {
    /// The arguments of a call.
    pub fn new(params: Vec<(String, String)>, query: Vec<(String, String)>, payload: Payload) -> Self {
        Self { params, query, payload }
    }

    /// A path parameter.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] when it is missing or not of its type.
    pub fn param<T: Shaped>(&self, name: &str) -> Result<T> {
        let mut value = T::blank();
        match self.param_into(name, &mut value) {
            Ok(()) => Ok(value),
            Err(error) => Err(error),
        }
    }

    fn param_into(&self, name: &str, value: &mut dyn Node) -> Result<()> {
        let text = self
            .params
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .ok_or_else(|| refused(&format!("{name} should not be empty")))?;
        asked::read_one(text, value).map_err(|error| refused(&format!("{name}: {error}")))
    }

    /// The query as its struct.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] with what does not fit.
    pub fn query<T: Shaped>(&self) -> Result<T> {
        let mut value = T::blank();
        match self.query_into(&mut value) {
            Ok(()) => Ok(value),
            Err(error) => Err(error),
        }
    }

    /// The body as its struct; no body reads as an empty object.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] with the path of what does not fit.
    pub fn json<T: Shaped>(self) -> Result<T> {
        let mut value = T::blank();
        match self.json_into(&mut value) {
            Ok(()) => Ok(value),
            Err(error) => Err(error),
        }
    }

    fn query_into(&self, value: &mut dyn Node) -> Result<()> {
        asked::read(&self.query, value).map_err(|error| refused(&error))
    }

    fn json_into(self, value: &mut dyn Node) -> Result<()> {
        let json = match self.payload {
            Payload::Json(json) => json,
            Payload::Empty => Value::Object(serde_json::Map::new()),
            Payload::Multipart(_) => return Err(refused("the body must be JSON")),
        };
        shape::read_value(json, value).map_err(|error| refused(&error.to_string()))
    }

    /// The multipart body as its struct.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] when there is none or a part is missing.
    pub fn multipart<T: FromParts>(self) -> Result<T> {
        match self.payload {
            Payload::Multipart(parts) => T::from_parts(parts),
            _ => Err(refused("the body must be multipart/form-data")),
        }
    }
}

fn refused(message: &str) -> Error {
    Error::from_wire(
        None,
        422,
        serde_json::json!({ "message": [message], "error": "Unprocessable Entity", "statusCode": 422 }),
    )
}
