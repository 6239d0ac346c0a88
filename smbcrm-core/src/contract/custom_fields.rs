//! What every implementation of the product custom fields must do.

use std::sync::Arc;

use super::{Case, Failure, HandOrSkip, Stage, Verdict, WireRequest, cases, ensure, ensure_eq, refused};
use crate::ErrorKind::{Duplicate, Invalid, NotFound};
use crate::custom_fields::operations::{
    CREATE, CREATE_FOLDER, DELETE, DELETE_FOLDER, GET, LIST, UPDATE, UPDATE_FOLDER,
};
use crate::custom_fields::{
    AcceptedFormat, CreateField, CreateFolder, CreateOption, DeleteFolder, FieldFolder, ListFields,
    ObjectField, UpdateField, UpdateFolder, UpdateOption,
};
use crate::error::Error;
use crate::locations::{CreateCustomField, CustomFieldType, FieldModel, UpdateCustomField};
use crate::types::{CustomFieldFolderId, CustomFieldId, ObjectKey, Text};

/// The product's cases.
pub(super) static PRODUCT: &[&[Case]] = &[CASES];

cases! {
    a_created_field_can_be_read => [CREATE, GET],
    a_key_may_be_given_whole => [CREATE],
    a_key_is_taken_once => [CREATE],
    options_have_keys => [CREATE, GET],
    files_have_their_limits => [CREATE, UPDATE],
    everything_that_is_wrong_is_named => [CREATE],
    a_field_is_in_a_folder_of_its_object => [CREATE],
    what_is_not_set_stays => [UPDATE, GET],
    options_are_added_and_renamed => [UPDATE],
    options_cannot_be_removed => [UPDATE, GET],
    a_type_stays => [UPDATE],
    a_deleted_field_is_gone => [DELETE, GET, UPDATE, LIST],
    folders_come_and_go => [CREATE_FOLDER, GET, UPDATE_FOLDER, DELETE_FOLDER],
    wrong_folders_are_named => [CREATE_FOLDER, UPDATE_FOLDER],
    a_folder_that_holds_fields_stays => [DELETE_FOLDER],
    folders_that_are_not_there_are_named => [UPDATE_FOLDER, DELETE_FOLDER],
    objects_are_kept_apart => [LIST],
    objects_that_are_none_are_named => [LIST],
    contacts_fields_are_seen => [GET, LIST],
    contacts_fields_are_not_written => [CREATE, UPDATE, DELETE, CREATE_FOLDER],
    the_sub_accounts_own_fields_are_others => [CREATE],
    the_wire_misspells_its_answer => [DELETE],
}

fn says(error: &Error, text: &str) -> Verdict {
    ensure!(error.messages().iter().any(|message| message.contains(text)), "it says {:?}", error.messages());
    Ok(())
}

/// An object that no other case describes.
fn object(stage: &Stage) -> ObjectKey {
    ObjectKey::custom(&stage.unique("pet").replace('-', "_"))
}

async fn folder(stage: &Stage, object: &ObjectKey) -> Result<Arc<FieldFolder>, Failure> {
    let input = CreateFolder::new(object, "Looks", &stage.location);
    let made = stage.crm.custom_fields().create_folder(input).await?;
    stage.discard(&made.id);
    Ok(plain(&made))
}

/// The folder without what is the answer's and not its own.
fn plain(folder: &FieldFolder) -> Arc<FieldFolder> {
    let mut folder = folder.clone();
    folder.extra.remove("traceId");
    Arc::new(folder)
}

/// A field to create, in a folder of its object.
fn wish(stage: &Stage, folder: &FieldFolder, key: &str, data_type: CustomFieldType) -> CreateField {
    CreateField::new(&stage.location, &folder.object_key, &folder.id, key, data_type, true)
}

async fn create(stage: &Stage, field: CreateField) -> Result<Arc<ObjectField>, Failure> {
    let made = stage.crm.custom_fields().create(field).await?;
    stage.discard(&made.id);
    Ok(made)
}

async fn read(stage: &Stage, id: &CustomFieldId) -> Result<Arc<ObjectField>, Failure> {
    let found = stage.crm.custom_fields().get(id).await?;
    found.field().cloned().ok_or_else(|| Failure::new(format!("{id} names no field but {found:?}")))
}

