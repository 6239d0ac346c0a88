//! What stands on a field: serde's words, and a few of our own.
//!
//! The model's attribute writes the serde code, so it is the one to read `#[serde(…)]`; what it does not know it refuses.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, ExprPath, Field, LitStr, Type};

/// A field's attributes, read and taken off the field.
#[derive(Default)]
pub(super) struct Attributes {
    /// `rename = "…"`.
    pub(super) rename: Option<String>,
    /// `alias = "…"`, any number of them.
    pub(super) aliases: Vec<String>,
    /// `default`, or `default = "…"`.
    pub(super) default: bool,
    /// What makes the value of a field that is left out.
    pub(super) default_by: Option<ExprPath>,
    /// `skip_serializing_if = "…"`.
    pub(super) skip_if: Option<ExprPath>,
    /// `skip_serializing` or `skip`.
    pub(super) unwritten: bool,
    /// `skip_deserializing` or `skip`.
    pub(super) unread: bool,
    /// `serialize_with`, or what `with` says.
    pub(super) write_with: Option<ExprPath>,
    /// `deserialize_with`, or what `with` says.
    pub(super) read_with: Option<ExprPath>,
    /// `flatten`.
    pub(super) flat: bool,
    /// `#[plain]`: nothing follows from the type; an empty option is written as null.
    pub(super) plain: bool,
    /// `#[schema(Type)]`: it looks like this type on the wire.
    pub(super) looks: Option<Type>,
    /// `#[schema(skip)]`: no schema shows it.
    pub(super) unlisted: bool,
    /// `#[wire(kind = path)]`: it looks like this constant says.
    pub(super) kind: Option<ExprPath>,
    /// `#[wire(view = path)]`: a function of the whole record says what it holds.
    pub(super) view: Option<ExprPath>,
    /// `#[wire(slot = path)]`: a function of the whole record says where to put it.
    pub(super) slot: Option<ExprPath>,
}

const OURS: &[&str] = &["serde", "plain", "schema", "wire"];

/// Whether only the model's attribute understands it.
pub(super) fn is_ours(attribute: &Attribute) -> bool {
    OURS.iter().any(|known| attribute.path().is_ident(known))
}

impl Attributes {
    pub(super) fn take(field: &mut Field) -> syn::Result<Self> {
        let mut read = Self::default();
        for attribute in field.attrs.iter().filter(|attribute| is_ours(attribute)) {
            read.attribute(attribute)?;
        }
        field.attrs.retain(|attribute| !is_ours(attribute));
        Ok(read)
    }

    fn attribute(&mut self, attribute: &Attribute) -> syn::Result<()> {
        if attribute.path().is_ident("plain") {
            self.plain = true;
        } else if attribute.path().is_ident("schema") {
            match attribute.parse_args::<Type>()? {
                Type::Path(path) if path.path.is_ident("skip") => self.unlisted = true,
                looks => self.looks = Some(looks),
            }
        } else if attribute.path().is_ident("wire") {
            attribute.parse_nested_meta(|meta| {
                let path: ExprPath = meta.value()?.parse()?;
                match () {
                    () if meta.path.is_ident("view") => self.view = Some(path),
                    () if meta.path.is_ident("slot") => self.slot = Some(path),
                    () if meta.path.is_ident("kind") => self.kind = Some(path),
                    () => return Err(meta.error("write `#[wire(kind = PATH, view = path, slot = path)]`")),
                }
                Ok(())
            })?;
        } else {
            attribute.parse_nested_meta(|meta| self.serde(&meta))?;
        }
        Ok(())
    }

    fn serde(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match name.as_str() {
            "rename" => self.rename = Some(text(meta)?.value()),
            "alias" => self.aliases.push(text(meta)?.value()),
            "default" => {
                self.default = true;
                if meta.input.peek(syn::Token![=]) {
                    self.default_by = Some(path(meta)?);
                }
            }
            "skip_serializing_if" => self.skip_if = Some(path(meta)?),
            "skip_serializing" => self.unwritten = true,
            "skip_deserializing" => self.unread = true,
            "skip" => (self.unwritten, self.unread) = (true, true),
            "flatten" => self.flat = true,
            "with" => {
                let module = path(meta)?;
                self.write_with = Some(within(&module, "serialize"));
                self.read_with = Some(within(&module, "deserialize"));
            }
            "serialize_with" => self.write_with = Some(path(meta)?),
            "deserialize_with" => self.read_with = Some(path(meta)?),
            _ => return Err(meta.error("a model does not know this attribute of serde's")),
        }
        Ok(())
    }
}

fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    meta.value()?.parse()
}

fn path(meta: &ParseNestedMeta<'_>) -> syn::Result<ExprPath> {
    let text = text(meta)?;
    match text.parse::<Expr>()? {
        Expr::Path(path) => Ok(path),
        other => Err(syn::Error::new_spanned(other, "a path to a function is expected")),
    }
}

fn within(module: &ExprPath, name: &str) -> ExprPath {
    let mut path = module.clone();
    let name = syn::Ident::new(name, proc_macro2::Span::call_site());
    path.path.segments.push(name.into());
    path
}
