//! What the contract does not say of forms: forks, the admin's own part, several sub-accounts.

use futures::executor::block_on;
use smbcrm_core::forms::{Answers, ContactFiles, FormField, ListFormSubmissions, UploadTarget};
use smbcrm_core::locations::{CreateCustomField, CustomFieldType};
use smbcrm_core::operation::Part;
use smbcrm_core::types::FieldValue;
use smbcrm_core::{Crm, ErrorKind};

use crate::MemCrm;

fn total(crm: &MemCrm) -> u64 {
    block_on(crm.forms().list_submissions(ListFormSubmissions::new(crm.location()))).unwrap().meta.total
}

#[test]
fn a_fork_has_submissions_of_its_own() {
    let crm = MemCrm::new();
    let form = crm.admin().add_form(crm.location(), "Contact us", []).unwrap();
    let fork = crm.fork();
    fork.admin().submit_form(&form.id, Answers::new().answer("email", "a@b.example")).unwrap();
    assert_eq!((total(&crm), total(&fork)), (0, 1));
}

#[test]
fn a_form_belongs_to_its_sub_account() {
    let crm = MemCrm::new();
    crm.admin().found(&"LOC2".into());
    let form = crm.admin().add_form(&"LOC2".into(), "There", []).unwrap();
    assert_eq!(form.location_id, "LOC2");
    let made = crm.admin().submit_form(&form.id, Answers::new().answer("email", "a@b.example")).unwrap();
    let contact = block_on(crm.contacts().get(&made.contact_id)).unwrap();
    assert_eq!((contact.location_id.as_str(), total(&crm)), ("LOC2", 0));
    assert!(crm.admin().add_form(&"LOC3".into(), "Nowhere", []).is_none());
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    let crm = MemCrm::new();
    let age = CreateCustomField::new("Age", CustomFieldType::Numerical);
    block_on(crm.locations().create_custom_field(crm.location(), age)).unwrap();
    let fields = [FormField::required("first_name"), FormField::new("email"), FormField::new("age")];
    let form = crm.admin().add_form(crm.location(), "Contact us", fields).unwrap();
    let answers = Answers::new().answer("email", "nobody").answer("age", "old").answer("eventData", "x");
    let error = crm.admin().submit_form(&form.id, answers).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(
        error.messages(),
        [
            "age must be a number",
            "property eventData should not exist",
            "first_name should not be empty",
            "email must be an email"
        ]
    );
    // Nothing that says who it is: refused as a contact without anything is.
    let form = crm.admin().add_form(crm.location(), "Poll", []).unwrap();
    let error = crm.admin().submit_form(&form.id, Answers::new().answer("opinion", "good")).unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Invalid, Some(400)));
    assert_eq!(total(&crm), 0);
}

#[test]
fn an_uploaded_file_is_at_its_address() {
    let crm = MemCrm::new();
    let field = CreateCustomField::new("Scan", CustomFieldType::FileUpload);
    let field = block_on(crm.locations().create_custom_field(crm.location(), field)).unwrap();
    let form = crm.admin().add_form(crm.location(), "Contact us", []).unwrap();
    let made = crm.admin().submit_form(&form.id, Answers::new().answer("email", "a@b.example")).unwrap();
    let files = ContactFiles::new().file(&field.id, "f1", Part::file("", "a.txt", "text/plain", "hello"));
    let target = UploadTarget::new(&made.contact_id, crm.location());
    let contact = block_on(crm.forms().upload_files(target, files)).unwrap();
    let Some(FieldValue::Json(held)) = contact.custom_field(field.id.as_str()) else { panic!("{contact:?}") };
    let id = held["f1"]["documentId"].as_str().unwrap();
    assert!(held["f1"]["url"].as_str().unwrap().ends_with(id));
    assert_eq!(crm.admin().file(id).unwrap().data, "hello");
}