fn change(stage: &Stage) -> UpdateField {
    UpdateField::new(&stage.location, true)
}

fn options(field: &ObjectField) -> Vec<(&str, &str)> {
    field.options.iter().flatten().map(|option| (option.key.as_str(), option.label.as_str())).collect()
}

async fn a_created_field_can_be_read(stage: &Stage) -> Verdict {
    let looks = folder(stage, &object(stage)).await?;
    let field = wish(stage, &looks, "name", CustomFieldType::Text)
        .name("Name")
        .description("What it listens to")
        .placeholder("Rex");
    let made = create(stage, field).await?;
    ensure!(!made.id.is_empty(), "it has an id");
    ensure_eq!((made.name.as_deref(), made.placeholder.as_deref()), (Some("Name"), Some("Rex")));
    ensure_eq!(made.description.as_deref(), Some("What it listens to"));
    ensure_eq!(made.field_key, format!("{}.name", looks.object_key));
    ensure_eq!((&made.object_key, made.parent_id.as_ref()), (&looks.object_key, Some(&looks.id)));
    ensure_eq!((&made.data_type, made.show_in_forms), (&CustomFieldType::Text, true));
    ensure_eq!((&made.location_id, made.options.as_ref()), (&stage.location, None));
    ensure!(made.date_added.is_some() && made.date_added == made.date_updated, "{made:?}");
    ensure_eq!(read(stage, &made.id).await?, made);
    Ok(())
}

async fn a_key_may_be_given_whole(stage: &Stage) -> Verdict {
    let looks = folder(stage, &ObjectKey::business()).await?;
    let key = stage.unique("vat").replace('-', "_");
    let field = wish(stage, &looks, &format!("business.{key}"), CustomFieldType::Text);
    let made = create(stage, field).await?;
    ensure_eq!(made.field_key, format!("business.{key}"));
    ensure_eq!(made.name, None);
    Ok(())
}

async fn a_key_is_taken_once(stage: &Stage) -> Verdict {
    let object = object(stage);
    let (looks, health) = (folder(stage, &object).await?, folder(stage, &object).await?);
    create(stage, wish(stage, &looks, "name", CustomFieldType::Text)).await?;
    let again = wish(stage, &health, &format!("{object}.name"), CustomFieldType::Date);
    let error = refused(stage.crm.custom_fields().create(again).await, Duplicate, 400)?;
    says(&error, &format!("CustomField with fieldKey {object}.name already exists"))
}

async fn options_have_keys(stage: &Stage) -> Verdict {
    let looks = folder(stage, &object(stage)).await?;
    let field = wish(stage, &looks, "size", CustomFieldType::Radio).allow_custom_option(true).options([
        CreateOption::new("s", "Small"),
        CreateOption::new("l", "Large").url("https://pets.example/large.png"),
    ]);
    let made = create(stage, field).await?;
    ensure_eq!(options(&made), [("s", "Small"), ("l", "Large")]);
    let urls: Vec<_> = made.options.iter().flatten().map(|option| option.url.as_deref()).collect();
    ensure_eq!(urls, [None, Some("https://pets.example/large.png")]);
    ensure_eq!(made.allow_custom_option, Some(true));
    ensure_eq!(read(stage, &made.id).await?, made);
    Ok(())
}

async fn files_have_their_limits(stage: &Stage) -> Verdict {
    let looks = folder(stage, &object(stage)).await?;
    let field = wish(stage, &looks, "pictures", CustomFieldType::FileUpload)
        .accepted_formats(AcceptedFormat::Png)
        .max_file_limit(2);
    let made = create(stage, field).await?;
    ensure_eq!((&made.accepted_formats, made.max_file_limit), (&Some(AcceptedFormat::Png), Some(2)));
    let more = change(stage).accepted_formats(AcceptedFormat::All).max_file_limit(4);
    let changed = stage.crm.custom_fields().update(&made.id, more).await?;
    ensure_eq!((&changed.accepted_formats, changed.max_file_limit), (&Some(AcceptedFormat::All), Some(4)));
    for (wrong, text) in [
        (change(stage).max_file_limit(0), "maxFileLimit must not be less than 1"),
        (change(stage).accepted_formats(".exe"), "acceptedFormats must be a valid enum value"),
    ] {
        says(&refused(stage.crm.custom_fields().update(&made.id, wrong).await, Invalid, 422)?, text)?;
    }
    ensure_eq!(read(stage, &made.id).await?, changed);
    Ok(())
}

