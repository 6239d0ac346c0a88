//! The operations as tools for AI assistants (Model Context Protocol).
//!
//! A [`Tool`] is an operation under a name of its own, with flat arguments: `path_contactId`, `query_limit`,
//! `body_firstName`. It is derived from the declaration and does no I/O: it makes a [`Request`] that any
//! [`Transport`](crate::operation::Transport) sends – a client, an in-memory CRM, a loopback over any
//! [`Crm`](crate::Crm).
//!
//! ```
//! use serde_json::json;
//! use smbcrm_core::mcp::Tool;
//!
//! let tool = Tool::find("contacts_add-tags").unwrap();
//! assert!(tool.is_documented() && !tool.is_read_only());
//! let arguments = json!({ "path_contactId": "CON1", "body_tags": ["vip"] });
//! let request = tool.request(arguments.as_object().unwrap(), None)?;
//! assert_eq!(request.path, "/contacts/CON1/tags");
//!
//! let refused = tool.request(json!({ "path_contactId": "CON1", "tags": [] }).as_object().unwrap(), None);
//! assert!(refused.unwrap_err().to_string().contains("did you mean `body_tags`?"));
//! # Ok::<(), smbcrm_core::Error>(())
//! ```

mod arguments;
mod schema;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::error::Result;
use crate::operation::{BodyKind, Checker, Method, Operation, Request, plain, read_back};

/// The tools that the live server offers, by the names it offers them under and in its order.
pub const DOCUMENTED: [&str; 36] = [
    "calendars_get-calendar-events",
    "calendars_get-appointment-notes",
    "contacts_get-contact",
    "contacts_get-contacts",
    "contacts_create-contact",
    "contacts_update-contact",
    "contacts_upsert-contact",
    "contacts_add-tags",
    "contacts_remove-tags",
    "contacts_get-all-tasks",
    "conversations_search-conversation",
    "conversations_get-messages",
    "conversations_send-a-new-message",
    "locations_get-location",
    "locations_get-custom-fields",
    "opportunities_search-opportunity",
    "opportunities_get-pipelines",
    "opportunities_get-opportunity",
    "opportunities_update-opportunity",
    "payments_get-order-by-id",
    "payments_list-transactions",
    "socialmediaposting_get-account",
    "socialmediaposting_get-social-media-statistics",
    "socialmediaposting_create-post",
    "socialmediaposting_get-post",
    "socialmediaposting_get-posts",
    "socialmediaposting_edit-post",
    "blogs_check-url-slug-exists",
    "blogs_create-blog-post",
    "blogs_update-blog-post",
    "blogs_get-blog-post",
    "blogs_get-blogs",
    "blogs_get-all-blog-authors-by-location",
    "blogs_get-all-categories-by-location",
    "emails_create-template",
    "emails_fetch-template",
];

/// What kind of thing a tool does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// It only reads.
    Read,
    /// It creates or changes.
    Write,
    /// It deletes or removes.
    Delete,
    /// It charges, refunds or bills.
    MoneyMovement,
}

impl Kind {
    /// `read`, `write`, `delete`, `money_movement`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
            Self::MoneyMovement => "money_movement",
        }
    }
}

/// An operation as a tool.
#[derive(Debug)]
pub struct Tool {
    operation: &'static Operation,
    name: String,
    documented: bool,
    input: OnceLock<schema::Input>,
    checker: OnceLock<Checker>,
}

