//! `POST /contacts/search`: filters, free text, order, pages.

use serde_json::json;

use super::{says, unique_tag};
use crate::ErrorKind::Invalid;
use crate::contacts::operations::SEARCH;
use crate::contacts::{ContactPage, CreateContact, SearchContacts, UpdateContact};
use crate::contract::{Failure, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::locations::{CreateCustomField, CustomFieldType};
use crate::opportunities::{CreateOpportunity, ListPipelines, OpportunityStatus};
use crate::search::{ContactField, ContactSort, Filter, Range, Sort};
use crate::types::{ContactId, Cursor, CustomFieldInput, Text};

cases! {
    a_contact_is_found_by_its_fields => [SEARCH],
    a_list_of_values_means_any_of_them => [SEARCH],
    groups_nest => [SEARCH],
    free_text_looks_into_names_and_emails => [SEARCH],
    pages_by_number_and_by_cursor_agree => [SEARCH],
    every_allowed_order_pages_by_cursor_both_ways => [SEARCH],
    a_cursor_is_there_on_the_last_page_too => [SEARCH],
    contacts_are_found_by_custom_field => [SEARCH],
    contacts_are_found_by_opportunity => [SEARCH],
    page_sizes_out_of_bounds_are_refused => [SEARCH],
    a_page_and_a_cursor_exclude_each_other => [SEARCH],
    pages_end_at_ten_thousand => [SEARCH],
    long_queries_are_refused => [SEARCH],
    unknown_fields_are_named => [SEARCH],
    operators_that_a_field_does_not_take_are_named => [SEARCH],
    orders_out_of_bounds_are_refused => [SEARCH],
    a_cursor_of_another_order_is_refused => [SEARCH],
}

fn ask(stage: &Stage, filter: impl Into<Filter>) -> SearchContacts {
    SearchContacts::new(&stage.location, 100).filters([filter])
}

async fn found(stage: &Stage, search: SearchContacts) -> Result<Vec<ContactId>, Failure> {
    let page = stage.crm.contacts().search(search).await?;
    let ids: Vec<ContactId> = page.contacts.iter().map(|hit| hit.id.clone()).collect();
    ensure_eq!(page.total, ids.len() as u64);
    Ok(ids)
}

/// Some contacts under a tag of their own, in the order they were made.
async fn several(stage: &Stage, count: usize) -> Result<(Text, Vec<ContactId>), Failure> {
    let tag = unique_tag(stage);
    let mut ids = Vec::new();
    for at in 0..count {
        let name = ["Cleo", "ada", "Bea", "Ada", "Dora"][at % 5];
        let mut input = CreateContact::new(&stage.location).first_name(name).tags([&tag]);
        // Some of each lack what they may be sorted by.
        if at % 3 != 0 {
            input = input.email(stage.unique_email()).source(["web", "Event"][at % 2]);
        }
        if at % 4 != 0 {
            input = input.last_name(["Vale", "Hill"][at % 2]).company_name("Vale & Co").dnd(at % 2 == 0);
        }
        let contact = stage.crm.contacts().create(input).await?;
        stage.discard(&contact.id);
        ids.push(contact.id.clone());
    }
    Ok((tag, ids))
}

async fn a_contact_is_found_by_its_fields(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let email = contact.email.clone().unwrap_or_default();
    let tag = unique_tag(stage);
    let change = UpdateContact::new().phone(stage.unique_phone()).city("Springfield").tags([&tag]);
    let contact = stage.crm.contacts().update(&contact.id, change).await?;
    let phone = contact.phone.clone().unwrap_or_default();
    let tagged = || ContactField::Tags.eq(tag.as_str());
    for filter in [
        ContactField::Id.eq(contact.id.as_str()),
        ContactField::Email.eq(email.as_str()),
        ContactField::Phone.eq(phone.as_str()),
        tagged(),
        tagged().and(ContactField::City.contains("field")),
        tagged().and(ContactField::FirstName.eq("ada")),
        tagged().and(ContactField::ContactName.eq("ada vale")),
        tagged().and(ContactField::City.exists()),
        tagged().and(ContactField::State.not_exists()),
        tagged().and(ContactField::City.not_eq("Paris")),
        tagged().and(ContactField::City.not_contains("Paris")),
        tagged().and(ContactField::Dnd.eq(false)),
        tagged().and(ContactField::DateAdded.range(Range::new().gte(contact.date_added))),
    ] {
        ensure_eq!(found(stage, ask(stage, filter)).await?, std::slice::from_ref(&contact.id));
    }
    for filter in [
        tagged().and(ContactField::City.eq("Paris")),
        tagged().and(ContactField::Id.not_eq(contact.id.as_str())),
        tagged().and(ContactField::DateAdded.range(Range::new().lt(contact.date_added))),
        tagged().and(ContactField::Email.not_exists()),
    ] {
        ensure!(found(stage, ask(stage, filter)).await?.is_empty(), "nobody passes");
    }
    let page = stage.crm.contacts().search(ask(stage, tagged())).await?;
    let hit = page.contacts.first().ok_or_else(|| Failure::new("the contact is found"))?;
    ensure_eq!(*hit.contact, *contact);
    ensure!(hit.opportunities.is_empty(), "it has no opportunities");
    Ok(())
}

async fn a_list_of_values_means_any_of_them(stage: &Stage) -> Verdict {
    let (one, two) = (stage.contact().await?, stage.contact().await?);
    let tags = [unique_tag(stage), unique_tag(stage)];
    stage.crm.contacts().update(&one.id, UpdateContact::new().tags([&tags[0]])).await?;
    stage.crm.contacts().update(&two.id, UpdateContact::new().tags([&tags[1]])).await?;
    let any = ContactField::Tags.eq_any([tags[0].as_str(), tags[1].as_str()]);
    let ids = found(stage, ask(stage, any)).await?;
    ensure!(ids.len() == 2 && ids.contains(&one.id) && ids.contains(&two.id), "either tag will do");
    let both = ContactField::Tags.eq(tags[0].as_str()).and(ContactField::Tags.eq(tags[1].as_str()));
    ensure!(found(stage, ask(stage, both)).await?.is_empty(), "nobody has both");
    Ok(())
}

async fn groups_nest(stage: &Stage) -> Verdict {
    let (tag, ids) = several(stage, 6).await?;
    let id = |at: usize| ContactField::Id.eq(ids[at].as_str());
    let nested = Filter::all([
        ContactField::Tags.eq(tag.as_str()),
        Filter::any([
            Filter::all([id(0), Filter::any([id(0), id(1)])]),
            Filter::any([Filter::all([id(2), Filter::any([id(2)])]), id(3)]),
            Filter::all([id(4), id(5)]),
        ]),
    ]);
    let mut seen = found(stage, ask(stage, nested)).await?;
    let mut expected = vec![ids[0].clone(), ids[2].clone(), ids[3].clone()];
    seen.sort();
    expected.sort();
    ensure_eq!(seen, expected);
    Ok(())
}

async fn free_text_looks_into_names_and_emails(stage: &Stage) -> Verdict {
    let word = stage.unique("zz").replace('-', "");
    let input = CreateContact::new(&stage.location)
        .first_name("Ada")
        .last_name(&word)
        .email(format!("{word}@mail.example"));
    let contact = stage.crm.contacts().create(input).await?;
    stage.discard(&contact.id);
    for text in [word.clone(), word.to_uppercase(), format!("ada {word}"), format!("{word}@mail.example")] {
        let search = SearchContacts::new(&stage.location, 10).query(&text);
        ensure_eq!(found(stage, search).await?, std::slice::from_ref(&contact.id));
    }
    let nobody = SearchContacts::new(&stage.location, 10).query(format!("{word}x"));
    ensure!(found(stage, nobody).await?.is_empty(), "nobody is called so");
    Ok(())
}

fn ids(page: &ContactPage) -> Vec<ContactId> {
    page.contacts.iter().map(|hit| hit.id.clone()).collect()
}

/// All ids of a search, fetched by cursor, page by page.
async fn walk(stage: &Stage, search: &SearchContacts, most: usize) -> Result<Vec<ContactId>, Failure> {
    let mut seen = Vec::new();
    let mut search = search.clone();
    loop {
        let page = stage.crm.contacts().search(search.clone()).await?;
        seen.extend(ids(&page));
        ensure!(seen.len() <= most, "the walk does not end");
        match page.contacts.last() {
            Some(last) => search = search.search_after(last.search_after.clone()),
            None => return Ok(seen),
        }
    }
}

async fn pages_by_number_and_by_cursor_agree(stage: &Stage) -> Verdict {
    let (tag, made) = several(stage, 7).await?;
    let search = SearchContacts::new(&stage.location, 3).filters([ContactField::Tags.eq(tag.as_str())]);
    let by_cursor = walk(stage, &search, 7).await?;
    let mut by_number = Vec::new();
    for number in 1..=4 {
        let page = stage.crm.contacts().search(search.clone().page(number)).await?;
        ensure_eq!(page.total, 7);
        by_number.extend(ids(&page));
    }
    ensure_eq!(by_cursor, by_number);
    let mut sorted = by_cursor.clone();
    sorted.sort();
    sorted.dedup();
    ensure_eq!(sorted.len(), made.len());
    Ok(())
}

async fn every_allowed_order_pages_by_cursor_both_ways(stage: &Stage) -> Verdict {
    let (tag, made) = several(stage, 11).await?;
    for sort in ContactSort::ALL {
        for sorts in [
            vec![sort.asc()],
            vec![sort.desc()],
            vec![sort.asc(), ContactSort::DateAdded.desc()],
            vec![ContactSort::Dnd.desc(), sort.desc()],
        ] {
            let filtered = ContactField::Tags.eq(tag.as_str());
            let search = SearchContacts::new(&stage.location, 100).filters([filtered]).sort(sorts);
            let whole = found(stage, search.clone()).await?;
            ensure_eq!(whole.len(), made.len());
            let mut paged = search;
            paged.page_limit = 2;
            ensure_eq!(walk(stage, &paged, made.len()).await?, whole);
        }
    }
    let tagged = || SearchContacts::new(&stage.location, 100).filters([ContactField::Tags.eq(tag.as_str())]);
    let oldest = found(stage, tagged().sort([ContactSort::DateAdded.asc()])).await?;
    let newest = found(stage, tagged().sort([ContactSort::DateAdded.desc()])).await?;
    ensure!(oldest.iter().eq(newest.iter().rev()), "one order is the other reversed");
    let page = stage.crm.contacts().search(tagged().sort([ContactSort::FirstName.asc()])).await?;
    let names: Vec<String> = page
        .contacts
        .iter()
        .map(|hit| hit.first_name.as_deref().unwrap_or_default().to_lowercase())
        .collect();
    ensure!(names.is_sorted(), "case does not count: {names:?}");
    Ok(())
}

async fn a_cursor_is_there_on_the_last_page_too(stage: &Stage) -> Verdict {
    let (tag, _) = several(stage, 1).await?;
    let page = stage.crm.contacts().search(ask(stage, ContactField::Tags.eq(tag.as_str()))).await?;
    ensure!(page.contacts.iter().all(|hit| !hit.search_after.is_empty()), "each hit has a cursor");
    Ok(())
}

async fn contacts_are_found_by_custom_field(stage: &Stage) -> Verdict {
    let input = CreateCustomField::new(stage.unique("score"), CustomFieldType::Numerical);
    let field = stage.crm.locations().create_custom_field(&stage.location, input).await?;
    let contact = stage.contact().await?;
    let change = UpdateContact::new().custom_fields([CustomFieldInput::new(&field.id, 42)]);
    stage.crm.contacts().update(&contact.id, change).await?;
    let score = || ContactField::custom(&field.id);
    for filter in [score().eq(42), score().exists(), score().range(Range::new().gt(41).lte(42))] {
        ensure_eq!(found(stage, ask(stage, filter)).await?, std::slice::from_ref(&contact.id));
    }
    for filter in [score().eq(41), score().range(Range::new().lt(42))] {
        ensure!(found(stage, ask(stage, filter)).await?.is_empty(), "nobody passes");
    }
    // By id only: neither its name nor its key will do.
    let by_key = ask(stage, ContactField::custom(&field.field_key).eq(42));
    refused(stage.crm.contacts().search(by_key).await, Invalid, 400)?;
    Ok(stage.crm.locations().delete_custom_field(&stage.location, &field.id).await?)
}

async fn contacts_are_found_by_opportunity(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let opportunities = stage.crm.opportunities();
    let pipelines = opportunities.list_pipelines(ListPipelines::new(&stage.location)).await?;
    let pipeline = pipelines.first().ok_or_else(|| Failure::skip("there is no pipeline"))?;
    let deal = CreateOpportunity::new(
        &pipeline.id,
        &stage.location,
        stage.unique("Deal"),
        OpportunityStatus::Open,
        &contact.id,
    );
    let deal = opportunities.create(deal).await?;
    let mine = || ContactField::Id.eq(contact.id.as_str());
    let open = Filter::opportunity().pipeline(pipeline.id.as_str()).status("open");
    let search = ask(stage, mine().and(open));
    let page = stage.crm.contacts().search(search).await?;
    let hit = page.contacts.first().ok_or_else(|| Failure::new("the contact is found by its deal"))?;
    ensure_eq!(hit.opportunities.len(), 1);
    ensure_eq!(hit.opportunities[0].id, deal.id);
    let won = Filter::opportunity().pipeline(pipeline.id.as_str()).status("won");
    ensure!(found(stage, ask(stage, mine().and(won))).await?.is_empty(), "the deal is not won");
    Ok(opportunities.delete(&deal.id).await?)
}

async fn page_sizes_out_of_bounds_are_refused(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    let error = refused(contacts.search(SearchContacts::new(&stage.location, 0)).await, Invalid, 422)?;
    says(&error, "pageLimit must not be less than 1")?;
    let error = refused(contacts.search(SearchContacts::new(&stage.location, 501)).await, Invalid, 422)?;
    says(&error, "pageLimit must not be greater than 500")?;
    contacts.search(SearchContacts::new(&stage.location, 500)).await?;
    let error =
        refused(contacts.search(SearchContacts::new(&stage.location, 5).page(0)).await, Invalid, 422)?;
    says(&error, "page must not be less than 1")
}

async fn a_page_and_a_cursor_exclude_each_other(stage: &Stage) -> Verdict {
    let cursor = Cursor::new(vec![json!(1_772_357_400_000_i64), json!("CON0000000000000001")]);
    let search = SearchContacts::new(&stage.location, 5).page(1).search_after(cursor);
    let error = refused(stage.crm.contacts().search(search).await, Invalid, 422)?;
    says(&error, "page should not be used together with searchAfter")
}

async fn pages_end_at_ten_thousand(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    contacts.search(SearchContacts::new(&stage.location, 100).page(100)).await?;
    let beyond = SearchContacts::new(&stage.location, 100).page(101);
    refused(contacts.search(beyond).await, Invalid, 400)?;
    Ok(())
}

async fn long_queries_are_refused(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    contacts.search(SearchContacts::new(&stage.location, 5).query("q".repeat(75))).await?;
    let long = SearchContacts::new(&stage.location, 5).query("q".repeat(76));
    let error = refused(contacts.search(long).await, Invalid, 422)?;
    says(&error, "query must be shorter than or equal to 75 characters")
}

async fn unknown_fields_are_named(stage: &Stage) -> Verdict {
    for field in ["additional_phones", "firstName", "customFields.no-such-field", "ContactName"] {
        let search = ask(stage, Filter::field(field).eq("x"));
        let error = refused(stage.crm.contacts().search(search).await, Invalid, 400)?;
        says(&error, &format!("Invalid field {field}"))?;
    }
    Ok(())
}

async fn operators_that_a_field_does_not_take_are_named(stage: &Stage) -> Verdict {
    for (filter, text) in [
        (Filter::field("email").contains("x"), "Invalid operator contains for field email"),
        (Filter::field("id").exists(), "Invalid operator exists for field id"),
        (Filter::field("dateAdded").eq("2026-01-01"), "Invalid operator eq for field dateAdded"),
        (
            Filter::field("dndSettings.SMS.status").not_eq("active"),
            "Invalid operator not_eq for field dndSettings.SMS.status",
        ),
    ] {
        let error = refused(stage.crm.contacts().search(ask(stage, filter)).await, Invalid, 400)?;
        says(&error, text)?;
    }
    Ok(())
}

async fn orders_out_of_bounds_are_refused(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    let ask = || SearchContacts::new(&stage.location, 5);
    let three = [ContactSort::Email.asc(), ContactSort::Source.asc(), ContactSort::Dnd.asc()];
    refused(contacts.search(ask().sort(three)).await, Invalid, 422)?;
    let odd = Sort::new("phone", crate::search::Direction::Asc);
    refused(contacts.search(ask().sort([odd])).await, Invalid, 400)?;
    Ok(())
}

async fn a_cursor_of_another_order_is_refused(stage: &Stage) -> Verdict {
    let search = |cursor: serde_json::Value| {
        let cursor = cursor.as_array().cloned().unwrap_or_default();
        SearchContacts::new(&stage.location, 5)
            .sort([ContactSort::DateAdded.desc()])
            .search_after(Cursor::new(cursor))
    };
    let contacts = stage.crm.contacts();
    contacts.search(search(json!([1, "CON0000000000000001"]))).await?;
    for odd in [json!(["CON0000000000000001"]), json!([1, 2, "x"]), json!(["ada", "x"]), json!([1, 2])] {
        refused(contacts.search(search(odd)).await, Invalid, 400)?;
    }
    Ok(())
}
