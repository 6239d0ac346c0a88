//! Creating, fetching, changing and deleting contacts.

use super::says;
use crate::ErrorKind::{Invalid, NotFound};
use crate::contacts::operations::{CREATE, DELETE, GET, UPDATE, UPSERT};
use crate::contacts::{CreateContact, UpdateContact, UpsertContact};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};

cases! {
    a_created_contact_reads_back => [CREATE, GET],
    every_field_is_kept => [CREATE, GET],
    emails_are_stored_in_lower_case => [CREATE],
    phones_are_stored_with_their_country => [CREATE],
    a_full_name_is_split => [CREATE, UPDATE],
    a_contact_needs_more_than_a_sub_account => [CREATE, UPSERT],
    everything_wrong_is_listed => [CREATE, UPSERT, UPDATE],
    an_update_changes_what_it_names => [UPDATE, GET],
    null_clears_a_field => [UPDATE],
    an_update_replaces_the_tags => [UPDATE],
    a_deleted_contact_is_gone => [DELETE, GET],
    a_word_is_no_contact => [GET],
    an_upsert_creates_and_then_updates => [UPSERT, GET],
    an_upsert_leaves_what_it_does_not_name => [UPSERT],
}

async fn a_created_contact_reads_back(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    ensure!(!contact.id.is_empty(), "a contact has an id");
    ensure_eq!(contact.location_id, stage.location);
    ensure_eq!(contact.full_name(), "Ada Vale");
    ensure_eq!(contact.date_added, contact.date_updated);
    let read = stage.crm.contacts().get(&contact.id).await?;
    ensure_eq!(read, contact);
    Ok(())
}

async fn every_field_is_kept(stage: &Stage) -> Verdict {
    let email = stage.unique_email();
    let phone = stage.unique_phone();
    let input = CreateContact::new(&stage.location)
        .first_name("Ada")
        .last_name("van der Vale")
        .email(&email)
        .phone(&phone)
        .address1("1 Main St")
        .city("Springfield")
        .state("IL")
        .postal_code("62701")
        .country("US")
        .website("https://vale.example")
        .timezone("America/Chicago")
        .dnd(true)
        .tags(["one", "two"])
        .source("contract")
        .company_name("Vale & Co")
        .gender("female");
    let contact = stage.crm.contacts().create(input).await?;
    stage.discard(&contact.id);
    let read = stage.crm.contacts().get(&contact.id).await?;
    ensure_eq!(read.first_name.as_deref(), Some("Ada"));
    ensure_eq!(read.last_name.as_deref(), Some("van der Vale"));
    ensure_eq!(read.email.as_deref(), Some(email.as_str()));
    ensure_eq!(read.phone.as_deref(), Some(phone.as_str()));
    ensure_eq!(read.address1.as_deref(), Some("1 Main St"));
    ensure_eq!(read.city.as_deref(), Some("Springfield"));
    ensure_eq!(read.state.as_deref(), Some("IL"));
    ensure_eq!(read.postal_code.as_deref(), Some("62701"));
    ensure_eq!(read.country.as_deref(), Some("US"));
    ensure_eq!(read.website.as_deref(), Some("https://vale.example"));
    ensure_eq!(read.timezone.as_deref(), Some("America/Chicago"));
    ensure!(read.dnd, "do not disturb is kept");
    ensure_eq!(read.tags, super::texts(["one", "two"]));
    ensure_eq!(read.source.as_deref(), Some("contract"));
    ensure_eq!(read.company_name.as_deref(), Some("Vale & Co"));
    Ok(())
}

async fn emails_are_stored_in_lower_case(stage: &Stage) -> Verdict {
    let email = stage.unique_email();
    let input = CreateContact::new(&stage.location).email(format!(" {} ", email.to_uppercase()));
    let contact = stage.crm.contacts().create(input).await?;
    stage.discard(&contact.id);
    ensure_eq!(contact.email.as_deref(), Some(email.as_str()));
    Ok(())
}

