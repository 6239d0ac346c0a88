//! What apps are told: of which changes, in which words, signed how.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use smbcrm_core::calendars::{
    CalendarType, Calendars as _, CreateAppointment, CreateCalendar, FreeSlotsQuery, Hours, OpenHours,
    TeamMember, UpdateAppointment,
};
use smbcrm_core::contacts::{CreateNote, CreateTask, TagNames, UpdateContact, UpdateNote};
use smbcrm_core::conversations::{SendMessage, SendType};
use smbcrm_core::opportunities::{CreateOpportunity, ListPipelines, OpportunityStatus, UpdateOpportunity};
use smbcrm_core::types::LocationId;
use smbcrm_core::webhooks::{Event, EventKind};

use super::*;

/// Whether a request's Ed25519 signature is that of the world's published key.
pub(super) fn verifies(crm: &MemCrm, outbound: &Outbound) -> bool {
    let spki = STANDARD.decode(crm.admin().webhook_keys().ed25519.as_str()).expect("it is Base64");
    let key: [u8; 32] = spki[spki.len() - 32..].try_into().expect("an Ed25519 key has 32 bytes");
    let key = VerifyingKey::from_bytes(&key).expect("it is a key");
    let signature = outbound.header("x-ghl-signature").expect("it is signed");
    let signature =
        Signature::from_slice(&STANDARD.decode(signature).expect("it is Base64")).expect("64 bytes");
    let is_good = key.verify(&outbound.body, &signature).is_ok();
    assert_eq!(
        received(crm, outbound, &["x-ghl-signature"]),
        is_good,
        "the receiver kit sees it the same way"
    );
    is_good
}

/// Whether the receiver kit takes a request with these of its signatures, given the world's published keys.
fn received(crm: &MemCrm, outbound: &Outbound, signatures: &[&str]) -> bool {
    use smbcrm_core::webhooks::{Ed25519PublicKey, Incoming, Platform, Verify as _};
    let keys = crm.admin().webhook_keys();
    let platform =
        Platform::empty().ed25519(Ed25519PublicKey::from_text(&keys.ed25519).expect("it is a key"));
    #[cfg(feature = "rsa")]
    let platform = match &keys.rsa {
        Some(rsa) => platform.rsa(smbcrm_core::webhooks::RsaPublicKey::from_text(rsa).expect("it is a key")),
        None => platform,
    };
    let mut headers = ::http::HeaderMap::new();
    for name in signatures {
        let value = outbound.header(name).expect("it is signed so").parse().expect("it is a header");
        headers.insert(::http::HeaderName::try_from(*name).expect("it is a name"), value);
    }
    platform.verify(&Incoming::new(&headers, &outbound.body)).is_ok()
}

/// What is told of what happens.
fn of(what: impl AsyncFnOnce(&MemCrm, &ContactId) -> smbcrm_core::Result<()>) -> Vec<String> {
    let (crm, sink) = told(endpoint());
    let ada = CreateContact::new(crm.location()).email("ada@vale.example").phone("(202) 555-0123");
    let ada = block_on(crm.contacts().create(ada)).expect("it is new").id.clone();
    block_on(crm.run_until_idle());
    sink.take();
    block_on(what(&crm, &ada)).expect("all of it is allowed");
    block_on(crm.run_until_idle());
    assert!(sink.received().iter().all(|outbound| verifies(&crm, outbound)));
    kinds(&sink.take_events())
}

#[test]
fn contacts() {
    let told = of(async |crm, ada| {
        crm.contacts().update(ada, UpdateContact::new().city("Springfield")).await?;
        crm.contacts().add_tags(ada, TagNames::new(["vip"])).await?;
        crm.contacts().update(ada, UpdateContact::new().dnd(true)).await?;
        crm.contacts().update(ada, UpdateContact::new().city("Shelbyville").dnd(false)).await?;
        crm.contacts().delete(ada).await.map(drop)
    });
    let expected = [
        "ContactUpdate",
        "ContactTagUpdate",
        "ContactDndUpdate",
        "ContactUpdate",
        "ContactDndUpdate",
        "ContactDelete",
    ];
    assert_eq!(told, expected);
}

