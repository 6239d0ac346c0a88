//! What writes of a contact bring, checked and normalised before anything changes.

use smbcrm_core::contacts::{
    BirthDate, Contact, CreateContact, DndSettings, DndStatus, InboundDndSettings, UpdateContact,
    UpsertContact,
};
use smbcrm_core::dedupe::{is_plain_email, normalise_email, normalise_phone, normalise_tags, split_name};
use smbcrm_core::locations::FieldModel;
use smbcrm_core::types::{CustomFieldInput, CustomFieldValue, Patch, Text, UserId};
use smbcrm_core::{Error, Result};

use super::custom::custom_field_values;
use crate::refusal;
use crate::world::State;

/// The fields that create, update and upsert have in common.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    first_name: Patch<Text>,
    last_name: Patch<Text>,
    name: Patch<Text>,
    email: Patch<Text>,
    phone: Patch<Text>,
    address1: Patch<Text>,
    city: Patch<Text>,
    state: Patch<Text>,
    postal_code: Patch<Text>,
    country: Patch<Text>,
    website: Patch<Text>,
    timezone: Patch<Text>,
    dnd: Option<bool>,
    dnd_settings: Option<DndSettings>,
    inbound_dnd_settings: Option<InboundDndSettings>,
    tags: Option<Vec<Text>>,
    custom_fields: Option<Vec<CustomFieldInput>>,
    source: Patch<Text>,
    date_of_birth: Patch<BirthDate>,
    assigned_to: Patch<UserId>,
    company_name: Patch<Text>,
}

macro_rules! fields_of {
    ($($input:ty, |$given:ident| $company:expr;)*) => {$(
        impl From<$input> for Fields {
            fn from($given: $input) -> Self {
                Self {
                    first_name: $given.first_name,
                    last_name: $given.last_name,
                    name: $given.name,
                    email: $given.email,
                    phone: $given.phone,
                    address1: $given.address1,
                    city: $given.city,
                    state: $given.state,
                    postal_code: $given.postal_code,
                    country: $given.country,
                    website: $given.website,
                    timezone: $given.timezone,
                    dnd: $given.dnd,
                    dnd_settings: $given.dnd_settings,
                    inbound_dnd_settings: $given.inbound_dnd_settings,
                    tags: $given.tags,
                    custom_fields: $given.custom_fields,
                    source: $given.source,
                    date_of_birth: $given.date_of_birth,
                    assigned_to: $given.assigned_to,
                    company_name: $company,
                }
            }
        }
    )*};
}

fields_of! {
    CreateContact, |input| input.company_name;
    UpsertContact, |input| input.company_name;
    // An update takes no company.
    UpdateContact, |input| Patch::Keep;
}

/// Checked fields: e-mail, phone, tags and names in their stored form, custom fields by id.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    fields: Fields,
    custom: Vec<CustomFieldValue>,
}

impl Fields {
    /// Whether nothing at all is given.
    pub(crate) fn is_empty(&self) -> bool {
        let texts = [
            &self.first_name,
            &self.last_name,
            &self.name,
            &self.email,
            &self.phone,
            &self.address1,
            &self.city,
            &self.state,
            &self.postal_code,
            &self.country,
            &self.website,
            &self.timezone,
            &self.source,
            &self.company_name,
        ];
        texts.iter().all(|text| matches!(text, Patch::Keep | Patch::Clear))
            && self.dnd.is_none()
            && self.dnd_settings.is_none()
            && self.inbound_dnd_settings.is_none()
            && self.tags.is_none()
            && self.custom_fields.is_none()
            && self.date_of_birth.value().is_none()
            && self.assigned_to.value().is_none()
    }

    /// Normalises everything, or lists all that is wrong.
    ///
    /// A phone without a country code is one of the country given, else of the contact's own (`country`), else of
    /// the sub-account's.
    pub(crate) fn check(mut self, state: &State, country: Option<&str>) -> Result<Checked> {
        let mut wrong = Vec::new();
        if let Patch::Set(email) = &self.email
            && !is_plain_email(email)
        {
            match normalise_email(email) {
                Ok(email) => self.email = Patch::Set(email.into()),
                Err(_) => wrong.push("email must be an email".to_owned()),
            }
        }
        let mut region = country.filter(|country| !country.is_empty()).unwrap_or_else(|| state.region());
        let given;
        match &self.country {
            Patch::Set(country) => {
                given = country.trim().to_uppercase();
                if given.len() == 2 && given.bytes().all(|byte| byte.is_ascii_uppercase()) {
                    self.country = Patch::Set(given.as_str().into());
                    region = &given;
                } else {
                    wrong.push("country must be a valid enum value".to_owned());
                }
            }
            Patch::Clear => region = state.region(),
            Patch::Keep => {}
        }
        if let Patch::Set(phone) = &self.phone {
            match normalise_phone(phone, region) {
                Ok(phone) => self.phone = Patch::Set(phone.into()),
                Err(_) => wrong.push("phone must be a valid phone number".to_owned()),
            }
        }
        if let Patch::Set(zone) = &self.timezone
            && zone.parse::<chrono_tz::Tz>().is_err()
        {
            wrong.push("timezone must be a valid IANA time zone".to_owned());
        }
        if let Some(settings) = &self.dnd_settings {
            check_dnd(settings, &mut wrong);
        }
        let inbound = self.inbound_dnd_settings.as_ref().and_then(|settings| settings.all.as_ref());
        if inbound.is_some_and(|all| !matches!(all.status, DndStatus::Active | DndStatus::Inactive)) {
            wrong.push("inboundDndSettings.all.status must be a valid enum value".to_owned());
        }
        // A name stands for first and last name together: one word leaves no last name, null leaves neither.
        let (first, last) = match &self.name {
            Patch::Keep => (Patch::Keep, Patch::Keep),
            Patch::Clear => (Patch::Clear, Patch::Clear),
            Patch::Set(name) => {
                let split = split_name(name);
                (Patch::Set(split.first.into()), split.last.map_or(Patch::Clear, |l| Patch::Set(l.into())))
            }
        };
        for (part, of_name) in [(&mut self.first_name, first), (&mut self.last_name, last)] {
            if part.is_keep() {
                *part = of_name;
            }
        }
        for name in [&mut self.first_name, &mut self.last_name] {
            if let Patch::Set(text) = name {
                let trimmed = text.trim();
                *name = if trimmed.is_empty() { Patch::Clear } else { Patch::Set(trimmed.into()) };
            }
        }
        // Most tags come as they are stored, and stay where they are.
        if let Some(tags) = self.tags.as_mut().filter(|tags| !are_normal(tags)) {
            *tags = normalise_tags(tags.iter()).into_iter().map(Text::from).collect();
        }
        let custom = match self.custom_fields.take() {
            None => Vec::new(),
            Some(inputs) => custom_field_values(state, &FieldModel::Contact, inputs, &mut wrong),
        };
        if wrong.is_empty() { Ok(Checked { fields: self, custom }) } else { Err(refusal::invalid(wrong)) }
    }
}

