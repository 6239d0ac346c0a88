//! Locations as their users see them, and what no user should see.

use std::time::Duration;

use futures::executor::block_on;
use smbcrm_core::contacts::{CreateContact, SearchContacts, UpdateContact};
use smbcrm_core::locations::*;
use smbcrm_core::operation::Part;
use smbcrm_core::search::Filter;
use smbcrm_core::types::{ContactId, CustomFieldInput, FieldValue, LocationId, time};
use smbcrm_core::{Crm, Error, ErrorKind};

use crate::{MemCrm, Scopes, TokenLevel};

fn contact(crm: &MemCrm, email: &str, tags: &[&str]) -> ContactId {
    let input = CreateContact::new(crm.location()).email(email).tags(tags.iter().copied());
    block_on(crm.contacts().create(input)).unwrap().id.clone()
}

fn tagged(crm: &MemCrm, tag: &str) -> u64 {
    let search = SearchContacts::new(crm.location(), 1).filters([Filter::field("tags").eq(tag)]);
    block_on(crm.contacts().search(search)).unwrap().total
}

fn agency(crm: &MemCrm) -> MemCrm {
    let (_, secret) = crm.admin().create_token("agency", TokenLevel::Agency, Scopes::All);
    crm.with_token(secret.expose())
}

#[track_caller]
fn says<T: std::fmt::Debug>(outcome: Result<T, Error>, kind: ErrorKind, words: &str) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

mod recurring;

mod accounts {
    use super::*;

    fn create(crm: &MemCrm, name: &str) -> Location {
        block_on(crm.locations().create(CreateLocation::new(name, crm.admin().company()))).unwrap()
    }

    #[test]
    fn a_new_one_has_what_a_planted_one_has() {
        let crm = MemCrm::new();
        let made = create(&agency(&crm), " Mark Shoes ");
        assert_eq!(made.name, "Mark Shoes");
        assert_eq!(made.company_id, Some(crm.admin().company()));
        assert_eq!(made.settings.unwrap().allow_duplicate_contact, Some(false));
        let pipelines =
            crm.admin().edit(&made.id, |state| (state.pipelines.len(), state.pipelines[0].stages.len()));
        assert_eq!(pipelines, Some((1, 4)));
    }

    #[test]
    fn a_search_pages_by_name() {
        let crm = agency(&MemCrm::new());
        for name in ["beta", "Alpha", "gamma"] {
            create(&crm, name);
        }
        let names = |query| -> Vec<String> {
            let found = block_on(crm.locations().search(query)).unwrap();
            found.iter().map(|location| location.name.to_string()).collect()
        };
        assert_eq!(names(SearchLocations::new()), ["Alpha", "beta", "Demo", "gamma"]);
        assert_eq!(names(SearchLocations::new().order(Order::Descending).limit(2)), ["gamma", "Demo"]);
        assert_eq!(names(SearchLocations::new().skip(3)), ["gamma"]);
        for limit in [0, 1001] {
            let refused = block_on(crm.locations().search(SearchLocations::new().limit(limit)));
            says(refused, ErrorKind::Invalid, "limit must not be");
        }
    }

    #[test]
    fn another_agency_is_refused() {
        let crm = agency(&MemCrm::new());
        let search = SearchLocations::new().company_id("OTHER");
        says(block_on(crm.locations().search(search)), ErrorKind::Forbidden, "Forbidden resource");
        says(
            block_on(crm.locations().create(CreateLocation::new("x", "OTHER"))),
            ErrorKind::Forbidden,
            "Forbidden",
        );
        let id = crm.location().clone();
        says(
            block_on(crm.locations().update(&id, UpdateLocation::new("OTHER"))),
            ErrorKind::Forbidden,
            "Forbidden",
        );
    }

    #[test]
    fn settings_written_through_the_api_rule_duplicates() {
        let crm = MemCrm::new();
        contact(&crm, "a@vale.example", &[]);
        let again = || CreateContact::new(crm.location()).email("a@vale.example");
        assert!(block_on(crm.contacts().create(again())).is_err());
        let settings = WriteLocationSettings::new().allow_duplicate_contact(true);
        let change = UpdateLocation::new(crm.admin().company()).settings(settings);
        let changed = block_on(agency(&crm).locations().update(crm.location(), change)).unwrap();
        let settings = changed.settings.unwrap();
        // What was not set stays, the identifiers above all.
        assert_eq!(settings.contact_unique_identifiers.unwrap().len(), 2);
        assert!(block_on(crm.contacts().create(again())).is_ok());
    }

