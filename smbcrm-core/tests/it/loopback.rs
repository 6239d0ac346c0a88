//! What is sent can be read back, however awkward it is.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::executor::block_on;
use proptest::prelude::*;
use serde_json::{Value, json};
use smbcrm_core::contacts::{self, *};
use smbcrm_core::forms::{self, *};
use smbcrm_core::locations::{self, *};
use smbcrm_core::operation::{Loopback, Part, Request};
use smbcrm_core::opportunities::{self, *};
use smbcrm_core::search::ContactField;
use smbcrm_core::surveys;
use smbcrm_core::types::{ContactId, CustomFieldInput, LocationId, NoteId, OpportunityId, TagId, WorkflowId};
use smbcrm_core::{Crm, Error, ErrorKind, Result};

/// A CRM that keeps what it is asked.
#[derive(Default, Clone)]
struct Fake(Arc<Mutex<Vec<Value>>>);

impl Fake {
    fn asked(&self, asked: Value) {
        self.0.lock().unwrap().push(asked);
    }
}

fn json<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap()
}

#[async_trait]
impl contacts::Contacts for Fake {
    async fn get(&self, contact_id: &ContactId) -> Result<Arc<Contact>> {
        self.asked(json!([contact_id]));
        let mut contact = Contact::default();
        contact.id = contact_id.clone();
        Ok(Arc::new(contact))
    }
    async fn get_note(&self, contact_id: &ContactId, note_id: &NoteId) -> Result<Note> {
        self.asked(json!([contact_id, note_id]));
        Ok(Note::default())
    }
    async fn search(&self, search: SearchContacts) -> Result<ContactPage> {
        self.asked(json(&search));
        Ok(ContactPage::default())
    }
    async fn update(&self, contact_id: &ContactId, contact: UpdateContact) -> Result<Arc<Contact>> {
        self.asked(json!([contact_id, contact]));
        Ok(Arc::default())
    }
    async fn remove_tags(&self, contact_id: &ContactId, tags: TagNames) -> Result<ContactTags> {
        self.asked(json!([contact_id, tags]));
        Ok(ContactTags::default())
    }
    async fn remove_from_workflow(
        &self,
        contact: &ContactId,
        workflow: &WorkflowId,
        enrol: Enrol,
    ) -> Result<()> {
        self.asked(json!([contact, workflow, enrol]));
        Ok(())
    }
    async fn delete(&self, contact_id: &ContactId) -> Result<()> {
        let body = json!({ "error": format!("Contact with id {contact_id} not found"), "status": 400 });
        Err(Error::from_wire(None, 400, body))
    }
}

impl smbcrm_core::conversations::Conversations for Fake {}
impl smbcrm_core::calendars::Calendars for Fake {}
impl smbcrm_core::users::Users for Fake {}
impl smbcrm_core::agent_studio::AgentStudio for Fake {}
impl smbcrm_core::businesses::Businesses for Fake {}
impl smbcrm_core::custom_fields::CustomFields for Fake {}
impl smbcrm_core::campaigns::Campaigns for Fake {}
impl smbcrm_core::workflows::Workflows for Fake {}
impl smbcrm_core::payments::Payments for Fake {}
impl smbcrm_core::social_media_posting::SocialMediaPosting for Fake {}
impl smbcrm_core::blogs::Blogs for Fake {}
impl smbcrm_core::emails::Emails for Fake {}

#[async_trait]
impl locations::Locations for Fake {
    async fn get_tag(&self, location_id: &LocationId, tag_id: &TagId) -> Result<Tag> {
        self.asked(json!([location_id, tag_id]));
        Ok(Tag::default())
    }
    async fn upload_files(&self, location_id: &LocationId, files: UploadFiles) -> Result<UploadedFiles> {
        let names: Vec<_> = files.files.iter().map(|part| part.file_name.clone()).collect();
        self.asked(json!([location_id, files.id, files.max_files, names]));
        Ok(UploadedFiles::default())
    }
}