async fn phones_are_stored_with_their_country(stage: &Stage) -> Verdict {
    // `+1 2022 123456` as an American writes it.
    let phone = stage.unique_phone();
    let (area, rest) = (&phone[2..5], &phone[5..]);
    let written = format!("({area}) {}-{}", &rest[..3], &rest[3..]);
    let input = CreateContact::new(&stage.location).phone(&written).country("US");
    let contact = stage.crm.contacts().create(input).await?;
    stage.discard(&contact.id);
    ensure_eq!(contact.phone.as_deref(), Some(phone.as_str()));

    // The contact's country decides before the sub-account's, also when only the phone changes later on.
    let british = format!("020 7{}", &rest[rest.len() - 7..]);
    let expected = format!("+44207{}", &rest[rest.len() - 7..]);
    let input = CreateContact::new(&stage.location).first_name("Bea").country("gb").phone(&british);
    let contact = stage.crm.contacts().create(input).await?;
    stage.discard(&contact.id);
    ensure_eq!(contact.country.as_deref(), Some("GB"));
    ensure_eq!(contact.phone.as_deref(), Some(expected.as_str()));
    let cleared = stage.crm.contacts().update(&contact.id, UpdateContact::new().clear_phone()).await?;
    ensure_eq!(cleared.phone, None);
    let again = stage.crm.contacts().update(&contact.id, UpdateContact::new().phone(&british)).await?;
    ensure_eq!(again.phone.as_deref(), Some(expected.as_str()));
    Ok(())
}

async fn a_full_name_is_split(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    let input = CreateContact::new(&stage.location).name("Ada  van der Vale").email(stage.unique_email());
    let contact = contacts.create(input).await?;
    stage.discard(&contact.id);
    ensure_eq!(contact.first_name.as_deref(), Some("Ada"));
    ensure_eq!(contact.last_name.as_deref(), Some("van der Vale"));

    let given = CreateContact::new(&stage.location).name("X Y").first_name("Bea").email(stage.unique_email());
    let contact = contacts.create(given).await?;
    stage.discard(&contact.id);
    ensure_eq!(contact.full_name(), "Bea Y");

    let renamed = contacts.update(&contact.id, UpdateContact::new().name("Cleo")).await?;
    ensure_eq!(renamed.first_name.as_deref(), Some("Cleo"));
    ensure_eq!(renamed.last_name, None);
    Ok(())
}

async fn a_contact_needs_more_than_a_sub_account(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    refused(contacts.create(CreateContact::new(&stage.location)).await, Invalid, 400)?;
    refused(contacts.create(CreateContact::new(&stage.location).clear_email()).await, Invalid, 400)?;
    refused(contacts.upsert(UpsertContact::new(&stage.location)).await, Invalid, 400)?;
    Ok(())
}

async fn everything_wrong_is_listed(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    let wrong = [
        "email must be an email",
        "phone must be a valid phone number",
        "country must be a valid enum value",
        "timezone must be a valid IANA time zone",
    ];
    let create = CreateContact::new(&stage.location)
        .email("ada@")
        .phone("call me")
        .country("Narnia")
        .timezone("Mars/Olympus");
    let upsert = UpsertContact::new(&stage.location)
        .email("ada@")
        .phone("call me")
        .country("Narnia")
        .timezone("Mars/Olympus");
    let update =
        UpdateContact::new().email("ada@").phone("call me").country("Narnia").timezone("Mars/Olympus");
    let contact = stage.contact().await?;
    for error in [
        refused(contacts.create(create).await, Invalid, 422)?,
        refused(contacts.upsert(upsert).await, Invalid, 422)?,
        refused(contacts.update(&contact.id, update).await, Invalid, 422)?,
    ] {
        for text in wrong {
            says(&error, text)?;
        }
    }
    // What is refused changes nothing.
    ensure_eq!(contacts.get(&contact.id).await?, contact);
    Ok(())
}

async fn an_update_changes_what_it_names(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let changed = stage.crm.contacts().update(&contact.id, UpdateContact::new().city("Paris")).await?;
    ensure_eq!(changed.city.as_deref(), Some("Paris"));
    ensure_eq!(changed.email, contact.email);
    ensure_eq!(changed.full_name(), contact.full_name());
    ensure_eq!(changed.date_added, contact.date_added);
    ensure!(changed.date_updated >= contact.date_updated, "the change is stamped");
    ensure_eq!(stage.crm.contacts().get(&contact.id).await?, changed);
    Ok(())
}

