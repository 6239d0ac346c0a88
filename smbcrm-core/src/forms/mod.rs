//! Forms: what they are called, what visitors submitted to them, and files for a contact.
//!
//! ```
//! use smbcrm_core::forms::ListFormSubmissions;
//! use smbcrm_core::paging::{FormsExt, TryStreamExt};
//! use smbcrm_core::types::{ContactId, FormId};
//! use smbcrm_core::{Crm, Result};
//!
//! async fn who_asked(crm: &dyn Crm, form: &FormId) -> Result<Vec<ContactId>> {
//!     let wanted = ListFormSubmissions::new("LOC1").form_id(form); // of the last thirty days
//!     let submissions: Vec<_> = crm.forms().list_submissions_stream(wanted).try_collect().await?;
//!     Ok(submissions.into_iter().map(|submission| submission.contact_id).collect())
//! }
//! ```

mod answers;
mod model;
mod submission;
mod upload;

use std::sync::Arc;

pub use answers::*;
pub use model::*;
pub use submission::*;
pub use upload::*;

use crate::api;
use crate::contacts::Contact;
use crate::error::Result;
use crate::operation::Product;

/// The product's facts.
pub static FORMS: Product = Product {
    name: "forms",
    version: "2021-07-28",
    summary: "Forms, what visitors submitted to them, and files for contacts.",
};

/// Forms and what visitors submitted to them.
#[api(product = FORMS)]
pub trait Forms: Send + Sync {
    /// Lists what visitors submitted to forms, newest first.
    ///
    /// Of the last thirty days, unless told otherwise.
    #[get(
        "/forms/submissions",
        id = "get-forms-submissions",
        scope = "forms.readonly",
        location = "locationId"
    )]
    async fn list_submissions(&self, query: ListFormSubmissions) -> Result<FormSubmissionPage>;

    /// Uploads files into file custom fields of a contact; answers with the contact as it is then.
    #[post(
        "/forms/upload-custom-files",
        id = "upload-to-custom-fields",
        scope = "forms.write",
        location = "locationId",
        body = multipart,
        status = 200,
        key = "contact"
    )]
    async fn upload_files(&self, #[query] target: UploadTarget, files: ContactFiles) -> Result<Arc<Contact>>;

    /// Lists the forms of a sub-account.
    #[get("/forms/", id = "get-forms", scope = "forms.readonly", location = "locationId")]
    async fn list(&self, query: ListForms) -> Result<FormPage>;
}
