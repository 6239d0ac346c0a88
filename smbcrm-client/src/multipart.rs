//! Files in a request: a body of `multipart/form-data`.
//!
//! The heads of the parts are written here and their data is handed on as it is, so that nothing is copied, however
//! often a request is sent again.

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::convert::Infallible;
use std::hash::{BuildHasher as _, Hasher as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{BufMut as _, Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use smbcrm_core::operation::Part;
use smbcrm_core::{Error, ErrorKind};

/// What a part's name cannot hold as it is.
const NAME: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'#')
    .add(b'?')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b'%');

/// The parts' media type, with their boundary, and the body.
pub(crate) fn form(parts: &[Part]) -> Result<(String, Chunks), Error> {
    let boundary = boundary();
    let mut chunks = VecDeque::with_capacity(2 * parts.len() + 1);
    let mut head = BytesMut::new();
    for part in parts {
        head.put_slice(format!("--{boundary}\r\n").as_bytes());
        write_head(&mut head, part)?;
        chunks.push_back(head.split().freeze());
        chunks.push_back(part.data.clone());
        head.put_slice(b"\r\n");
    }
    head.put_slice(format!("--{boundary}--\r\n").as_bytes());
    chunks.push_back(head.freeze());
    // An empty chunk would end the body for some.
    chunks.retain(|chunk| !chunk.is_empty());
    Ok((format!("multipart/form-data; boundary={boundary}"), Chunks(chunks)))
}

fn write_head(head: &mut BytesMut, part: &Part) -> Result<(), Error> {
    let name = utf8_percent_encode(&part.name, NAME).to_string();
    let is_plain = name == part.name;
    let name = if is_plain { format!("name=\"{name}\"") } else { format!("name*=utf-8''{name}") };
    head.put_slice(format!("Content-Disposition: form-data; {name}").as_bytes());
    if let Some(file) = &part.file_name {
        // RFC 7578 wants the name of a file as it is, but for what would end it, or the line; browsers write that so.
        let file = file.replace('\\', "\\\\").replace('"', "\\\"").replace('\r', "%0D").replace('\n', "%0A");
        head.put_slice(format!("; filename=\"{file}\"").as_bytes());
    }
    if let Some(kind) = &part.content_type {
        if !is_media_type(kind) {
            let text = format!("`{kind}` is no media type (part `{}`)", part.name);
            return Err(Error::new(ErrorKind::Invalid, text));
        }
        head.put_slice(format!("\r\nContent-Type: {kind}").as_bytes());
    }
    head.put_slice(b"\r\n\r\n");
    Ok(())
}

/// Whether it reads `type/subtype`, with or without parameters, and can stand in a header.
fn is_media_type(text: &str) -> bool {
    let is_token = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    let (kind, parameters) = text.split_once(';').unwrap_or((text, ""));
    let is_kind =
        kind.trim().split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    is_kind && parameters.bytes().all(|byte| (b' '..=b'~').contains(&byte) || byte == b'\t')
}

/// A line that no part contains: 128 random bits, from where the standard library has its own.
fn boundary() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

/// A body in pieces, whose length is known.
#[derive(Debug)]
pub(crate) struct Chunks(VecDeque<Bytes>);

impl http_body::Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|chunk| Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.iter().map(|chunk| chunk.len() as u64).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(parts: &[Part]) -> (String, String) {
        let (media, chunks) = form(parts).unwrap();
        let body: Vec<u8> = chunks.0.into_iter().flatten().collect();
        let boundary = media.strip_prefix("multipart/form-data; boundary=").unwrap().to_owned();
        (boundary, String::from_utf8(body).unwrap())
    }

    #[test]
    fn parts_stand_between_boundaries() {
        let text = Part::field("note", "hi");
        let empty = Part::file("a b", "a\"b.txt", "text/plain; charset=utf-8", "");
        let (boundary, body) = written(&[text, empty]);
        let expected = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhi\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name*=utf-8''a%20b; filename=\"a\\\"b.txt\"\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n\r\n--{boundary}--\r\n"
        );
        assert_eq!(body, expected);
        assert_ne!(written(&[]).0, written(&[]).0);
    }

    #[test]
    fn what_is_no_media_type_is_refused() {
        for kind in ["text", "text/", "/plain", "te xt/plain", "text/plain;a=\r\nX: 1", ""] {
            let error = form(&[Part::file("f", "a", kind, "x")]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid, "{kind:?}");
        }
    }
}