async fn everything_that_is_wrong_is_named(stage: &Stage) -> Verdict {
    let (fields, home) = (stage.crm.custom_fields(), &stage.location);
    let wrong = CreateField::new(home, "custom_objects.", "", "Two words", CustomFieldType::Radio, false)
        .name(" ")
        .options([CreateOption::new("", "One"), CreateOption::new("b", " "), CreateOption::new("b", "Two")]);
    let error = refused(fields.create(wrong).await, Invalid, 422)?;
    for text in [
        "objectKey must be business or begin with custom_objects.",
        "name should not be empty",
        "fieldKey must be lower case letters, digits and underscores",
        "parentId should not be empty",
        "options.0.key should not be empty",
        "options.1.label should not be empty",
        "options.2 must have a key and a label of its own",
    ] {
        says(&error, text)?;
    }
    let looks = folder(stage, &object(stage)).await?;
    for kind in [CustomFieldType::Signature, "CRYSTAL".into()] {
        let error = refused(fields.create(wish(stage, &looks, "x", kind)).await, Invalid, 422)?;
        says(&error, "dataType must be a valid enum value")?;
    }
    let wrong = wish(stage, &looks, "", CustomFieldType::Text)
        .options([CreateOption::new("a", "A").url("https://pets.example")])
        .accepted_formats(AcceptedFormat::Pdf)
        .max_file_limit(1)
        .allow_custom_option(true);
    let error = refused(fields.create(wrong).await, Invalid, 422)?;
    says(&error, "fieldKey should not be empty")?;
    for name in ["options", "options.0.url", "acceptedFormats", "maxFileLimit", "allowCustomOption"] {
        says(&error, &format!("{name} should not be given for a field of type TEXT"))?;
    }
    let found = fields.list(&looks.object_key, ListFields::new(home)).await?;
    ensure!(found.fields.is_empty(), "nothing was created: {found:?}");
    Ok(())
}

async fn a_field_is_in_a_folder_of_its_object(stage: &Stage) -> Verdict {
    let looks = folder(stage, &object(stage)).await?;
    let mut field = wish(stage, &looks, "name", CustomFieldType::Text);
    field.object_key = object(stage);
    let error = refused(stage.crm.custom_fields().create(field.clone()).await, NotFound, 400)?;
    says(&error, &format!("Folder with id {} not found", looks.id))?;
    field.parent_id = "nowhere".into();
    let error = refused(stage.crm.custom_fields().create(field).await, NotFound, 400)?;
    says(&error, "Folder with id nowhere not found")
}

async fn what_is_not_set_stays(stage: &Stage) -> Verdict {
    let looks = folder(stage, &object(stage)).await?;
    let field = wish(stage, &looks, "name", CustomFieldType::Text).name("Name").placeholder("Rex");
    let made = create(stage, field).await?;
    let fields = stage.crm.custom_fields();
    let hidden = UpdateField::new(&stage.location, false).description("What it listens to");
    let changed = fields.update(&made.id, hidden).await?;
    ensure_eq!((changed.name.as_deref(), changed.placeholder.as_deref()), (Some("Name"), Some("Rex")));
    ensure_eq!((changed.description.as_deref(), changed.show_in_forms), (Some("What it listens to"), false));
    ensure_eq!((&changed.field_key, &changed.date_added), (&made.field_key, &made.date_added));
    ensure!(changed.date_updated >= made.date_updated, "{changed:?}");
    let wrong = change(stage).name(" ").placeholder("Bello");
    says(&refused(fields.update(&made.id, wrong).await, Invalid, 422)?, "name should not be empty")?;
    let choice = change(stage).options([UpdateOption::new("Small")]).name("New name");
    let error = refused(fields.update(&made.id, choice).await, Invalid, 422)?;
    says(&error, "options should not be given for a field of type TEXT")?;
    ensure_eq!(read(stage, &made.id).await?, changed);
    Ok(())
}

