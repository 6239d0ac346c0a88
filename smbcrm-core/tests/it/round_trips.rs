//! What is read can be written again and nothing is lost: unknown fields, unknown values, nulls, exact money.
#![allow(clippy::needless_pass_by_value)] // samples are written in place

use std::fmt::Debug;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use smbcrm_core::agent_studio::*;
use smbcrm_core::blogs::*;
use smbcrm_core::contacts::*;
use smbcrm_core::emails::*;
use smbcrm_core::forms::*;
use smbcrm_core::locations::*;
use smbcrm_core::opportunities::*;
use smbcrm_core::payments::*;
use smbcrm_core::social_media_posting::*;
use smbcrm_core::surveys::*;
use smbcrm_core::types::{Cursor, CustomFieldInput, CustomFieldValue, FieldValue, Money, Patch, Text};

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"))
}

fn write<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap()
}

/// Whether `part` is in `whole`: a nested record may be written with more than was read.
fn within(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            part.iter().all(|(key, value)| whole.get(key).is_some_and(|found| within(value, found)))
        }
        (Value::Array(part), Value::Array(whole)) => {
            part.len() == whole.len() && part.iter().zip(whole).all(|(part, whole)| within(part, whole))
        }
        _ => part == whole,
    }
}

/// Every promise that a record makes, for one sample of it.
///
/// `open` are the sample's open enums; `keeps` says whether the record keeps fields it does not know.
fn record<T: Serialize + DeserializeOwned + PartialEq + Debug + Default>(
    sample: Value,
    open: &[&str],
    keeps: bool,
) {
    let name = std::any::type_name::<T>();
    let whole: T = read(sample.clone());
    let written = write(&whole);
    for (key, value) in sample.as_object().unwrap() {
        assert!(within(value, &written[key]), "{name}.{key} is written as {}, not {value}", written[key]);
    }
    assert_eq!(read::<T>(written.clone()), whole, "{name}");

    // A record forgives: nothing at all, and null for anything.
    assert_eq!(read::<T>(json!({})), T::default(), "{name}");
    for key in written.as_object().unwrap().keys() {
        let mut nulled = written.clone();
        nulled[key] = Value::Null;
        let nulled: T = read(nulled);
        assert_eq!(read::<T>(write(&nulled)), nulled, "{name}: {key} is null");
    }

    // It keeps the values it does not know …
    for path in open {
        let mut changed = sample.clone();
        *changed.pointer_mut(path).unwrap_or_else(|| panic!("{name}: no {path}")) = json!("brand-new");
        let back = write(&read::<T>(changed));
        assert_eq!(back.pointer(path), Some(&json!("brand-new")), "{name}{path}");
    }
    // … and the fields, where it says so.
    let mut grown = sample;
    grown["brandNew"] = json!({ "deep": [1, null, "x"] });
    let grown_record: T = read(grown.clone());
    if keeps {
        assert_eq!(write(&grown_record)["brandNew"], grown["brandNew"], "{name}");
        assert_ne!(grown_record, whole, "{name}");
    } else {
        assert_eq!(grown_record, whole, "{name}");
    }
}

const AT: &str = "2026-03-01T09:30:00.123Z";

#[test]
fn records_of_contacts() {
    record::<Task>(
        json!({ "id": "T", "title": "Call", "body": "At noon", "contactId": "C", "dueDate": AT, "completed": true,
            "assignedTo": "U" }),
        &[],
        true,
    );
    assert_eq!(read::<Task>(json!({ "_id": "T" })).id, "T");
    record::<Note>(
        json!({ "id": "N", "body": "Met", "userId": "U", "dateAdded": AT, "contactId": "C", "title": "A",
            "color": "#ff0000", "pinned": true }),
        &[],
        true,
    );
    record::<ContactTags>(json!({ "tags": ["a", "b"] }), &[], false);
    record::<FollowersAdded>(json!({ "followers": ["a"], "followersAdded": ["a"] }), &[], false);
    record::<FollowersRemoved>(json!({ "followers": [], "followersRemoved": ["a"] }), &[], false);
    record::<BulkTagsDone>(
        json!({ "succeded": true, "errorCount": 1, "responses": [{ "contactId": "C", "message": "m", "type": "error",
            "oldTags": ["a"], "tagsAdded": ["b"], "tagsRemoved": [] }] }),
        &["/responses/0/type"],
        false,
    );
    record::<BulkBusinessDone>(json!({ "success": true, "ids": ["C"] }), &[], false);
    record::<DndSettings>(
        json!({ "Call": { "status": "active", "message": "m", "code": "c" }, "Email": { "status": "permanent" },
            "SMS": { "status": "inactive" }, "WhatsApp": { "status": "active" }, "GMB": { "status": "active" },
            "FB": { "status": "active" } }),
        &["/Call/status", "/FB/status"],
        false,
    );
    record::<PageMeta>(
        json!({ "total": 9, "nextPageUrl": "http://x", "startAfterId": "C", "startAfter": 5, "currentPage": 2,
            "nextPage": 3, "prevPage": 1 }),
        &[],
        false,
    );
}