    #[test]
    fn everything_wrong_is_named_and_nothing_changes() {
        let crm = agency(&MemCrm::new());
        let change = UpdateLocation::new(crm.admin().company())
            .name(" ")
            .country("us")
            .timezone("Mars/Base")
            .email("nobody")
            .prospect_info(Prospect::new("", "Lee", "x"));
        let refused = block_on(crm.locations().update(crm.location(), change)).unwrap_err();
        let texts = refused.messages().join("\n");
        for field in ["name", "country", "timezone", "email", "prospectInfo.firstName", "prospectInfo.email"]
        {
            assert!(texts.lines().any(|line| line.starts_with(field)), "{field}: {texts}");
        }
        assert_eq!(block_on(crm.locations().get(crm.location())).unwrap().name, "Demo");
    }

    #[test]
    fn a_deleted_one_is_gone_with_its_tokens() {
        let crm = MemCrm::new();
        let (boss, made) = (agency(&crm), create(&agency(&crm), "Short-lived"));
        let (_, secret) = crm.admin().create_token("own", TokenLevel::Location(made.id.clone()), Scopes::All);
        let own = crm.with_token(secret.expose());
        assert!(block_on(own.locations().get(&made.id)).is_ok());
        let done = block_on(boss.locations().delete(&made.id, DeleteLocation::new(false))).unwrap();
        assert_eq!(done.message, format!("Deleted location with id: {}", made.id));
        says(block_on(own.locations().get(&made.id)), ErrorKind::Unauthenticated, "Invalid Private");
        says(block_on(boss.locations().get(&made.id)), ErrorKind::Forbidden, "access to this location");
        let again = block_on(boss.locations().delete(&made.id, DeleteLocation::new(false)));
        says(again, ErrorKind::Forbidden, "access to this location");
        // Whoever comes next gets an id of its own, and the first sub-account is as it was.
        assert_ne!(create(&boss, "Next").id, made.id);
        assert!(block_on(boss.locations().get(crm.location())).is_ok());
    }

    #[test]
    fn a_fork_keeps_what_is_deleted_here() {
        let crm = MemCrm::new();
        let elsewhere = crm.fork();
        block_on(crm.locations().delete(crm.location(), DeleteLocation::new(true))).unwrap();
        assert!(block_on(elsewhere.locations().get(crm.location())).is_ok());
    }
}

mod tags {
    use super::*;

    #[test]
    fn a_rename_reaches_every_contact_and_every_index() {
        let crm = MemCrm::new();
        let ids: Vec<_> =
            (0..40).map(|at| contact(&crm, &format!("{at}@vale.example"), &["Old", "kept"])).collect();
        assert_eq!((tagged(&crm, "old"), tagged(&crm, "new")), (40, 0)); // builds the index
        let tags = block_on(crm.locations().list_tags(crm.location())).unwrap();
        assert_eq!(tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), ["kept", "old"]);
        let (kept, old) = (&tags[0], &tags[1]);
        let clash = block_on(crm.locations().update_tag(crm.location(), &old.id, TagName::new("KEPT ")));
        says(clash, ErrorKind::Duplicate, "already exists");
        let renamed =
            block_on(crm.locations().update_tag(crm.location(), &old.id, TagName::new(" New "))).unwrap();
        assert_eq!((renamed.name.as_str(), &renamed.id), ("new", &old.id));
        assert_eq!((tagged(&crm, "old"), tagged(&crm, "new")), (0, 40));
        assert_eq!(block_on(crm.contacts().get(&ids[7])).unwrap().tags, ["new", "kept"]);
        block_on(crm.locations().delete_tag(crm.location(), &kept.id)).unwrap();
        assert_eq!((tagged(&crm, "kept"), tagged(&crm, "new")), (0, 40));
        says(block_on(crm.locations().get_tag(crm.location(), &kept.id)), ErrorKind::NotFound, "not found");
    }

    #[test]
    fn a_name_is_taken_once() {
        let crm = MemCrm::new();
        let made = block_on(crm.locations().create_tag(crm.location(), TagName::new(" VIP "))).unwrap();
        assert_eq!(made.name, "vip");
        let again = block_on(crm.locations().create_tag(crm.location(), TagName::new("Vip")));
        says(again, ErrorKind::Duplicate, "already exists");
        says(
            block_on(crm.locations().create_tag(crm.location(), TagName::new("  "))),
            ErrorKind::Invalid,
            "name should not be empty",
        );
    }
}

mod fields {
    use super::*;

    fn define(crm: &MemCrm, field: CreateCustomField) -> CustomField {
        block_on(crm.locations().create_custom_field(crm.location(), field)).unwrap()
    }