/// A field with the options `s` (Small) and `l` (Large).
async fn size(stage: &Stage) -> Result<Arc<ObjectField>, Failure> {
    let looks = folder(stage, &object(stage)).await?;
    let field = wish(stage, &looks, "size", CustomFieldType::SingleOptions)
        .options([CreateOption::new("s", "Small"), CreateOption::new("l", "Large")]);
    create(stage, field).await
}

async fn options_are_added_and_renamed(stage: &Stage) -> Verdict {
    let made = size(stage).await?;
    let fields = stage.crm.custom_fields();
    // One by its label, one by its key, one that is new.
    let all = [UpdateOption::new("Large"), UpdateOption::new("Medium"), UpdateOption::new("Tiny").key("s")];
    let changed = fields.update(&made.id, change(stage).options(all)).await?;
    let seen = options(&changed);
    ensure_eq!((seen[0], seen[1].1, seen[2]), (("l", "Large"), "Medium", ("s", "Tiny")));
    ensure!(!seen[1].0.is_empty() && !["s", "l"].contains(&seen[1].0), "a key of its own: {seen:?}");
    ensure_eq!(read(stage, &made.id).await?, changed);
    Ok(())
}

async fn options_cannot_be_removed(stage: &Stage) -> Verdict {
    let made = size(stage).await?;
    let fields = stage.crm.custom_fields();
    for fewer in [vec![UpdateOption::new("Large")], Vec::new()] {
        let error = refused(fields.update(&made.id, change(stage).options(fewer)).await, Invalid, 422)?;
        says(&error, "options must include s")?;
    }
    let twice = [UpdateOption::new("Small"), UpdateOption::new("Large"), UpdateOption::new("Large")];
    let error = refused(fields.update(&made.id, change(stage).options(twice)).await, Invalid, 422)?;
    says(&error, "options.2 must have a key and a label of its own")?;
    ensure_eq!(read(stage, &made.id).await?, made);
    Ok(())
}

async fn a_type_stays(stage: &Stage) -> Verdict {
    let made = size(stage).await?;
    let body = serde_json::json!({ "locationId": stage.location, "showInForms": true, "dataType": "DATE" });
    let request = WireRequest::new(&UPDATE, format!("/custom-fields/{}", made.id)).json(&body);
    let answer = stage.hands.wire(request).await.ok_or_skip("the wire cannot be spoken directly here")?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    ensure!(answer.status == 422 && text.contains("property dataType should not exist"), "{text}");
    Ok(())
}

async fn a_deleted_field_is_gone(stage: &Stage) -> Verdict {
    let made = size(stage).await?;
    let fields = stage.crm.custom_fields();
    let done = fields.delete(&made.id).await?;
    ensure_eq!((done.succeeded, done.id.as_str(), &done.key), (true, made.id.as_str(), &made.field_key));
    let said = format!("CustomField with id {} not found", made.id);
    says(&refused(fields.get(&made.id).await, NotFound, 400)?, &said)?;
    says(&refused(fields.delete(&made.id).await, NotFound, 400)?, &said)?;
    says(&refused(fields.update(&made.id, change(stage)).await, NotFound, 400)?, &said)?;
    let left = fields.list(&made.object_key, ListFields::new(&stage.location)).await?;
    ensure!(left.fields.is_empty() && left.folders.len() == 1, "{left:?}");
    Ok(())
}

async fn folders_come_and_go(stage: &Stage) -> Verdict {
    let object = object(stage);
    let made = folder(stage, &object).await?;
    ensure_eq!((made.name.as_str(), &made.object_key), ("Looks", &object));
    ensure_eq!(&made.location_id, &stage.location);
    let fields = stage.crm.custom_fields();
    let id = CustomFieldId::from(made.id.as_text());
    ensure_eq!(fields.get(&id).await?.folder(), Some(&made));
    let renamed = fields.update_folder(&made.id, UpdateFolder::new("Health", &stage.location)).await?;
    ensure_eq!((renamed.name.as_str(), &renamed.id), ("Health", &made.id));
    ensure_eq!(fields.get(&id).await?.folder(), Some(&plain(&renamed)));
    let done = fields.delete_folder(&made.id, DeleteFolder::new(&stage.location)).await?;
    ensure_eq!((done.succeeded, done.id.as_str()), (true, made.id.as_str()));
    refused(fields.get(&id).await, NotFound, 400)?;
    let left = fields.list(&object, ListFields::new(&stage.location)).await?;
    ensure!(left.folders.is_empty(), "{left:?}");
    Ok(())
}