#[test]
fn notes_and_tasks() {
    let told = of(async |crm, ada| {
        let note = crm.contacts().create_note(ada, CreateNote::new("hello")).await?;
        crm.contacts().update_note(ada, &note.id, UpdateNote::new().body("good bye")).await?;
        crm.contacts().delete_note(ada, &note.id).await?;
        let due = crm.clock().now() + Duration::from_secs(3600);
        let task = crm.contacts().create_task(ada, CreateTask::new("Call", due, false)).await?;
        crm.contacts().complete_task(ada, &task.id, smbcrm_core::contacts::CompleteTask::new(true)).await?;
        crm.contacts().delete_task(ada, &task.id).await.map(drop)
    });
    assert_eq!(told, ["NoteCreate", "NoteUpdate", "NoteDelete", "TaskCreate", "TaskComplete", "TaskDelete"]);
}

#[test]
fn opportunities_are_told_of_several_times() {
    let told = of(async |crm, ada| {
        let deals = &crm.opportunities().list_pipelines(ListPipelines::new(crm.location())).await?[0];
        let deal = CreateOpportunity::new(&deals.id, crm.location(), "Roof", OpportunityStatus::Open, ada)
            .pipeline_stage_id(&deals.stages[0].id);
        let deal = crm.opportunities().create(deal).await?;
        let update = UpdateOpportunity::new().pipeline_stage_id(&deals.stages[1].id).monetary_value(100);
        crm.opportunities().update(&deal.id, update).await?;
        crm.opportunities().update(&deal.id, UpdateOpportunity::new().status(OpportunityStatus::Won)).await?;
        crm.opportunities().update(&deal.id, UpdateOpportunity::new().name("Roof and gutter")).await?;
        crm.opportunities().delete(&deal.id).await.map(drop)
    });
    let expected = [
        "OpportunityCreate",
        "OpportunityUpdate",
        "OpportunityUpdate",
        "OpportunityStageUpdate",
        "OpportunityMonetaryValueUpdate",
        "OpportunityUpdate",
        "OpportunityStatusUpdate",
        "OpportunityUpdate",
        "OpportunityDelete",
    ];
    assert_eq!(told, expected);
}

#[test]
fn messages_are_told_of_once_and_when_they_are_sent() {
    let told = of(async |crm, ada| {
        let text = || SendMessage::new(SendType::Sms, ada).message("hello");
        crm.conversations().send(text()).await?;
        let later = crm.clock().now() + Duration::from_secs(3600);
        crm.conversations().send(text().scheduled_at(later)).await?;
        crm.run_until_idle().await;
        Ok(())
    });
    assert_eq!(told, ["OutboundMessage"]);
    let told = of(async |crm, ada| {
        let later = crm.clock().now() + Duration::from_secs(3600);
        let letter = SendMessage::new(SendType::Email, ada).subject("Hello").html("<p>Hello</p>");
        crm.conversations().send(letter.clone()).await?;
        crm.conversations().send(letter.scheduled_at(later)).await?;
        crm.advance(Duration::from_secs(7200)).await;
        crm.admin().answer_as_contact(ada, smbcrm_core::conversations::InboundType::Sms, "Hi").map(drop)
    });
    assert_eq!(told, ["OutboundMessage", "OutboundMessage", "InboundMessage", "ConversationUnreadUpdate"]);
}

#[test]
fn the_body_is_the_platform_s() {
    let (crm, sink) = told(endpoint().app("app-\"1\"", "v2"));
    let at = crm.clock().now();
    create(&crm, "ada@vale.example");
    block_on(crm.run_until_idle());
    let sent = &sink.received()[0];
    assert_eq!((sent.method.as_str(), sent.header("content-type")), ("POST", Some("application/json")));
    let body: serde_json::Value = serde_json::from_slice(&sent.body).expect("it is JSON");
    assert_eq!(
        (&body["type"], &body["locationId"]),
        (&"ContactCreate".into(), &crm.location().as_str().into())
    );
    let event: WebhookEvent = serde_json::from_slice(&sent.body).expect("it is an event");
    assert_eq!(
        (event.app_id.clone(), event.version_id.clone()),
        (Some("app-\"1\"".into()), Some("v2".into()))
    );
    assert!(event.timestamp.is_some_and(|sent| (sent - at).num_seconds() == 0));
    assert!(
        matches!(&event.event, Event::ContactCreate(contact) if contact.email.as_deref() == Some("ada@vale.example"))
    );
    assert_eq!(serde_json::to_value(&event).expect("it is plain"), body);
    let delivery = &crm.admin().deliveries(&DeliveryFilter::new())[0];
    assert_eq!(delivery.webhook_id.as_deref(), event.webhook_id.as_ref().map(|id| id.as_str()));
    assert_eq!(crm.admin().delivery_body(delivery.id), Some(sent.body.clone()));
    let told = crm.admin().events().into_iter().find(|event| Some(event.sequence()) == delivery.sequence);
    assert_eq!(told.map(|event| event.name()).as_deref(), Some("contact created"));
}

