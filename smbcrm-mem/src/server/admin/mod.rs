//! The admin API under `/_mem/`.

use bytes::Bytes;
use http::request::Parts;
use http::{Response, StatusCode};
use serde_json::json;
use smbcrm_core::Error;

use super::answer;
use super::dispatch::Policy;
use crate::MemCrm;

pub(super) fn index(base_url: &str) -> Bytes {
    json!({ "base": base_url }).to_string().into()
}
pub(super) fn answer(_: &MemCrm, _: &Policy, _: &Parts, _: &[u8]) -> Response<Bytes> {
    answer::json(StatusCode::OK, Bytes::from_static(b"{}"))
}
pub(super) fn refused_body(_: &Error) -> Response<Bytes> {
    broken()
}
pub(super) fn broken() -> Response<Bytes> {
    answer::json(StatusCode::INTERNAL_SERVER_ERROR, Bytes::from_static(b"{}"))
}