async fn wrong_folders_are_named(stage: &Stage) -> Verdict {
    let fields = stage.crm.custom_fields();
    let wrong = CreateFolder::new("pets", " ", &stage.location);
    let error = refused(fields.create_folder(wrong).await, Invalid, 422)?;
    says(&error, "objectKey must be business or begin with custom_objects.")?;
    says(&error, "name should not be empty")?;
    let made = folder(stage, &object(stage)).await?;
    let nameless = fields.update_folder(&made.id, UpdateFolder::new("", &stage.location)).await;
    says(&refused(nameless, Invalid, 422)?, "name should not be empty")?;
    let found = fields.list(&made.object_key, ListFields::new(&stage.location)).await?;
    ensure_eq!(found.folders, [made]);
    Ok(())
}

async fn a_folder_that_holds_fields_stays(stage: &Stage) -> Verdict {
    let made = size(stage).await?;
    let fields = stage.crm.custom_fields();
    let looks = made.parent_id.clone().unwrap_or_default();
    let error = fields.delete_folder(&looks, DeleteFolder::new(&stage.location)).await;
    says(&refused(error, Invalid, 400)?, &format!("Folder with id {looks} holds custom fields"))?;
    ensure_eq!(read(stage, &made.id).await?, made);
    fields.delete(&made.id).await?;
    fields.delete_folder(&looks, DeleteFolder::new(&stage.location)).await?;
    Ok(())
}

async fn folders_that_are_not_there_are_named(stage: &Stage) -> Verdict {
    let fields = stage.crm.custom_fields();
    // A field is no folder.
    let field = size(stage).await?;
    for id in [CustomFieldFolderId::from("nowhere"), field.id.as_text().into()] {
        let said = format!("Folder with id {id} not found");
        let rename = fields.update_folder(&id, UpdateFolder::new("x", &stage.location)).await;
        says(&refused(rename, NotFound, 400)?, &said)?;
        let gone = fields.delete_folder(&id, DeleteFolder::new(&stage.location)).await;
        says(&refused(gone, NotFound, 400)?, &said)?;
    }
    // Nor is a folder a field.
    let looks = CustomFieldId::from(Text::from(field.parent_id.clone().unwrap_or_default()));
    refused(fields.update(&looks, change(stage)).await, NotFound, 400)?;
    refused(fields.delete(&looks).await, NotFound, 400)?;
    Ok(())
}

async fn objects_are_kept_apart(stage: &Stage) -> Verdict {
    let (pet, car) = (folder(stage, &object(stage)).await?, folder(stage, &object(stage)).await?);
    let name = create(stage, wish(stage, &pet, "name", CustomFieldType::Text)).await?;
    let born = create(stage, wish(stage, &pet, "born", CustomFieldType::Date)).await?;
    let seats = create(stage, wish(stage, &car, "name", CustomFieldType::Numerical)).await?;
    let fields = stage.crm.custom_fields();
    let of = |object: &ObjectKey| {
        let object = object.clone();
        async move { fields.list(&object, ListFields::new(&stage.location)).await }
    };
    let (pets, cars) = (of(&pet.object_key).await?, of(&car.object_key).await?);
    ensure_eq!(pets.fields, [name, born]);
    ensure_eq!(pets.folders, [pet]);
    ensure_eq!(cars.fields, [seats]);
    ensure_eq!(cars.folders, [car]);
    let unknown = of(&object(stage)).await?;
    ensure!(unknown.fields.is_empty() && unknown.folders.is_empty(), "{unknown:?}");
    Ok(())
}