    #[test]
    fn keys_are_made_from_names_or_given() {
        let crm = MemCrm::new();
        let made = define(&crm, CreateCustomField::new("Favourite colour!", CustomFieldType::Text));
        assert_eq!(made.field_key, "contact.favourite_colour");
        let deal = CreateCustomField::new("Favourite colour", CustomFieldType::Text)
            .model(FieldModel::Opportunity)
            .field_key("opportunity.colour")
            .description("what they like")
            .parent_id("folder");
        let deal = define(&crm, deal);
        assert_eq!(
            (deal.field_key.as_str(), deal.parent_id.as_deref()),
            ("opportunity.colour", Some("folder"))
        );
        let again = CreateCustomField::new("favourite  COLOUR", CustomFieldType::Date);
        let again = block_on(crm.locations().create_custom_field(crm.location(), again));
        says(again, ErrorKind::Duplicate, "contact.favourite_colour already exists");
        let by_key = "opportunity.colour".into();
        assert_eq!(block_on(crm.locations().get_custom_field(crm.location(), &by_key)).unwrap(), deal);
    }

    #[test]
    fn lines_keep_their_ids() {
        let crm = MemCrm::new();
        let lines =
            |labels: &[&str]| labels.iter().map(|l| serde_json::json!({ "label": l })).collect::<Vec<_>>();
        let field = CreateCustomField::new("Sizes", CustomFieldType::TextboxList);
        let made = define(&crm, field.text_box_list_options(lines(&["S", "M"])));
        let change = UpdateCustomField::new("Sizes").text_box_list_options(lines(&["M", "L"]));
        let changed =
            block_on(crm.locations().update_custom_field(crm.location(), &made.id, change)).unwrap();
        assert_eq!(changed.picklist_options[0]["id"], made.picklist_options[1]["id"]);
        assert_eq!(changed.options().collect::<Vec<_>>(), ["M", "L"]);
        assert_ne!(changed.picklist_options[1]["id"], made.picklist_options[0]["id"]);
    }

    #[test]
    fn what_does_not_fit_its_type_is_refused() {
        let crm = MemCrm::new();
        for (field, words) in [
            (CreateCustomField::new(" ", CustomFieldType::Text), "name should not be empty"),
            (CreateCustomField::new("!?", CustomFieldType::Text), "letter or digit"),
            (CreateCustomField::new("x", "CRYSTAL"), "dataType must be a valid enum value"),
            (
                CreateCustomField::new("x", CustomFieldType::Radio).options([" "]),
                "textBoxListOptions.0.label should not be empty",
            ),
            (CreateCustomField::new("x", CustomFieldType::Text).options(["a"]), "should not be given"),
            (CreateCustomField::new("x", CustomFieldType::Radio).options(["a", "a"]), "must be unique"),
            (CreateCustomField::new("x", CustomFieldType::Text).model("car"), "model must be a valid enum"),
            (CreateCustomField::new("x", CustomFieldType::Text).field_key("A b"), "fieldKey must be"),
        ] {
            let refused = block_on(crm.locations().create_custom_field(crm.location(), field));
            says(refused, ErrorKind::Invalid, words);
        }
        let all = ListCustomFields::new().model(FieldModels::All);
        assert!(block_on(crm.locations().list_custom_fields(crm.location(), all)).unwrap().is_empty());
    }

    #[test]
    fn values_go_with_their_definition() {
        let crm = MemCrm::new();
        let field = define(&crm, CreateCustomField::new("Colour", CustomFieldType::Text));
        let other = define(&crm, CreateCustomField::new("Shape", CustomFieldType::Text));
        let id = contact(&crm, "a@vale.example", &[]);
        let value = |field: &CustomField| CustomFieldInput::new(&field.id, FieldValue::from("x"));
        let change = UpdateContact::new().custom_fields([value(&field), value(&other)]);
        block_on(crm.contacts().update(&id, change)).unwrap();
        let model = UpdateCustomField::new("Colour").model(FieldModel::Opportunity);
        let moved = block_on(crm.locations().update_custom_field(crm.location(), &field.id, model));
        says(moved, ErrorKind::Invalid, "model must be contact");
        block_on(crm.locations().delete_custom_field(crm.location(), &field.id)).unwrap();
        let seen = block_on(crm.contacts().get(&id)).unwrap();
        assert_eq!(seen.custom_fields.len(), 1);
        assert_eq!(seen.custom_fields[0].id, other.id);
        let gone = block_on(crm.locations().delete_custom_field(crm.location(), &field.id));
        says(gone, ErrorKind::NotFound, "not found");
    }
}

mod values {
    use super::*;

    #[test]
    fn the_merge_tag_stays_when_the_name_changes() {
        let crm = MemCrm::new();
        let (locations, home) = (crm.locations(), crm.location());
        let made = block_on(
            locations.create_custom_value(home, WriteCustomValue::new("Support E-mail", "a@b.example")),
        )
        .unwrap();
        assert_eq!(made.field_key, "{{ custom_values.support_e_mail }}");
        let change = WriteCustomValue::new("Help", "");
        let changed = block_on(locations.update_custom_value(home, &made.id, change)).unwrap();
        assert_eq!((changed.name.as_str(), changed.value.as_str()), ("Help", ""));
        assert_eq!(changed.field_key, made.field_key);
        for name in ["Help", "support e mail"] {
            let again = block_on(locations.create_custom_value(home, WriteCustomValue::new(name, "x")));
            says(again, ErrorKind::Duplicate, "already exists");
        }
    }
}