#[test]
fn records_of_payments() {
    let source = json!({ "type": "funnel", "subType": "upsell", "id": "F", "name": "Spring", "meta": { "pageId": "P" } });
    let contact = json!({ "id": "C", "name": "Ada Vale", "email": "ada@vale.example", "dnd": false });
    record::<smbcrm_core::payments::Order>(
        json!({ "_id": "O", "altId": "L", "altType": "location", "contactId": "C", "currency": "USD", "amount": 0.1,
            "status": "pending", "liveMode": true, "createdAt": AT, "updatedAt": AT, "fulfillmentStatus": "unfulfilled",
            "contactSnapshot": contact, "amountSummary": { "subtotal": 1.1, "discount": 1 }, "source": source,
            "items": [{ "name": "Chair", "qty": 2, "price": { "type": "one_time" } }], "coupon": { "code": "TEN" } }),
        &["/status"],
        true,
    );
    record::<ListedOrder>(
        json!({ "_id": "O", "altId": "L", "altType": "location", "contactName": "Ada Vale", "amount": 99.9,
            "status": "completed", "sourceType": "funnel", "sourceMeta": { "stepId": "S" }, "totalProducts": 2,
            "createdAt": AT, "updatedAt": AT }),
        &["/status"],
        true,
    );
    record::<Transaction>(
        json!({ "_id": "T", "altId": "L", "altType": "location", "amount": 40.1, "status": "refunded", "createdAt": AT,
            "updatedAt": AT, "entityType": "order", "entityId": "O", "entitySource": source, "amountRefunded": 0.2,
            "paymentProvider": { "type": "stripe", "connectedAccount": { "_id": "A" } }, "chargeSnapshot": { "id": "in_1" } }),
        &["/status"],
        true,
    );
    record::<Subscription>(
        json!({ "_id": "S", "altId": "L", "altType": "location", "amount": 19, "status": "trial", "createdAt": AT,
            "updatedAt": AT, "subscriptionId": "I-1", "schedule": { "executeAt": AT }, "canceledAt": AT }),
        &["/status"],
        true,
    );
    record::<TransactionPage>(json!({ "data": [], "totalCount": 3 }), &[], false);
}

#[test]
fn records_of_what_is_published() {
    record::<BlogPost>(
        json!({ "_id": "P", "title": "Ten chairs", "description": "d", "imageUrl": "i", "imageAltText": "a",
            "urlSlug": "ten-chairs", "canonicalLink": "c", "status": "SCHEDULED", "archived": false, "author": "A",
            "categories": ["K"], "tags": ["new"], "publishedAt": AT, "updatedAt": AT }),
        &["/status"],
        true,
    );
    record::<BlogCategory>(
        json!({ "_id": "K", "label": "News", "locationId": "L", "updatedAt": AT, "canonicalLink": "c", "urlSlug": "news" }),
        &[],
        true,
    );
    record::<EmailTemplate>(
        json!({ "id": "T", "name": "May", "updatedBy": "U", "isPlainText": true, "lastUpdated": AT, "dateAdded": AT,
            "previewUrl": "https://x.example", "version": "1", "templateType": "builder" }),
        &["/version", "/templateType"],
        true,
    );
    record::<EmailTemplatePage>(json!({ "builders": [], "total": [{ "total": 5 }] }), &[], false);
    assert_eq!(read::<EmailCampaignPage>(json!({ "schedules": [], "total": 7 })).total, 7);
    assert_eq!(read::<EmailCampaignPage>(json!({ "total": ["?"] })).total, 0);
    record::<EmailTemplateSaved>(
        json!({ "ok": "true", "previewUrl": "p", "templateDownloadUrl": "t" }),
        &[],
        false,
    );
    assert!(read::<EmailTemplateSaved>(json!({ "ok": true })).ok);
    record::<SocialPost>(
        json!({ "_id": "P", "source": "composer", "locationId": "L", "platform": "google", "displayDate": AT,
            "createdAt": AT, "accountId": "A", "error": "e", "accountIds": ["A"], "summary": "s",
            "media": [{ "url": "u", "type": "image/png" }], "status": "in_review", "type": "reel", "tags": ["T"],
            "tiktokPostDetails": { "privacyLevel": "SELF_ONLY" }, "postApprovalDetails": { "approvalStatus": "pending" },
            "gmbPostDetails": { "gmbEventType": "EVENT", "startDate": { "startDate": { "year": 2026, "month": 1, "day": 1 } },
                "actionType": "learn_more" } }),
        &[
            "/source",
            "/platform",
            "/status",
            "/type",
            "/tiktokPostDetails/privacyLevel",
            "/gmbPostDetails/actionType",
        ],
        true,
    );
    record::<SocialAccounts>(
        json!({ "accounts": [{ "id": "A", "profileId": "P", "name": "n", "platform": "pinterest", "isExpired": true }],
            "groups": [{ "id": "G", "name": "All", "accountIds": ["A"] }] }),
        &["/accounts/0/platform"],
        false,
    );
    record::<SocialStatistics>(
        json!({ "dayRange": ["Mon"], "totals": { "posts": 1, "followers": 3 },
            "breakdowns": { "reach": { "total": 1, "totalChange": 12.5, "platforms": { "google": { "value": 1, "change": -3.5 } } } },
            "demographics": { "age": { "totals": { "65+": 2 } } } }),
        &[],
        false,
    );
}

