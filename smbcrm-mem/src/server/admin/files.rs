//! Uploaded files, at the addresses that the API answers for them.

use bytes::Bytes;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{Method, Response};

use crate::MemCrm;

/// The file that a request asks for; like the real ones it needs no token and no key.
pub(super) fn find(crm: &MemCrm, head: &Parts) -> Option<Response<Bytes>> {
    let id = head.uri.path().strip_prefix("/_mem/files/")?;
    if head.method != Method::GET && head.method != Method::HEAD {
        return None;
    }
    let file = crm.admin().file(id)?;
    let mut answer = Response::new(file.data);
    let headers = answer.headers_mut();
    let media = HeaderValue::try_from(file.media_type.as_str());
    headers.insert(CONTENT_TYPE, media.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    // A page that somebody uploaded must not act as this server's own, which the admin API would listen to.
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Some(answer)
}

/// How much may be put at the address that a request names, and a byte more; `None` where it names no upload that
/// waits for its content.
pub(in crate::server) fn room(crm: &MemCrm, head: &Parts) -> Option<usize> {
    let id = head.uri.path().strip_prefix("/_mem/uploads/")?;
    let most = if head.method == Method::PUT { crm.admin().upload_room(id)? } else { return None };
    Some(usize::try_from(most).unwrap_or(usize::MAX).saturating_add(1))
}

/// An answer that is a file to be kept.
pub(super) fn download(file: Bytes) -> Response<Bytes> {
    let mut answer = Response::new(file);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// Takes the content of a file at the address that an upload was told to put it. Like the real address it needs no
/// token and no key: it is a secret of its own.
pub(super) fn take(crm: &MemCrm, head: &Parts, body: &[u8]) -> Option<Response<Bytes>> {
    let id = head.uri.path().strip_prefix("/_mem/uploads/")?;
    if head.method != Method::PUT {
        return None;
    }
    crm.admin().put_upload(id, Bytes::copy_from_slice(body))?;
    Some(Response::new(Bytes::new()))
}
