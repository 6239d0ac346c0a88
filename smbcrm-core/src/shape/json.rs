//! Records as JSON text, written without a serializer between: keys come with their quotes and colon.

use serde_json::{Map, Value};

use super::{Node, Place, Record, View, iso_text};

/// A value as JSON text.
pub fn to_vec(node: &dyn Node) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    write(&node.view(), &mut out);
    out
}

/// Appends a value's JSON text. What is absent is written as null: only a record can leave a key out.
pub fn write(view: &View<'_>, out: &mut Vec<u8>) {
    match view {
        View::Absent | View::Null => out.extend_from_slice(b"null"),
        View::Bool(true) => out.extend_from_slice(b"true"),
        View::Bool(false) => out.extend_from_slice(b"false"),
        View::Signed(number) => plain(number, out),
        View::Unsigned(number) => plain(number, out),
        View::Float(number) => plain(number, out),
        View::Number(number) => plain(number, out),
        View::Text(text) => string(text, out),
        View::Owned(text) => string(text, out),
        View::Instant(at) => {
            out.push(b'"');
            out.extend_from_slice(iso_text(at).as_bytes());
            out.push(b'"');
        }
        View::Record(record) => {
            out.push(b'{');
            let first = out.len();
            fields(*record, first, out);
            out.push(b'}');
        }
        View::Tagged(name, record) => {
            out.push(b'{');
            let first = out.len();
            tagged(name, *record, first, out);
            out.push(b'}');
        }
        View::List(list) => {
            out.push(b'[');
            for at in 0..list.len() {
                if at > 0 {
                    out.push(b',');
                }
                write(&list.at(at), out);
            }
            out.push(b']');
        }
        View::Map(entries) => {
            out.push(b'{');
            let first = out.len();
            for (key, value) in entries.entries() {
                named(key, first, out);
                write(&value, out);
            }
            out.push(b'}');
        }
        View::Object(object) => plain(object, out),
        View::Json(value) => plain(value, out),
        View::Made(value) => plain(value, out),
    }
}

/// Appends `"key":`, with a comma before it unless the object begins here.
fn named(key: &str, first: usize, out: &mut Vec<u8>) {
    if out.len() > first {
        out.push(b',');
    }
    string(key, out);
    out.push(b':');
}

fn tagged(name: &str, record: &dyn Record, first: usize, out: &mut Vec<u8>) {
    named("type", first, out);
    string(name, out);
    fields(record, first, out);
}

fn fields(record: &dyn Record, first: usize, out: &mut Vec<u8>) {
    for (at, field) in record.shape().fields.iter().enumerate() {
        let view = record.field(at);
        if view.is_absent() {
            continue;
        }
        if field.place == Place::Flat {
            match view {
                View::Record(inner) => fields(inner, first, out),
                View::Tagged(name, inner) => tagged(name, inner, first, out),
                View::Made(Value::Object(object)) => entries(&object, first, out),
                View::Object(object) => entries(object, first, out),
                _ => {}
            }
            continue;
        }
        if out.len() > first {
            out.push(b',');
        }
        out.extend_from_slice(field.key.as_bytes());
        write(&view, out);
    }
    if let Some(extra) = record.extra() {
        entries(extra, first, out);
    }
}

fn entries(object: &Map<String, Value>, first: usize, out: &mut Vec<u8>) {
    for (key, value) in object {
        named(key, first, out);
        plain(value, out);
    }
}

fn plain(value: &(impl serde::Serialize + ?Sized), out: &mut Vec<u8>) {
    // Writing to memory fails for nothing that JSON has a form for.
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.extend_from_slice(b"null");
    }
}

/// Appends a text in quotes. Nearly all texts need no escaping, and are copied as they are.
fn string(text: &str, out: &mut Vec<u8>) {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        return plain(text, out);
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}