async fn null_clears_a_field(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let filled = contacts
        .update(&contact.id, UpdateContact::new().website("https://vale.example").source("contract"))
        .await?;
    ensure!(filled.website.is_some() && filled.source.is_some(), "both are set");
    let cleared = contacts
        .update(&contact.id, UpdateContact::new().clear_website().clear_source().clear_last_name())
        .await?;
    ensure_eq!(cleared.website, None);
    ensure_eq!(cleared.source, None);
    ensure_eq!(cleared.last_name, None);
    ensure_eq!(cleared.first_name, contact.first_name);
    let nameless = contacts.update(&contact.id, UpdateContact::new().clear_name()).await?;
    ensure_eq!(nameless.full_name(), "");
    Ok(())
}

async fn an_update_replaces_the_tags(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let tagged = contacts.update(&contact.id, UpdateContact::new().tags([" One", "two", "ONE"])).await?;
    ensure_eq!(tagged.tags, super::texts(["one", "two"]));
    let tagged = contacts.update(&contact.id, UpdateContact::new().tags(["three"])).await?;
    ensure_eq!(tagged.tags, super::texts(["three"]));
    let kept = contacts.update(&contact.id, UpdateContact::new().city("Paris")).await?;
    ensure_eq!(kept.tags, super::texts(["three"]));
    let bare = contacts.update(&contact.id, UpdateContact::new().tags(Vec::<&str>::new())).await?;
    ensure!(bare.tags.is_empty(), "an empty list takes all tags off");
    Ok(())
}

async fn a_deleted_contact_is_gone(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    contacts.delete(&contact.id).await?;
    let error = refused(contacts.get(&contact.id).await, NotFound, 400)?;
    says(&error, &format!("Contact with id {} not found", contact.id))?;
    refused(contacts.update(&contact.id, UpdateContact::new().city("Paris")).await, NotFound, 400)?;
    refused(contacts.delete(&contact.id).await, NotFound, 400)?;
    // Its e-mail is free again.
    let email = contact.email.clone().unwrap_or_default();
    let heir = contacts.create(CreateContact::new(&stage.location).email(email)).await?;
    stage.discard(&heir.id);
    ensure!(heir.id != contact.id, "a new contact has a new id");
    Ok(())
}

async fn a_word_is_no_contact(stage: &Stage) -> Verdict {
    let error = refused(stage.crm.contacts().get(&"lookup".into()).await, NotFound, 400)?;
    says(&error, "Contact with id lookup not found")
}

async fn an_upsert_creates_and_then_updates(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    let email = stage.unique_email();
    let first = contacts.upsert(UpsertContact::new(&stage.location).email(&email)).await?;
    stage.discard(&first.contact.id);
    ensure!(first.new, "nobody had the e-mail");
    let input = UpsertContact::new(&stage.location).email(email.to_uppercase()).first_name("Ada");
    let second = contacts.upsert(input).await?;
    ensure!(!second.new, "somebody has the e-mail");
    ensure_eq!(second.contact.id, first.contact.id);
    ensure_eq!(second.contact.first_name.as_deref(), Some("Ada"));
    ensure_eq!(contacts.get(&first.contact.id).await?, second.contact);

    let phone = stage.unique_phone();
    let by_phone = contacts.upsert(UpsertContact::new(&stage.location).phone(&phone)).await?;
    stage.discard(&by_phone.contact.id);
    ensure!(by_phone.new, "nobody had the phone");
    let again = contacts
        .upsert(UpsertContact::new(&stage.location).phone(&phone).email(stage.unique_email()))
        .await?;
    ensure_eq!(again.contact.id, by_phone.contact.id);
    ensure!(again.contact.email.is_some(), "the free e-mail is written");
    Ok(())
}

async fn an_upsert_leaves_what_it_does_not_name(stage: &Stage) -> Verdict {
    let contacts = stage.crm.contacts();
    let contact = stage.contact().await?;
    let email = contact.email.clone().unwrap_or_default();
    contacts.update(&contact.id, UpdateContact::new().city("Paris").tags(["one"])).await?;
    let done = contacts.upsert(UpsertContact::new(&stage.location).email(&email).last_name("Hill")).await?;
    ensure_eq!(done.contact.city.as_deref(), Some("Paris"));
    ensure_eq!(done.contact.full_name(), "Ada Hill");
    ensure_eq!(done.contact.tags, super::texts(["one"]));
    let done = contacts.upsert(UpsertContact::new(&stage.location).email(&email).tags(["Two"])).await?;
    ensure_eq!(done.contact.tags, super::texts(["two"]));
    Ok(())
}