#[test]
fn records_inside_and_around_contacts() {
    record::<ContactAppointment>(
        json!({ "id": "A", "calendarId": "K", "status": "booked", "title": "Visit", "assignedUserId": "U", "notes": "n",
            "startTime": "2026-03-01 09:30:00", "endTime": "2026-03-01 10:00:00", "address": "a", "locationId": "L",
            "contactId": "C", "groupId": "G", "appointmentStatus": "confirmed", "users": ["U"],
            "dateAdded": "2026-02-01 09:30:00", "dateUpdated": "2026-02-01 09:30:00", "assignedResources": ["R"] }),
        &[],
        true,
    );
    record::<ContactOpportunity>(
        json!({ "id": "O", "pipelineId": "P", "pipelineStageId": "S", "status": "won", "monetaryValue": 0.1 }),
        &["/status"],
        false,
    );
    record::<Attribution>(
        json!({ "url": "u", "campaign": "c", "utmSource": "s", "utmMedium": "m", "utmContent": "t", "referrer": "r",
            "sessionSource": "x", "medium": "form", "mediumId": "F" }),
        &[],
        true,
    );
    record::<CreatedBy>(
        json!({ "source": "INTEGRATION", "channel": "OAUTH", "sourceId": "I", "sourceName": "N", "timestamp": AT }),
        &[],
        false,
    );
    record::<UpsertedContact>(json!({ "new": true }), &[], false);
    record::<DuplicateContact>(json!({}), &[], false);
    record::<ContactPage>(json!({ "contacts": [], "total": 3 }), &[], false);
    record::<ContactList>(json!({ "contacts": [], "count": 3 }), &[], false);
    record::<BusinessContacts>(json!({ "contacts": [], "count": 3 }), &[], false);
}

#[test]
fn records_of_locations() {
    record::<Location>(
        json!({ "id": "L", "companyId": "A", "name": "Shop", "domain": "d", "address": "1 St", "city": "C",
            "state": "S", "country": "US", "postalCode": "1", "website": "w", "timezone": "UTC", "firstName": "A",
            "lastName": "B", "email": "e", "phone": "p", "logoUrl": "u", "business": { "name": "B", "newer": 1 },
            "social": { "facebookUrl": "f", "googlePlus": "g" },
            "settings": { "allowDuplicateContact": false, "contactUniqueIdentifiers": ["phone", "email"] } }),
        &["/settings/contactUniqueIdentifiers/0"],
        true,
    );
    record::<CustomField>(
        json!({ "id": "F", "name": "Colour", "fieldKey": "contact.colour", "placeholder": "p", "dataType": "MONETORY",
            "position": -50, "picklistOptions": ["a", { "id": "o", "label": "b" }], "picklistImageOptions": [],
            "isAllowedCustomOption": true, "isMultiFileAllowed": false, "maxFileLimit": 2, "acceptedFormat": [".pdf"],
            "locationId": "L", "model": "contact" }),
        &["/dataType", "/model"],
        true,
    );
    record::<CustomValue>(
        json!({ "id": "V", "name": "Mail", "fieldKey": "{{ custom_values.mail }}", "value": "v", "locationId": "L" }),
        &[],
        true,
    );
    record::<Tag>(json!({ "id": "T", "name": "a", "locationId": "L" }), &[], false);
    record::<Template>(
        json!({ "id": "T", "name": "Hi", "type": "sms", "template": { "body": "b", "attachments": [] },
            "dateAdded": AT, "locationId": "L", "urlAttachments": ["u"] }),
        &["/type"],
        true,
    );
    record::<LocationTask>(
        json!({ "_id": "T", "title": "Call", "body": "b", "contactId": "C", "dueDate": AT, "completed": false,
            "assignedTo": "U", "locationId": "L", "businessId": "B", "assignedToUserDetails": { "id": "U" },
            "contactDetails": { "id": "C" }, "deleted": false, "dateAdded": AT, "dateUpdated": AT,
            "searchAfter": [1, "T"] }),
        &[],
        true,
    );
}