#[test]
fn an_endpoint_gets_what_it_asked_for() {
    let (crm, sink) =
        told(endpoint().events([EventKind::NoteCreate]).locations([LocationId::from("elsewhere")]));
    crm.admin().found(&"elsewhere".into());
    let note = |location: &str| {
        let contact = CreateContact::new(location).email("ada@vale.example");
        let contact = block_on(crm.contacts().create(contact)).expect("it is new");
        block_on(crm.contacts().create_note(&contact.id, CreateNote::new("hello"))).expect("it is there");
    };
    note(crm.location().as_str());
    note("elsewhere");
    block_on(crm.run_until_idle());
    let told = sink.take_events();
    assert_eq!(kinds(&told), ["NoteCreate"]);
    let subject = told[0].event.subject().and_then(|subject| subject.location.cloned());
    assert_eq!(subject, Some("elsewhere".into()));
    let filter = |location: &str| crm.admin().deliveries(&DeliveryFilter::new().location(location)).len();
    assert_eq!((filter("elsewhere"), filter(crm.location().as_str())), (1, 0));
}

#[test]
fn every_endpoint_is_told_with_an_id_of_its_own() {
    let (crm, sink) = told(endpoint());
    crm.admin().add_endpoint(EndpointSettings::new("https://app.example/other")).expect("it makes sense");
    create(&crm, "ada@vale.example");
    block_on(crm.run_until_idle());
    let told = sink.take_events();
    assert_eq!(told.len(), 2);
    assert_ne!(told[0].webhook_id, told[1].webhook_id);
    assert!(crm.admin().remove_endpoint("endpoint-1") && !crm.admin().remove_endpoint("endpoint-1"));
    create(&crm, "bob@vale.example");
    block_on(crm.run_until_idle());
    assert_eq!(sink.take()[0].url.as_str(), "https://app.example/other");
}

#[test]
fn what_waits_goes_to_the_new_address() {
    let (crm, sink) = told(endpoint());
    create(&crm, "ada@vale.example");
    crm.admin()
        .set_endpoint("endpoint-1", EndpointSettings::new("https://app.example/new"))
        .expect("it is there");
    block_on(crm.run_until_idle());
    assert_eq!(sink.take()[0].url.as_str(), "https://app.example/new");
    crm.admin().set_endpoint("endpoint-9", endpoint()).expect_err("there is none");
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let crm = MemCrm::new();
    for (settings, wrong) in [
        (EndpointSettings::new("app.example"), "url"),
        (EndpointSettings::new("ftp://app.example"), "url"),
        (EndpointSettings::new("http://"), "url"),
        (endpoint().events([]), "events"),
        (endpoint().locations([]), "locations"),
    ] {
        let error = crm.admin().add_endpoint(settings).expect_err("it makes no sense");
        assert!(error.messages()[0].contains(wrong), "{error}");
    }
    assert!(crm.admin().endpoints().is_empty());
}

#[test]
fn planting_and_what_is_refused_is_told_to_nobody() {
    let (crm, sink) = told(endpoint());
    crm.admin().add_campaign(crm.location(), "Spring").expect("the sub-account exists");
    let nobody = CreateContact::new(LocationId::from("nowhere")).email("ada@vale.example");
    block_on(crm.contacts().create(nobody)).expect_err("there is no such sub-account");
    block_on(crm.run_until_idle());
    assert!(sink.is_empty() && states(&crm).is_empty());
}

#[test]
fn events_of_one_record_arrive_in_order_and_once_whoever_writes() {
    let (crm, sink) = told(endpoint().events([EventKind::ContactUpdate]));
    let ada = create(&crm, "ada@vale.example");
    let mut events = crm.events();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (crm, ada) = (&crm, &ada);
            scope.spawn(move || {
                for turn in 0..50 {
                    let update = UpdateContact::new().city(format!("{writer}-{turn}"));
                    block_on(crm.contacts().update(ada, update)).expect("it is there");
                    block_on(crm.run_until_idle());
                }
            });
        }
    });
    block_on(crm.run_until_idle());
    let city = |event: &Event| match event {
        Event::ContactUpdate(contact) => contact.city.clone(),
        _ => None,
    };
    let happened: Vec<_> = std::iter::from_fn(|| events.try_next())
        .flat_map(|event| event.webhooks())
        .map(|it| city(&it))
        .collect();
    let arrived: Vec<_> = sink.take_events().iter().map(|event| city(&event.event)).collect();
    assert_eq!(happened.len(), 200);
    assert_eq!(arrived, happened);
}