async fn objects_that_are_none_are_named(stage: &Stage) -> Verdict {
    for object in ["pet", "custom_objects.", "custom_objects.Two words"] {
        let none = stage.crm.custom_fields().list(&object.into(), ListFields::new(&stage.location)).await;
        says(&refused(none, NotFound, 400)?, &format!("Object with key {object} not found"))?;
    }
    Ok(())
}

async fn contacts_fields_are_seen(stage: &Stage) -> Verdict {
    let (locations, home) = (stage.crm.locations(), &stage.location);
    let input = CreateCustomField::new(stage.unique("Shirt"), CustomFieldType::SingleOptions)
        .model(FieldModel::Opportunity)
        .placeholder("M")
        .options(["S", "M"]);
    let made = locations.create_custom_field(home, input).await?;
    let key = ObjectKey::standard(&FieldModel::Opportunity);
    let found = read(stage, &made.id).await;
    let listed = stage.crm.custom_fields().list(&key, ListFields::new(home)).await;
    let renamed = stage.unique("Size");
    let change = UpdateCustomField::new(&renamed);
    let changed = locations.update_custom_field(home, &made.id, change).await;
    let after = read(stage, &made.id).await;
    locations.delete_custom_field(home, &made.id).await?;
    let found = found?;
    ensure_eq!((&found.id, &found.field_key, &found.object_key), (&made.id, &made.field_key, &key));
    ensure_eq!((found.name.as_ref(), found.placeholder.as_deref()), (Some(&made.name), Some("M")));
    ensure_eq!(options(&found), [("S", "S"), ("M", "M")]);
    ensure!(found.date_added.is_some(), "{found:?}");
    ensure!(listed?.fields.contains(&found), "it is listed");
    changed?;
    ensure_eq!(after?.name.as_deref(), Some(&*renamed));
    refused(stage.crm.custom_fields().get(&made.id).await, NotFound, 400)?;
    Ok(())
}

async fn contacts_fields_are_not_written(stage: &Stage) -> Verdict {
    let (fields, home) = (stage.crm.custom_fields(), &stage.location);
    for object in ["contact", "opportunity"] {
        let none = fields.create_folder(CreateFolder::new(object, "Looks", home)).await;
        says(&refused(none, Invalid, 422)?, "objectKey must be business or begin with custom_objects.")?;
        let input = CreateField::new(home, object, "folder", "size", CustomFieldType::Text, true);
        says(&refused(fields.create(input).await, Invalid, 422)?, "objectKey must be business")?;
    }
    let input = CreateCustomField::new(stage.unique("Shirt"), CustomFieldType::Text);
    let made = stage.crm.locations().create_custom_field(home, input).await?;
    let changed = fields.update(&made.id, change(stage).name("New name")).await;
    let deleted = fields.delete(&made.id).await;
    let after = stage.crm.locations().get_custom_field(home, &made.id).await;
    stage.crm.locations().delete_custom_field(home, &made.id).await?;
    says(&refused(changed, Invalid, 400)?, "Fields of contact are not supported")?;
    says(&refused(deleted, Invalid, 400)?, "Fields of contact are not supported")?;
    ensure_eq!(after?, made);
    Ok(())
}

async fn the_sub_accounts_own_fields_are_others(stage: &Stage) -> Verdict {
    let made = size(stage).await?;
    let (locations, home) = (stage.crm.locations(), &stage.location);
    refused(locations.get_custom_field(home, &made.id).await, NotFound, 400)?;
    refused(locations.delete_custom_field(home, &made.id).await, NotFound, 400)?;
    let all = crate::locations::ListCustomFields::new().model(crate::locations::FieldModels::All);
    let listed = locations.list_custom_fields(home, all).await?;
    ensure!(!listed.iter().any(|field| field.id == made.id), "an object's field is listed there");
    Ok(())
}

async fn the_wire_misspells_its_answer(stage: &Stage) -> Verdict {
    let made = size(stage).await?;
    let request = WireRequest::new(&DELETE, format!("/custom-fields/{}", made.id));
    let answer = stage.hands.wire(request).await.ok_or_skip("the wire cannot be spoken directly here")?;
    let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    ensure_eq!(said["succeded"], true);
    ensure_eq!(said["key"], made.field_key.as_str());
    Ok(())
}