#[test]
fn records_around_locations() {
    record::<RecurringTask>(
        json!({ "id": "R", "title": "Call", "description": "d", "locationId": "L", "updatedAt": AT, "createdAt": AT,
            "totalOccurrence": 3, "deleted": false, "assignedTo": "U", "contactId": "C" }),
        &[],
        true,
    );
    record::<RecurringTaskDeleted>(json!({ "id": "R", "success": true }), &[], false);
    record::<LocationDeleted>(json!({ "success": true, "message": "gone" }), &[], false);
    record::<TemplatePage>(
        json!({ "templates": [{ "id": "T", "type": "email" }], "totalCount": 1 }),
        &[],
        false,
    );
    record::<UploadedFiles>(
        json!({ "uploadedFiles": { "a.pdf": "https://f" }, "meta": [{ "size": 1 }] }),
        &[],
        false,
    );
}

#[test]
fn records_of_forms_and_surveys() {
    let others = json!({ "first_name": "Ada", "CUSTOM1": ["a", "b"], "fieldsOriSequance": ["first_name", "CUSTOM1"],
        "eventData": { "fbc": "c", "fbp": "p", "page": { "url": "http://x", "title": "t" }, "type": "page-visit",
            "domain": "x", "medium": "form", "source": "Direct traffic", "version": "v3", "adSource": "a",
            "mediumId": "m", "parentId": "p", "referrer": "r", "fbEventId": "e", "timestamp": 5, "parentName": "n",
            "fingerprint": "f", "pageVisitType": "form", "contactSessionIds": { "ids": ["s"] }, "brandNew": 1 } });
    record::<SubmissionDetails>(others.clone(), &[], true);
    record::<FormSubmission>(
        json!({ "id": "S", "contactId": "C", "createdAt": AT, "formId": "F", "name": "Ada", "email": "a@b.example",
            "others": others }),
        &[],
        true,
    );
    record::<SurveySubmission>(
        json!({ "id": "S", "contactId": "C", "createdAt": AT, "surveyId": "F", "name": "Ada", "email": "a@b.example",
            "others": others }),
        &[],
        true,
    );
    record::<Form>(json!({ "id": "F", "name": "n", "locationId": "L" }), &[], true);
    record::<Survey>(json!({ "id": "F", "name": "n", "locationId": "L" }), &[], true);
    record::<FormPage>(json!({ "forms": [{ "id": "F" }], "total": 1 }), &[], false);
    record::<SurveyPage>(json!({ "surveys": [{ "id": "F" }], "total": 1 }), &[], false);
    record::<SubmissionMeta>(
        json!({ "total": 3, "currentPage": 2, "nextPage": null, "prevPage": 1 }),
        &[],
        false,
    );
    assert_eq!(read::<FormSubmissionPage>(json!({ "submissions": null, "meta": null })), Default::default());
    assert_eq!(read::<SurveySubmissionPage>(json!({})), Default::default());
}

#[test]
fn records_of_opportunities() {
    record::<OpportunityPage>(
        json!({ "opportunities": [{ "id": "O" }], "total": 1, "aggregations": { "sum": 1 } }),
        &[],
        false,
    );
    record::<OpportunityList>(json!({ "opportunities": [], "aggregations": { "sum": 1 } }), &[], false);
    record::<UpsertedOpportunity>(json!({ "new": true }), &[], false);
    record::<Opportunity>(
        json!({ "id": "O", "name": "Chairs", "monetaryValue": 250.5, "pipelineId": "P", "pipelineStageId": "S",
            "assignedTo": "U", "status": "open", "source": "web", "lastStatusChangeAt": AT, "lastStageChangeAt": AT,
            "lastActionDate": AT, "createdAt": AT, "updatedAt": AT, "contactId": "C", "locationId": "L",
            "lostReasonId": "R", "contact": { "id": "C", "name": "Ada", "tags": ["a"] }, "notes": [{ "x": 1 }],
            "tasks": [], "calendarEvents": [], "customFields": [{ "id": "F", "fieldValue": ["a", "b"] }],
            "followers": ["U"], "forecastProbability": 12.5, "sort": [1, "O"] }),
        &["/status"],
        true,
    );
    let spelt = read::<Opportunity>(json!({ "customFields": [{ "id": "F", "value": 1 }] }));
    assert_eq!(write(&spelt)["customFields"], json!([{ "id": "F", "fieldValue": 1 }]));
    record::<Pipeline>(
        json!({ "id": "P", "name": "Sales", "originId": null, "locationId": "L", "showInFunnel": true,
            "showInPieChart": true, "colorRenderMode": "dot", "dateAdded": AT, "dateUpdated": AT,
            "stages": [{ "id": "S", "name": "New", "originId": null, "position": 0, "showInFunnel": true,
                "showInPieChart": true, "stageWinProbability": 5 }] }),
        &[],
        true,
    );
    record::<LostReason>(
        json!({ "id": "R", "name": "Price", "locationId": "L", "updatedAt": AT, "createdAt": AT }),
        &[],
        false,
    );
    record::<LostReasonPage>(
        json!({ "lostReasons": [{ "id": "R", "name": "n", "locationId": "L" }], "total": 1 }),
        &[],
        false,
    );
}

