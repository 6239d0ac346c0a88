//! Forms with files, as they come over HTTP (RFC 7578). The whole of one is in memory.

use bytes::Bytes;
use memchr::memmem;
use smbcrm_core::operation::Part;
use smbcrm_core::{Error, Result};

use crate::refusal;

/// How many parts a form may have.
const MAX_PARTS: usize = 100;

/// Reads the parts of a form. Their data is not copied.
///
/// # Errors
/// 400 where it is no form, or not the whole of one; 413 for too many parts.
pub(super) fn parts(media: &str, body: &Bytes) -> Result<Vec<Part>> {
    let boundary = boundary(media).ok_or_else(|| broken("multipart boundary not found in Content-Type"))?;
    let incomplete = || broken("incomplete multipart stream");
    let delimiter = format!("\r\n--{boundary}");
    let delimiter = memmem::Finder::new(&delimiter);
    let first = &delimiter.needle()[2..];
    let mut at = memmem::find(body, first).ok_or_else(incomplete)? + first.len();
    let mut parts = Vec::new();
    loop {
        let rest = &body[at..];
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        let padding = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if !rest[padding..].starts_with(b"\r\n") {
            return Err(incomplete());
        }
        if parts.len() == MAX_PARTS {
            return Err(refusal::server(413, "Too many parts"));
        }
        let head = at + padding + 2;
        let end = memmem::find(&body[head..], b"\r\n\r\n");
        let end = head + end.ok_or_else(|| broken("failed to read field complete headers"))?;
        let mut part = described(&body[head..end]).ok_or_else(|| broken("failed to read headers"))?;
        let data = end + 4;
        let length = delimiter.find(&body[data..]);
        let length =
            length.ok_or_else(|| broken(&format!("field {:?} received with incomplete data", part.name)))?;
        part.data = body.slice(data..data + length);
        parts.push(part);
        at = data + length + delimiter.needle().len();
    }
}

fn broken(why: &str) -> Error {
    refusal::bad_request(&format!("Multipart: {why}"))
}

/// What the media type says stands between the parts.
fn boundary(media: &str) -> Option<&str> {
    let mut parameters = media.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    let value = value.trim();
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    (!value.is_empty()).then_some(value)
}

/// A part without its data, as its headers describe it; `None` where they are none.
fn described(head: &[u8]) -> Option<Part> {
    let mut part = Part::default();
    for line in std::str::from_utf8(head).ok()?.split("\r\n").filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_token) {
            return None;
        }
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-disposition") {
            for (name, value) in attributes(value) {
                match name.as_str() {
                    "name" => part.name = value,
                    "filename" => part.file_name = Some(value),
                    _ => {}
                }
            }
        } else if name.eq_ignore_ascii_case("content-type") && value.contains('/') {
            let (kind, parameters) = value.split_at(value.find(';').unwrap_or(value.len()));
            part.content_type = Some(format!("{}{parameters}", kind.to_ascii_lowercase()));
        }
    }
    Some(part)
}

/// The attributes of a content disposition: in quotes, or up to the next one. What stands in quotes names none.
fn attributes(header: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', '\t', ';']).to_ascii_lowercase();
        let after = after.trim_start();
        let (value, behind) = match after.strip_prefix('"') {
            Some(quoted) => {
                let is_end = |at: &usize| !quoted[..*at].ends_with('\\');
                let end = quoted.match_indices('"').map(|(at, _)| at).find(is_end).unwrap_or(quoted.len());
                (quoted[..end].replace("\\\"", "\""), quoted.get(end + 1..).unwrap_or_default())
            }
            None => {
                let end = after.find([';', ' ']).unwrap_or(after.len());
                (after[..end].to_owned(), &after[end..])
            }
        };
        found.push((name, value));
        rest = behind;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Vec<Part>> {
        parts("multipart/form-data; charset=utf-8; boundary=\"b\"", &Bytes::copy_from_slice(body.as_bytes()))
    }

    #[test]
    fn parts_are_told_apart() {
        let parts = read(
            "before\r\n--b \r\nContent-Disposition: form-data; filename=\"a \\\"1\\\".txt\"; name=\"f\"\r\n\
             content-type: Text/Plain; charset=UTF-8\r\n\r\nx\r\n--c\r\n--b\r\n\
             Content-Disposition: form-data; name = n ;\r\n\r\n\r\n--b--after",
        )
        .unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!((&*parts[0].name, parts[0].file_name.as_deref()), ("f", Some("a \"1\".txt")));
        assert_eq!(parts[0].content_type.as_deref(), Some("text/plain; charset=UTF-8"));
        assert_eq!(&parts[0].data[..], b"x\r\n--c");
        assert_eq!((&*parts[1].name, parts[1].file_name.as_deref(), parts[1].data.len()), ("n", None, 0));
        assert!(read("--b--").unwrap().is_empty());
    }

    #[test]
    fn a_file_name_in_quotes_names_no_field() {
        let parts = read(
            "--b\r\nContent-Disposition: form-data; filename=\"x; name=evil\"; name=\"f\"\r\n\r\nx\r\n--b--",
        )
        .unwrap();
        assert_eq!((&*parts[0].name, parts[0].file_name.as_deref()), ("f", Some("x; name=evil")));
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let head = "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n";
        for (body, why) in [
            ("", "incomplete multipart stream"),
            ("--b", "incomplete multipart stream"),
            ("--bX\r\n", "incomplete multipart stream"),
            ("--b\r\nContent-Disposition: form-data\r\n", "failed to read field complete headers"),
            ("--b\r\nno header\r\n\r\nx\r\n--b--", "failed to read headers"),
            (&format!("{head}x\r\n--c--"), "field \"f\" received with incomplete data"),
        ] {
            let error = read(body).unwrap_err();
            assert_eq!(error.messages(), [format!("Multipart: {why}")], "{body}");
        }
        assert!(parts("multipart/form-data", &Bytes::new()).is_err());
        let many = format!("{}--b--", format!("{head}\r\n").repeat(MAX_PARTS + 1));
        assert_eq!(read(&many).unwrap_err().status(), Some(413));
    }
}