#[async_trait]
impl opportunities::Opportunities for Fake {
    async fn list(&self, query: ListOpportunities) -> Result<OpportunityList> {
        self.asked(json(&query));
        Ok(OpportunityList::default())
    }
    async fn remove_followers(
        &self,
        id: &OpportunityId,
        query: RemoveAllFollowers,
        followers: Followers,
    ) -> Result<FollowersRemoved> {
        self.asked(json!([id, query, followers]));
        Ok(FollowersRemoved::default())
    }
}

#[async_trait]
impl forms::Forms for Fake {
    async fn upload_files(&self, target: UploadTarget, files: ContactFiles) -> Result<Arc<Contact>> {
        let names: Vec<_> = files.files.iter().map(|part| part.name.clone()).collect();
        self.asked(json!([target, names]));
        Ok(Arc::default())
    }
}

#[async_trait]
impl surveys::Surveys for Fake {}

/// A loopback over a fake, and what the fake was asked.
fn looped() -> (Loopback, Arc<Mutex<Vec<Value>>>) {
    let fake = Fake::default();
    let asked = Arc::clone(&fake.0);
    (Loopback::new(fake), asked)
}

const AWKWARD: [&str; 14] = [
    "a/b",
    "a%2Fb",
    "%",
    "%%",
    "%zz",
    "...",
    "a b",
    " a ",
    "a+b",
    "a?b=c#d",
    "{contactId}",
    "Zoë 漢字 🐱",
    "a\\b",
    "\"<>`|^;:@&=$,!'()*~",
];

#[test]
fn path_ids_survive_whatever_they_hold() {
    let (crm, asked) = looped();
    for one in AWKWARD {
        let got = block_on(crm.contacts().get(&one.into())).unwrap();
        assert_eq!(got.id, one);
        for other in AWKWARD {
            block_on(crm.contacts().get_note(&one.into(), &other.into())).unwrap();
            assert_eq!(asked.lock().unwrap().pop(), Some(json!([one, other])));
        }
    }
}

#[test]
fn an_encoded_id_is_one_segment_that_no_url_library_resolves() {
    for id in AWKWARD {
        let request =
            Request::new(&locations::operations::GET_TAG).param("locationId", "L").param("tagId", id);
        let url = url::Url::parse("https://services.smbcrm.com").unwrap().join(&request.path).unwrap();
        let segments: Vec<_> = url.path_segments().unwrap().collect();
        assert_eq!(segments[..3], ["locations", "L", "tags"], "{id}");
        assert_eq!(segments.len(), 4, "{id}: {url}");
        assert_eq!((url.query(), url.fragment()), (None, None), "{id}");
        let decoded = percent_encoding::percent_decode_str(segments[3]).decode_utf8().unwrap();
        assert_eq!(decoded, id);
    }
}

#[test]
fn an_id_that_leads_elsewhere_is_refused_before_anything_is_sent() {
    let (crm, asked) = looped();
    for (id, text) in [
        ("", "locations.get_tag: 422 tagId should not be empty"),
        (".", "locations.get_tag: 422 tagId must not be `.` or `..`"),
        ("..", "locations.get_tag: 422 tagId must not be `.` or `..`"),
    ] {
        let refused = block_on(crm.locations().get_tag(&"L".into(), &id.into())).unwrap_err();
        assert_eq!((refused.kind(), refused.to_string().as_str()), (ErrorKind::Invalid, text));
    }
    assert!(asked.lock().unwrap().is_empty());
}