#[test]
fn a_contact_as_the_search_documents_it() {
    // Behaviour a.1, shortened.
    let hit: ContactHit = read(json!({
        "id": "CON1", "locationId": "LOC1", "contactName": "ada vale", "firstName": "Ada", "lastName": "Vale",
        "firstNameLowerCase": "ada", "lastNameLowerCase": "vale", "email": "ada@vale.example", "additionalEmails": [],
        "phone": "+15005550100", "additionalPhones": [], "phoneLabel": null, "type": "lead", "source": "api",
        "assignedTo": null, "followers": [], "tags": ["web-lead"], "businessName": null, "businessId": null,
        "address": "1 Main St", "country": "US", "dateOfBirth": null, "dateAdded": "2026-03-01T09:30:00.000Z",
        "dateUpdated": "2026-03-02T10:00:00.000Z", "dnd": false, "dndSettings": {}, "inboundDndSettings": {},
        "validEmail": null, "customFields": [{ "id": "CF1", "value": 42 }],
        "opportunities": [{ "id": "OPP1", "pipelineId": "P", "pipelineStageId": "S", "status": "open", "monetaryValue": 250 }],
        "attributionSource": {}, "lastAttributionSource": {}, "searchAfter": [1772357400000_i64, "CON1"], "newer": 7,
    }));
    assert_eq!(hit.first_name.as_deref(), Some("Ada"));
    assert_eq!(hit.address1.as_deref(), Some("1 Main St"));
    assert_eq!(hit.custom_field("CF1"), Some(&42.into()));
    assert_eq!(hit.opportunities.len(), 1);
    assert_eq!(hit.search_after, Cursor::new(vec![1772357400000_i64.into(), "CON1".into()]));
    assert_eq!(hit.extra.iter().collect::<Vec<_>>(), [(&"newer".to_owned(), &json!(7))]);
    assert_eq!(read::<ContactHit>(write(&hit)), hit);
}

fn text() -> impl Strategy<Value = Text> {
    "[A-Za-zÄéß漢 '-]{1,12}".prop_map(Text::from)
}

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (0i64..4_000_000_000_000).prop_map(|millis| DateTime::from_timestamp_millis(millis).unwrap())
}

fn value() -> impl Strategy<Value = FieldValue> {
    prop_oneof![
        text().prop_map(FieldValue::Text),
        any::<i64>().prop_map(FieldValue::from),
        (-1e9..1e9f64).prop_map(FieldValue::from),
        any::<bool>().prop_map(FieldValue::from),
        prop::collection::vec(text(), 0..3).prop_map(FieldValue::List),
        text().prop_map(|line| FieldValue::from(json!({ "option": line.as_str() }))),
    ]
}

fn dnd() -> impl Strategy<Value = DndSetting> {
    prop::sample::select(vec!["active", "inactive", "permanent", "brand-new"]).prop_map(DndSetting::new)
}

fn contact() -> impl Strategy<Value = Contact> {
    let names = (
        prop::option::of(text()),
        prop::option::of(text()),
        prop::option::of(text()),
        prop::option::of(text()),
    );
    let reach = (
        prop::option::of("[a-z]{1,6}@vale\\.example"),
        prop::option::of("\\+1500555[0-9]{4}"),
        any::<bool>(),
    );
    let lists = (
        prop::collection::vec("[a-z]{1,6}".prop_map(Text::from), 0..4),
        prop::collection::vec(("[a-zA-Z0-9]{1,6}", value()), 0..4),
        prop::collection::vec("[a-z]{1,4}", 0..3),
    );
    let dates = (instant(), instant(), prop::option::of(instant()), prop::option::of(0i32..40_000));
    let rest = (
        prop::sample::select(vec!["lead", "customer", "brand-new"]),
        prop::option::of(dnd()),
        prop::option::of(dnd()),
        prop::option::of(any::<i32>()),
        prop::option::of(any::<bool>()),
    );
    (names, reach, lists, dates, rest).prop_map(|(names, reach, lists, dates, rest)| {
        let mut contact = Contact::default();
        contact.id = "CON1".into();
        contact.location_id = "LOC1".into();
        (contact.first_name, contact.last_name, contact.address1, contact.company_name) = names;
        contact.email = reach.0.map(Text::from);
        contact.phone = reach.1.map(Text::from);
        contact.dnd = reach.2;
        contact.tags = lists.0;
        contact.custom_fields =
            lists.1.into_iter().map(|(id, value)| CustomFieldValue::new(id, value)).collect();
        contact.followers = lists.2.into_iter().map(Into::into).collect();
        (contact.date_added, contact.date_updated, contact.last_activity) = (dates.0, dates.1, dates.2);
        contact.date_of_birth = dates.3.and_then(|days| NaiveDate::from_num_days_from_ce_opt(700_000 + days));
        contact.kind = rest.0.into();
        if let Some(setting) = rest.1 {
            let mut settings = DndSettings::default();
            settings.email = Some(setting);
            contact.dnd_settings = Some(Box::new(settings));
        }
        if let Some(setting) = rest.2 {
            let mut settings = InboundDndSettings::default();
            settings.all = Some(setting);
            contact.inbound_dnd_settings = Some(Box::new(settings));
        }
        if let Some(number) = rest.3 {
            contact.extra.insert("brandNew", json!({ "deep": [number] }));
        }
        contact.valid_email = rest.4;
        contact
    })
}