impl Tool {
    /// Every tool: each operation but uploads, whose files have no JSON form. In the order of the declarations.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Tool>> = OnceLock::new();
        ALL.get_or_init(|| {
            crate::operations()
                .filter(|operation| operation.body != BodyKind::Multipart)
                .map(Self::of)
                .collect()
        })
    }

    /// The tools that the live server offers too, in its order; see [`DOCUMENTED`].
    pub fn documented() -> &'static [&'static Self] {
        static DOCUMENTED_TOOLS: OnceLock<Vec<&'static Tool>> = OnceLock::new();
        DOCUMENTED_TOOLS.get_or_init(|| DOCUMENTED.iter().filter_map(|name| Self::find(name)).collect())
    }

    /// The tool of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|tool| tool.name == name)
    }

    fn of(operation: &'static Operation) -> Self {
        // The live server writes this one product's name without its hyphens.
        let product = operation.product.name.replace("social-media-posting", "socialmediaposting");
        let name = format!("{product}_{}", operation.id);
        let documented = DOCUMENTED.contains(&name.as_str());
        Self { operation, name, documented, input: OnceLock::new(), checker: OnceLock::new() }
    }

    /// `<product>_<operation>`: `contacts_get-contact`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The operation that it calls.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Whether the live server offers it too; see [`DOCUMENTED`].
    pub fn is_documented(&self) -> bool {
        self.documented
    }

    /// Whether it only reads.
    pub fn is_read_only(&self) -> bool {
        self.operation.read
    }

    /// Whether calling it twice does no more than calling it once.
    pub fn is_idempotent(&self) -> bool {
        self.operation.idempotent
    }

    /// Whether it may overwrite or remove what is there. What only adds – a new contact, a tag, a message – does not.
    pub fn is_destructive(&self) -> bool {
        let operation = self.operation;
        let begins = |words: &[&str]| words.iter().any(|word| operation.id.starts_with(word));
        // A post that may be repeated overwrites what the first one wrote, as an upsert does – unless it is one of these.
        let adds = !operation.idempotent
            || (begins(&["add-", "validate-", "complete-", "live-chat-"])
                && !operation.id.contains("remove"));
        !(operation.read || operation.method == Method::Post && adds)
    }

    /// What kind of thing it does.
    pub fn kind(&self) -> Kind {
        let operation = self.operation;
        // The verb comes first, or behind `bulk`.
        let verb = operation.id.strip_prefix("bulk-").unwrap_or(operation.id);
        let removes = operation.method == Method::Delete
            || ["delete", "remove"].iter().any(|removing| verb.starts_with(removing));
        if operation.read {
            Kind::Read
        } else if matches!(operation.product.name, "payments" | "invoices") {
            Kind::MoneyMovement
        } else if removes {
            Kind::Delete
        } else {
            Kind::Write
        }
    }

    /// What an assistant is told of it: what it does, where it is in the API, and which scope it needs.
    pub fn description(&self) -> String {
        let operation = self.operation;
        let said = plain(operation.doc);
        let place = format!("{} {}; scope {}.", operation.method.as_str(), operation.path, operation.scope);
        let warning = if operation.deprecated { " Deprecated." } else { "" };
        format!("{said}\n\n{place}{warning}")
    }

    /// The JSON Schema of its arguments: one flat object that takes nothing undeclared.
    pub fn input_schema(&self) -> &Map<String, Value> {
        &self.input().schema
    }

    fn input(&self) -> &schema::Input {
        self.input.get_or_init(|| schema::Input::of(self.operation))
    }

    /// The argument that names the sub-account, where there is one: `query_locationId`.
    pub fn location_argument(&self) -> Option<&str> {
        self.input().location.as_deref()
    }

    /// The request that these arguments mean. `location` fills in the sub-account where the arguments name none.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`], naming every argument that is unknown, missing from the path or of no use where
    /// it stands. What the API itself refuses, it refuses when the request is sent.
    pub fn request(&self, arguments: &Map<String, Value>, location: Option<&str>) -> Result<Request> {
        arguments::request(self, arguments, location)
    }

    /// As [`Tool::request`], and held against what the operation declares: what a strict API would refuse is refused
    /// here. Nothing is sent.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`], naming every violation.
    pub fn rehearse(&self, arguments: &Map<String, Value>, location: Option<&str>) -> Result<Request> {
        let request = self.request(arguments, location)?;
        let checker = self.checker.get_or_init(|| Checker::new(self.operation));
        checker.check(&read_back(&request)?)?;
        Ok(request)
    }
}