proptest! {
    #[test]
    fn any_path_id_survives(one in "\\PC{1,20}", other in "[/%.{}?# a-z]{1,8}") {
        prop_assume!(![".", ".."].contains(&one.as_str()) && ![".", ".."].contains(&other.as_str()));
        let (crm, asked) = looped();
        block_on(crm.locations().get_tag(&one.as_str().into(), &other.as_str().into())).unwrap();
        prop_assert_eq!(asked.lock().unwrap().pop(), Some(json!([one, other])));
    }

    #[test]
    fn any_query_survives(text in "\\PC{0,20}", country in "\\PC{0,4}", limit in any::<u32>(), after in any::<i64>(), notes in any::<bool>()) {
        let (crm, asked) = looped();
        let query = ListOpportunities::new("L")
            .query(text.as_str()).country(country.as_str()).limit(limit).start_after(after).get_notes(notes);
        block_on(crm.opportunities().list(query.clone())).unwrap();
        prop_assert_eq!(asked.lock().unwrap().pop(), Some(json(&query)));
    }
}

#[test]
fn bodies_survive() {
    let (crm, asked) = looped();
    let search = SearchContacts::new("L", 50).filters([ContactField::Tags.eq_any(["a", "b"])]).query("zoë");
    block_on(crm.contacts().search(search.clone())).unwrap();
    assert_eq!(asked.lock().unwrap().pop(), Some(json(&search)));

    let update = UpdateContact::new()
        .first_name("Zoë")
        .clear_email()
        .tags(["a"])
        .custom_fields([CustomFieldInput::new("f", vec!["x", "y"])]);
    block_on(crm.contacts().update(&"C".into(), update.clone())).unwrap();
    assert_eq!(asked.lock().unwrap().pop(), Some(json!(["C", update])));
    assert_eq!(json(&update)["email"], Value::Null);

    block_on(crm.contacts().remove_tags(&"C".into(), vec!["a", "b"].into())).unwrap();
    assert_eq!(asked.lock().unwrap().pop(), Some(json!(["C", { "tags": ["a", "b"] }])));

    block_on(crm.contacts().remove_from_workflow(&"C".into(), &"W".into(), Enrol::new())).unwrap();
    assert_eq!(asked.lock().unwrap().pop(), Some(json!(["C", "W", {}])));
}

#[test]
fn a_query_and_a_body_together_survive() {
    let (crm, asked) = looped();
    let all = RemoveAllFollowers::new().is_remove_all_followers(true);
    block_on(crm.opportunities().remove_followers(&"O".into(), all, Followers::new(["u"]))).unwrap();
    assert_eq!(
        asked.lock().unwrap().pop(),
        Some(json!(["O", { "isRemoveAllFollowers": true }, { "followers": ["u"] }]))
    );
}

#[test]
fn files_survive() {
    let (crm, asked) = looped();
    let files = UploadFiles::new("C").max_files(2).file(Part::file("f_1", "a b.pdf", "application/pdf", "x"));
    block_on(crm.locations().upload_files(&"L".into(), files)).unwrap();
    assert_eq!(asked.lock().unwrap().pop(), Some(json!(["L", "C", 2, ["a b.pdf"]])));
}

#[test]
fn refusals_survive_and_what_is_missing_says_so() {
    let (crm, _) = looped();
    let refused = block_on(crm.contacts().delete(&"C 1".into())).unwrap_err();
    assert_eq!((refused.kind(), refused.status()), (ErrorKind::NotFound, Some(400)));
    assert_eq!(refused.to_string(), "contacts.delete: 400 Contact with id C 1 not found");
    let missing = block_on(crm.contacts().list_notes(&"C".into())).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Unsupported);
}

#[test]
fn an_upload_carries_a_query_and_parts() {
    let (crm, asked) = looped();
    let file = Part::file("", "a.txt", "text/plain", "hello");
    let files = ContactFiles::new().file(&"FIELD".into(), "f_1", file);
    block_on(crm.forms().upload_files(UploadTarget::new("C", "L"), files)).unwrap();
    let seen = asked.lock().unwrap().pop();
    assert_eq!(seen, Some(json!([{ "contactId": "C", "locationId": "L" }, ["FIELD_f_1"]])));
}