proptest! {
    #[test]
    fn a_contacts_three_spellings_are_one_contact(contact in contact()) {
        prop_assert_eq!(&read::<Contact>(write(&contact)), &contact);
        let shared = Arc::new(contact);
        let cursor = Cursor::new(vec![1.into(), "CON1".into()]);
        let opportunity: ContactOpportunity = read(json!({ "id": "O", "status": "open" }));
        let hit = ContactHit::new(Arc::clone(&shared), vec![opportunity], cursor);
        prop_assert_eq!(&read::<ContactHit>(write(&hit)), &hit);
        let listed = ListedContact::new(Arc::clone(&shared));
        prop_assert_eq!(&read::<ListedContact>(write(&listed)), &listed);
        // Through text as well, as a server sends it.
        let text = serde_json::to_string(&hit).unwrap();
        prop_assert_eq!(&*serde_json::from_str::<ContactHit>(&text).unwrap().contact, &*shared);
    }

    #[test]
    fn money_is_exact(units in -9_999_999_999_999i64..9_999_999_999_999, cents in 0u32..100) {
        let money: Money = format!("{units}.{cents:02}").parse().unwrap();
        let text = serde_json::to_string(&money).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&text).unwrap(), money);
        prop_assert_eq!(serde_json::from_str::<Money>(&format!("\"{money}\"")).unwrap(), money);
        let opportunity: Opportunity = read(json!({ "monetaryValue": serde_json::from_str::<Value>(&text).unwrap() }));
        prop_assert_eq!(opportunity.monetary_value, Some(money));
    }

    #[test]
    fn field_values_survive(value in value()) {
        let kept = CustomFieldValue::new("F", value.clone());
        prop_assert_eq!(read::<CustomFieldValue>(write(&kept)), kept);
        for input in [CustomFieldInput::new("F", value.clone()), CustomFieldInput::by_key("k", value.clone())] {
            prop_assert_eq!(&read::<CustomFieldInput>(write(&input)), &input);
        }
        for key in ["field_value", "fieldValue", "value"] {
            prop_assert_eq!(read::<CustomFieldInput>(json!({ "id": "F", key: write(&value) })).field_value, value.clone());
        }
    }
}

#[test]
fn a_patch_keeps_clears_or_sets() {
    assert_eq!(write(&UpdateContact::new()), json!({}));
    let update = UpdateContact::new().first_name("Ada").clear_email();
    assert_eq!(write(&update), json!({ "firstName": "Ada", "email": null }));
    let back: UpdateContact = read(write(&update));
    assert_eq!(back, update);
    assert_eq!(back.first_name, Patch::Set("Ada".into()));
    assert_eq!((back.email, back.phone), (Patch::Clear, Patch::Keep));
    // An option that is not set is left out, except where null has a meaning of its own.
    assert_eq!(write(&UpdateOpportunity::new()), json!({}));
    assert_eq!(
        write(&BulkBusiness::new("L", ["C"])),
        json!({ "locationId": "L", "ids": ["C"], "businessId": null })
    );
}