/// Whether tags are in their stored form beyond doubt: plain lower-case words, none twice, not many.
fn are_normal(tags: &[Text]) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase();
    let is_normal = |tag: &Text| match tag.as_bytes() {
        [] => false,
        [only] => is_plain(*only),
        [first, inner @ .., last] => {
            is_plain(*first) && is_plain(*last) && inner.iter().all(|byte| *byte == b' ' || is_plain(*byte))
        }
    };
    tags.len() <= 16 && tags.iter().enumerate().all(|(at, tag)| is_normal(tag) && !tags[..at].contains(tag))
}

impl Checked {
    pub(crate) fn email(&self) -> Option<&Text> {
        self.fields.email.value()
    }

    pub(crate) fn phone(&self) -> Option<&Text> {
        self.fields.phone.value()
    }

    pub(crate) fn keep_email(&mut self) {
        self.fields.email = Patch::Keep;
    }

    pub(crate) fn keep_phone(&mut self) {
        self.fields.phone = Patch::Keep;
    }

    /// The tags given, if any.
    pub(crate) fn tags(&self) -> Option<&[Text]> {
        self.fields.tags.as_deref()
    }

    /// Writes the fields into a contact.
    pub(crate) fn apply(self, contact: &mut Contact) {
        let Self { fields, custom } = self;
        fields.first_name.apply(&mut contact.first_name);
        fields.last_name.apply(&mut contact.last_name);
        fields.email.apply(&mut contact.email);
        fields.phone.apply(&mut contact.phone);
        fields.address1.apply(&mut contact.address1);
        fields.city.apply(&mut contact.city);
        fields.state.apply(&mut contact.state);
        fields.postal_code.apply(&mut contact.postal_code);
        fields.country.apply(&mut contact.country);
        fields.website.apply(&mut contact.website);
        fields.timezone.apply(&mut contact.timezone);
        fields.source.apply(&mut contact.source);
        fields.company_name.apply(&mut contact.company_name);
        fields.assigned_to.apply(&mut contact.assigned_to);
        match fields.date_of_birth {
            Patch::Keep => {}
            Patch::Clear => contact.date_of_birth = None,
            Patch::Set(date) => contact.date_of_birth = Some(date.date()),
        }
        if let Some(dnd) = fields.dnd {
            contact.dnd = dnd;
        }
        if let Some(settings) = fields.dnd_settings {
            contact.dnd_settings = (settings != DndSettings::default()).then(|| Box::new(settings));
        }
        if let Some(settings) = fields.inbound_dnd_settings {
            contact.inbound_dnd_settings =
                (settings != InboundDndSettings::default()).then(|| Box::new(settings));
        }
        if let Some(tags) = fields.tags {
            contact.tags = tags;
        }
        super::custom::merge(&mut contact.custom_fields, custom);
    }
}

fn check_dnd(settings: &DndSettings, wrong: &mut Vec<String>) {
    let channels = [
        ("Call", &settings.call),
        ("Email", &settings.email),
        ("SMS", &settings.sms),
        ("WhatsApp", &settings.whatsapp),
        ("GMB", &settings.gmb),
        ("FB", &settings.fb),
    ];
    for (channel, setting) in channels {
        if setting.as_ref().is_some_and(|setting| !setting.status.is_known()) {
            wrong.push(format!("dndSettings.{channel}.status must be a valid enum value"));
        }
    }
}

/// A create that says nothing about the contact: HTTP 400 around a body that says 422.
pub(crate) fn nothing_given() -> Error {
    refusal::unprocessable(400, vec!["at least one of name, email or phone should not be empty".to_owned()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn normal_tags_are_what_normalising_makes_of_them(
            tags in prop::collection::vec("[ab]{1,2}|[ aBé]{0,3}", 0..20)
        ) {
            let tags: Vec<Text> = tags.into_iter().map(Text::from).collect();
            if are_normal(&tags) {
                prop_assert_eq!(normalise_tags(&tags).into_iter().map(Text::from).collect::<Vec<_>>(), tags);
            }
        }
    }
}