#[test]
fn appointments() {
    let told = of(async |crm, ada| {
        let calendar = CreateCalendar::new(crm.location(), "Calls")
            .calendar_type(CalendarType::Personal)
            .team_members([TeamMember::new("USER")])
            .open_hours([OpenHours::new([0u32, 1, 2, 3, 4, 5, 6], [Hours::new(9, 0, 17, 0)])]);
        let calendar = crm.calendars().create(calendar).await?;
        let from = crm.clock().now() + Duration::from_secs(24 * 3600);
        let slots = crm
            .free_slots(&calendar.id, FreeSlotsQuery::new(from, from + Duration::from_secs(48 * 3600)))
            .await?;
        let at = slots.iter().next().expect("the calendar is empty");
        let booked = CreateAppointment::new(&calendar.id, crm.location(), ada, at);
        let booked = crm.create_appointment(booked).await?;
        crm.update_appointment(&booked.id, UpdateAppointment::new().title("A call")).await?;
        crm.delete_event(&booked.id).await
    });
    assert_eq!(told, ["AppointmentCreate", "AppointmentUpdate", "AppointmentDelete"]);
}

#[test]
fn the_agency_and_campaigns() {
    use smbcrm_core::locations::UpdateLocation;
    use smbcrm_core::users::{CreateUser, UpdateUser, UserRole, UserType};
    let (crm, sink) = told(endpoint().locations([MemCrm::new().location().clone()]));
    let company = crm.admin().company();
    block_on(async {
        let user = CreateUser::new(
            &company,
            "Sam",
            "Lee",
            "sam@demo.example",
            "Secret-1234!",
            UserType::Account,
            UserRole::User,
            [crm.location()],
        );
        let user = crm.users().create(user).await?;
        crm.users().update(&user.id, UpdateUser::new().first_name("Samuel")).await?;
        crm.users().delete(&user.id).await?;
        crm.locations().update(crm.location(), UpdateLocation::new(&company).name("Renamed")).await?;
        let ada = CreateContact::new(crm.location()).email("ada@vale.example");
        let ada = crm.contacts().create(ada).await?;
        let campaign = crm.admin().add_campaign(crm.location(), "Spring").expect("the sub-account exists");
        crm.contacts().add_to_campaign(&ada.id, &campaign).await?;
        crm.contacts().remove_from_campaign(&ada.id, &campaign).await
    })
    .expect("all of it is allowed");
    block_on(crm.run_until_idle());
    let told = sink.take_events();
    let expected = [
        "UserCreate",
        "UserUpdate",
        "UserDelete",
        "LocationUpdate",
        "ContactCreate",
        "CampaignStatusUpdate",
        "CampaignStatusUpdate",
    ];
    assert_eq!(kinds(&told), expected);
    assert!(
        matches!(&told[0].event, Event::UserCreate(user) if user.location_id.as_ref() == Some(crm.location()))
    );
    assert!(matches!(&told[3].event, Event::LocationUpdate(at) if at.company_id.as_ref() == Some(&company)));
    assert!(
        !crm.admin().delivery_body(1).is_some_and(|body| String::from_utf8_lossy(&body).contains("Secret"))
    );
}

#[cfg(feature = "rsa")]
#[test]
fn the_legacy_signature_is_there_when_asked_for() {
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
    let (crm, sink) = told(endpoint().legacy_signature());
    create(&crm, "ada@vale.example");
    block_on(crm.run_until_idle());
    let sent = &sink.take()[0];
    assert!(verifies(&crm, sent));
    let spki =
        STANDARD.decode(crm.admin().webhook_keys().rsa.expect("it was asked for").as_str()).expect("Base64");
    let signature = STANDARD.decode(sent.header("x-wh-signature").expect("it is signed")).expect("Base64");
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &spki);
    assert!(key.verify(&sent.body, &signature).is_ok());
    assert!(key.verify(b"something else", &signature).is_err());
    assert!(
        received(&crm, sent, &["x-wh-signature"])
            && received(&crm, sent, &["x-wh-signature", "x-ghl-signature"])
    );
    let (other, sink) = told(endpoint());
    create(&other, "ada@vale.example");
    block_on(other.run_until_idle());
    assert!(sink.take()[0].header("x-wh-signature").is_none());
}
