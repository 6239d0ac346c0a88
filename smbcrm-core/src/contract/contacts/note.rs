//! Notes about a contact.

use super::says;
use crate::ErrorKind::{Invalid, NotFound};
use crate::contacts::operations::{CREATE_NOTE, DELETE_NOTE, GET_NOTE, LIST_NOTES, UPDATE_NOTE};
use crate::contacts::{CreateNote, UpdateNote};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::types::{NoteId, UserId};

cases! {
    a_note_is_created_and_read => [CREATE_NOTE, GET_NOTE],
    notes_are_listed_newest_first => [LIST_NOTES],
    an_update_changes_the_note => [UPDATE_NOTE, GET_NOTE],
    a_deleted_note_is_gone => [DELETE_NOTE, GET_NOTE, LIST_NOTES],
    a_note_needs_a_text => [CREATE_NOTE, UPDATE_NOTE],
    an_unknown_note_is_named => [GET_NOTE, UPDATE_NOTE, DELETE_NOTE],
    anothers_note_is_not_found => [GET_NOTE, UPDATE_NOTE, DELETE_NOTE],
}

async fn a_note_is_created_and_read(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let input =
        CreateNote::new("Met at the fair").user_id("USER1").title("Fair").color("#FFAA00").pinned(true);
    let note = contacts.create_note(&contact.id, input).await?;
    ensure!(!note.id.is_empty() && note.date_added.is_some(), "a note has an id and a date");
    ensure_eq!(note.body.as_str(), "Met at the fair");
    ensure_eq!(note.user_id, Some(UserId::from("USER1")));
    ensure_eq!(note.title.as_deref(), Some("Fair"));
    ensure_eq!(note.color.as_deref(), Some("#FFAA00"));
    ensure_eq!(note.pinned, Some(true));
    ensure_eq!(note.contact_id.as_ref(), Some(&contact.id));
    ensure_eq!(contacts.get_note(&contact.id, &note.id).await?, note);
    Ok(())
}

async fn notes_are_listed_newest_first(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    ensure!(contacts.list_notes(&contact.id).await?.is_empty(), "there are none yet");
    let one = contacts.create_note(&contact.id, CreateNote::new("One")).await?;
    // A machine's clock may be no finer than a millisecond.
    stage.hands.advance(std::time::Duration::from_millis(5)).await;
    let two = contacts.create_note(&contact.id, CreateNote::new("Two")).await?;
    let listed = contacts.list_notes(&contact.id).await?;
    if one.date_added != two.date_added {
        ensure_eq!(listed, [two, one]);
    }
    ensure_eq!(listed.len(), 2);
    Ok(())
}

async fn an_update_changes_the_note(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let note = contacts.create_note(&contact.id, CreateNote::new("One").title("First")).await?;
    let change = UpdateNote::new().body("Two").pinned(true);
    let changed = contacts.update_note(&contact.id, &note.id, change).await?;
    ensure_eq!(changed.body.as_str(), "Two");
    ensure_eq!(changed.title, note.title);
    ensure_eq!(changed.pinned, Some(true));
    ensure_eq!(contacts.get_note(&contact.id, &note.id).await?, changed);
    Ok(())
}

async fn a_deleted_note_is_gone(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let note = contacts.create_note(&contact.id, CreateNote::new("One")).await?;
    contacts.delete_note(&contact.id, &note.id).await?;
    refused(contacts.get_note(&contact.id, &note.id).await, NotFound, 400)?;
    ensure!(contacts.list_notes(&contact.id).await?.is_empty(), "none is left");
    Ok(())
}

async fn a_note_needs_a_text(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let empty = contacts.create_note(&contact.id, CreateNote::new("")).await;
    says(&refused(empty, Invalid, 422)?, "body should not be empty")?;
    let note = contacts.create_note(&contact.id, CreateNote::new("One")).await?;
    let empty = contacts.update_note(&contact.id, &note.id, UpdateNote::new().body("").title("x")).await;
    says(&refused(empty, Invalid, 422)?, "body should not be empty")?;
    ensure_eq!(contacts.get_note(&contact.id, &note.id).await?, note);
    Ok(())
}

async fn an_unknown_note_is_named(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let unknown = NoteId::from("no-such-note");
    let missing = "Note with id no-such-note not found";
    says(&refused(contacts.get_note(&contact.id, &unknown).await, NotFound, 400)?, missing)?;
    let updated = contacts.update_note(&contact.id, &unknown, UpdateNote::new().body("x")).await;
    says(&refused(updated, NotFound, 400)?, missing)?;
    says(&refused(contacts.delete_note(&contact.id, &unknown).await, NotFound, 400)?, missing)
}

async fn anothers_note_is_not_found(stage: &Stage) -> Verdict {
    let (one, two) = (stage.contact().await?, stage.contact().await?);
    let contacts = stage.crm.contacts();
    let note = contacts.create_note(&one.id, CreateNote::new("One")).await?;
    refused(contacts.get_note(&two.id, &note.id).await, NotFound, 400)?;
    refused(contacts.update_note(&two.id, &note.id, UpdateNote::new().body("x")).await, NotFound, 400)?;
    refused(contacts.delete_note(&two.id, &note.id).await, NotFound, 400)?;
    ensure_eq!(contacts.get_note(&one.id, &note.id).await?, note);
    Ok(())
}