mod templates {
    use super::*;

    #[test]
    fn lists_page_and_tell_deleted_ones_apart() {
        let crm = MemCrm::new();
        let home: LocationId = crm.location().clone();
        let ids: Vec<_> = (0..3)
            .map(|at| {
                let mut template = Template::default();
                template.name = format!("t{at}").into();
                template.kind = if at == 0 { TemplateType::Email } else { TemplateType::Sms };
                crm.admin().add_template(&home, template).unwrap().id
            })
            .collect();
        crm.admin().add_template_from(&home, "snapshot", Template::default()).unwrap();
        let page = |query| block_on(crm.locations().list_templates(&home, query)).unwrap();
        let of = || ListTemplates::new(home.as_text());
        let names =
            |page: TemplatePage| page.templates.iter().map(|t| t.name.to_string()).collect::<Vec<_>>();
        assert_eq!(names(page(of())), ["t2", "t1", "t0"]);
        let second = page(of().skip(1).limit(1));
        assert_eq!((second.total_count, names(second)), (3, vec!["t1".to_owned()]));
        assert_eq!(names(page(of().kind(TemplateType::Email))), ["t0"]);
        block_on(crm.locations().delete_template(&home, &ids[1])).unwrap();
        assert_eq!(names(page(of())), ["t2", "t0"]);
        assert_eq!(names(page(of().deleted(true))), ["t1"]);
        says(block_on(crm.locations().delete_template(&home, &ids[1])), ErrorKind::NotFound, "not found");
        says(
            block_on(crm.locations().list_templates(&home, ListTemplates::new(""))),
            ErrorKind::Invalid,
            "originId should not be empty",
        );
    }
}

mod uploads {
    use super::*;

    fn file(name: &str, data: &'static str) -> Part {
        Part::file("any_1", name, "text/csv", data)
    }

    #[test]
    fn files_are_kept_and_served_back() {
        let crm = MemCrm::new();
        crm.admin().set_base_url("http://127.0.0.1:9/");
        let id = contact(&crm, "a@vale.example", &[]);
        let upload = UploadFiles::new(id.as_text()).file(file("A.CSV", "a,b"));
        let done = block_on(crm.locations().upload_files(crm.location(), upload)).unwrap();
        let url = &done.uploaded_files["A.CSV"];
        assert!(url.starts_with("http://127.0.0.1:9/_mem/files/"), "{url}");
        assert_eq!((&done.meta[0]["size"], &done.meta[0]["mimetype"]), (&3.into(), &"text/csv".into()));
        let kept = crm.admin().file(url.rsplit('/').next().unwrap()).unwrap();
        assert_eq!((kept.name.as_str(), &kept.data[..]), ("A.CSV", &b"a,b"[..]));
        assert_eq!(crm.admin().file("nothing"), None);
    }

    #[test]
    fn limits_and_formats_hold() {
        let crm = MemCrm::new();
        let field = CreateCustomField::new("Scan", CustomFieldType::FileUpload)
            .accepted_format([".pdf", "txt"])
            .is_multiple_file(true)
            .max_number_of_files(2);
        let field = block_on(crm.locations().create_custom_field(crm.location(), field)).unwrap();
        assert_eq!((field.is_multi_file_allowed, field.max_file_limit), (Some(true), Some(2)));
        let upload = |names: &[&str]| {
            let parts = names.iter().map(|name| {
                Part::file(format!("{}_{name}", field.id), *name, "application/octet-stream", "x")
            });
            let all = parts.fold(UploadFiles::new(field.id.as_text()), UploadFiles::file);
            block_on(crm.locations().upload_files(crm.location(), all))
        };
        assert_eq!(upload(&["a.pdf", "b.TXT"]).unwrap().meta.len(), 2);
        says(upload(&["a.pdf", "b.pdf", "c.pdf"]), ErrorKind::Invalid, "no more than 2 files");
        says(upload(&["a.csv"]), ErrorKind::Invalid, "a.csv must be of an accepted file type");
        says(upload(&["a.exe"]), ErrorKind::Invalid, "a.exe must be of an accepted file type");
        says(upload(&[]), ErrorKind::Invalid, "files should not be empty");
        let nobody = UploadFiles::new("nobody").file(file("a.csv", "x"));
        says(
            block_on(crm.locations().upload_files(crm.location(), nobody)),
            ErrorKind::NotFound,
            "nobody not found",
        );
    }
}