#[test]
fn inputs_survive() {
    fn input<T: Serialize + DeserializeOwned + PartialEq + Debug>(input: T, wire: Value) {
        assert_eq!(write(&input), wire);
        assert_eq!(read::<T>(wire), input);
    }
    let due = "2026-03-01T09:30:00Z".parse::<DateTime<Utc>>().unwrap();
    input(
        CreateTask::new("Call", due, false),
        json!({ "title": "Call", "dueDate": "2026-03-01T09:30:00.000Z", "completed": false }),
    );
    input(
        CreateContact::new("L").date_of_birth(NaiveDate::from_ymd_opt(1990, 12, 25).unwrap()).tags(["a"]),
        json!({ "locationId": "L", "tags": ["a"], "dateOfBirth": "1990-12-25" }),
    );
    input(
        CreateOpportunity::new("P", "L", "Chairs", OpportunityStatus::Open, "C").monetary_value(250),
        json!({ "pipelineId": "P", "locationId": "L", "name": "Chairs", "status": "open", "contactId": "C", "monetaryValue": 250 }),
    );
    input(
        ListOpportunities::new("L").date(NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()).pipeline_id("P"),
        json!({ "location_id": "L", "pipeline_id": "P", "date": "03-01-2026" }),
    );
    input(
        SearchContacts::new("L", 5).search_after(Cursor::new(vec![json!(1), json!("C")])),
        json!({ "locationId": "L", "pageLimit": 5, "searchAfter": [1, "C"] }),
    );
}

#[test]
fn records_of_calendars() {
    use smbcrm_core::calendars::*;
    let at = "2026-03-01T09:30:00-06:00";
    record::<Calendar>(
        // Too long for `json!`.
        serde_json::from_str(
            r#"{ "id": "C", "locationId": "L", "name": "Sales", "isActive": true, "groupId": "G",
            "calendarType": "round_robin", "eventType": "RoundRobin_OptimizeForEqualDistribution",
            "teamMembers": [{ "userId": "U", "priority": 0.5, "isPrimary": true, "locationConfigurations":
                [{ "kind": "custom", "location": "x", "meetingId": "custom_0" }] }],
            "slug": "sales", "widgetType": "classic", "slotDuration": 30, "slotDurationUnit": "mins",
            "slotInterval": 1, "slotIntervalUnit": "hours", "slotBuffer": 5, "slotBufferUnit": "mins", "preBuffer": 5,
            "preBufferUnit": "mins", "appoinmentPerSlot": 1, "appoinmentPerDay": 9, "allowBookingAfter": 2,
            "allowBookingAfterUnit": "hours", "allowBookingFor": 2, "allowBookingForUnit": "months",
            "openHours": [{ "daysOfTheWeek": [0, 6], "hours": [{ "openHour": 9, "openMinute": 0, "closeHour": 17,
                "closeMinute": 30 }] }],
            "availabilityType": 7, "availabilities": [{ "date": "2026-09-24T00:00:00.000Z", "hours": [], "id": "A" }],
            "enableRecurring": true, "recurring": { "freq": "DAILY", "count": 24, "bookingOption": "book_next",
                "bookingOverlapDefaultStatus": "new" },
            "lookBusyConfig": { "enabled": true, "LookBusyPercentage": 20 }, "formSubmitType": "RedirectURL",
            "formSubmitRedirectURL": "https://x", "guestType": "count_only",
            "notifications": [{ "type": "email", "shouldSendToContact": true, "shouldSendToGuest": false,
                "shouldSendToUser": true, "shouldSendToSelectedUsers": false, "selectedUsers": "" }] }"#,
        )
        .unwrap(),
        &["/calendarType", "/eventType", "/slotDurationUnit", "/recurring/freq", "/guestType"],
        true,
    );
    record::<Appointment>(
        json!({ "id": "E", "title": "Call", "calendarId": "C", "locationId": "L", "contactId": "P", "groupId": "G",
            "appointmentStatus": "confirmed", "assignedUserId": "U", "users": ["V"], "startTime": at, "endTime": at,
            "dateAdded": AT, "dateUpdated": AT, "assignedResources": ["R"], "isRecurring": true, "rrule": "FREQ=DAILY",
            "masterEventId": "M", "createdBy": { "userId": "U", "source": "booking_widget" }, "notes": "n" }),
        &["/appointmentStatus"],
        true,
    );
    let found: FoundAppointment = read(json!({ "event": { "id": "E" }, "traceId": "t" }));
    assert_eq!(found.appointment.id, "E");
    assert_eq!(write(&found)["appointment"]["id"], "E");
    record::<BookedAppointment>(
        json!({ "id": "E", "calendarId": "C", "locationId": "L", "contactId": "P", "startTime": at, "endTime": at,
            "meetingLocationType": "zoom", "appointmentStatus": "new", "assignedUserId": "U", "address": "Zoom" }),
        &["/meetingLocationType", "/appointmentStatus"],
        true,
    );
    record::<BlockSlot>(
        json!({ "id": "B", "locationId": "L", "title": "Lunch", "startTime": at, "endTime": at, "calendarId": "C" }),
        &[],
        true,
    );
    record::<AppointmentNotePage>(
        json!({ "notes": [{ "id": "N", "body": "b", "userId": "U", "dateAdded": AT, "contactId": "P",
            "createdBy": { "id": "U", "name": "Ada" } }], "hasMore": true }),
        &[],
        false,
    );
    record::<CalendarGroup>(
        json!({ "id": "G", "locationId": "L", "name": "n", "description": "d", "slug": "s", "isActive": true }),
        &[],
        true,
    );
    record::<CalendarResource>(
        json!({ "id": "R", "locationId": "L", "name": "n", "resourceType": "rooms", "isActive": true, "quantity": 1,
            "outOfService": 0, "capacity": 85, "calendarIds": ["C"] }),
        &["/resourceType"],
        true,
    );
    record::<Notification>(
        json!({ "_id": "N", "receiverType": "guest", "channel": "sms", "notificationType": "followup",
            "isActive": true, "deleted": false, "afterTime": [{ "timeOffset": 1.5, "unit": "hours" }],
            "beforeTime": [], "selectedUsers": ["U"] }),
        &["/receiverType", "/channel", "/notificationType"],
        true,
    );
    record::<Schedule>(
        json!({ "id": "S", "name": "n", "locationId": "L", "timezone": "UTC", "dateAdded": AT, "dateUpdated": AT,
            "userId": "U", "calendarIds": ["C"], "deleted": false, "rules": [{ "type": "date", "date": "2026-04-15",
                "intervals": [{ "from": "09:00", "to": "17:00" }] }] }),
        &["/rules/0/type"],
        true,
    );
}

#[test]
fn agents_and_their_sessions() {
    const AT: &str = "2026-03-06T10:37:01.013Z";
    let node = json!({ "nodeId": "node_2", "nodeName": "LLM Node", "type": "llm",
        "nodeConfig": { "prompt": "How can I help you?", "llmProvider": "openai", "llmModel": "gpt-4" } });
    record::<Node>(node.clone(), &["/type"], true);
    record::<Edge>(json!({ "startNode": "node_1", "endNode": "node_2", "branch": "vip" }), &[], true);
    record::<AgentVariable>(
        json!({ "key": "customerName", "type": "string", "description": "d", "value": "Ada" }),
        &[],
        true,
    );
    let version = json!({ "id": "3f9d9ab7-5ca4-4e64-8472-eab9e77a0fe3", "versionId": "V", "agentId": "A",
        "agencyId": "C", "locationId": "L", "versionName": "v1", "description": "d", "state": "staging",
        "isPublished": false, "scopes": ["s"], "nodes": [node], "edges": [], "uiNodes": [1], "uiEdges": [],
        "globalVariables": [], "inputVariables": [{ "key": "k" }], "runtimeVariables": [],
        "viewport": { "x": 0, "y": 0, "zoom": 1 }, "globalConfig": { "globalPrompt": { "currentPrompt": "p" } },
        "createdAt": AT, "updatedAt": AT, "deleted": false, "storedInBucket": true, "bucketFilePath": "a/b.json" });
    record::<AgentVersion>(version.clone(), &["/state"], true);
    let agent = json!({ "id": "d6a6792d-0d50-4e8f-9c3b-ecd8096d0bdd", "agentId": "A", "name": "Support",
        "description": "d", "agencyId": "C", "locationId": "L", "productSlug": "agent_studio",
        "productId": "agent_studio", "authorId": "usr_123", "status": "active", "folderId": "F",
        "folderName": "Default Agents", "createdAt": AT, "updatedAt": AT, "deleted": false,
        "productionVersion": { "versionId": "V", "versionName": "v1", "isPublished": true, "inputVariables": [],
            "updatedAt": AT },
        "versions": [version] });
    record::<Agent>(agent.clone(), &["/status", "/versions/0/state"], true);
    record::<AgentFound>(json!({ "success": true, "message": "m", "agent": agent }), &[], true);
    record::<AgentPage>(
        json!({ "success": true, "message": "m", "agents": [{ "agentId": "A", "name": "n", "status": "active" }],
            "pagination": { "total": 25, "limit": 20, "offset": 0, "hasMore": true } }),
        &["/agents/0/status"],
        true,
    );
    record::<VersionPublished>(
        json!({ "success": true, "message": "m", "data": {
            "productionVersion": { "versionId": "V", "state": "prod", "version": 2, "publishedAt": AT },
            "newDraftVersion": { "versionId": "W", "state": "draft", "version": 3 } } }),
        &["/data/productionVersion/state"],
        true,
    );
    record::<Execution>(
        json!({ "success": true, "executionId": "E", "interactionId": "I", "response": "Hello", "type": "text",
            "nextExpectedInput": "text", "goalCompletion": false, "executionStatus": "completed", "flowSwitch": false,
            "attachments": [], "generativeOutputs": [{ "a": 1 }] }),
        &["/executionStatus"],
        true,
    );
}
