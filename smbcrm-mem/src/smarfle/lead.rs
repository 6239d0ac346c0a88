//! Reading what a lead says. Pure: no state, no clock.

use smbcrm_core::dedupe::{normalise_email, normalise_phone};
use smbcrm_core::smarfle::{Client, CreateLead};
use smbcrm_core::types::Text;

/// The region of phones without a country code.
const REGION: &str = "US";

const NAME: usize = 100;
const PHONE: usize = 50;
const NOTES: usize = 5_000;
const SOURCE: usize = 500;

/// A phone with fewer digits is none.
const FEWEST_DIGITS: usize = 3;

/// What a lead says, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Lead {
    pub(super) first_name: Option<Text>,
    pub(super) last_name: Option<Text>,
    pub(super) email: Option<Text>,
    pub(super) phone: Option<Text>,
    pub(super) phone_normalized: Option<Text>,
    pub(super) notes: Option<Text>,
    /// `None` where nothing is said, which is no consent.
    pub(super) sms_consent: Option<bool>,
    pub(super) sms_consent_source: Option<Text>,
}

impl Lead {
    /// Reads a lead. Everything that is wrong with it is named.
    pub(super) fn read(input: &CreateLead) -> Result<Self, Vec<String>> {
        let mut wrong = Vec::new();
        let mut lead = Self {
            first_name: line("first_name", input.first_name.as_ref(), NAME, &mut wrong),
            last_name: line("last_name", input.last_name.as_ref(), NAME, &mut wrong),
            email: email(input.email.as_ref(), &mut wrong),
            phone: line("phone", input.phone.as_ref(), PHONE, &mut wrong),
            phone_normalized: None,
            notes: text("notes", input.notes.as_ref(), NOTES, &mut wrong),
            sms_consent: input.sms_consent,
            sms_consent_source: line(
                "sms_consent_source",
                input.sms_consent_source.as_ref(),
                SOURCE,
                &mut wrong,
            ),
        };
        lead.read_phone(&mut wrong);
        let has_neither = [&input.email, &input.phone].into_iter().flatten().all(|it| it.trim().is_empty());
        if has_neither {
            wrong.insert(0, "at least one of email and phone is needed".to_owned());
        }
        if lead.sms_consent == Some(true) && lead.sms_consent_source.is_none() {
            wrong.push("sms_consent_source should not be empty where sms_consent is true".to_owned());
        }
        if wrong.is_empty() { Ok(lead) } else { Err(wrong) }
    }

    fn read_phone(&mut self, wrong: &mut Vec<String>) {
        let Some(phone) = &self.phone else { return };
        if phone.chars().filter(|c| c.is_numeric()).count() < FEWEST_DIGITS {
            wrong.push("phone must be a telephone number".to_owned());
        }
        self.phone_normalized = normalise_phone(phone, REGION).ok().map(Text::from);
    }

    /// What the client's phone is told from others by.
    pub(super) fn phone_key(&self) -> Option<Text> {
        phone_key(self.phone.as_ref(), self.phone_normalized.as_ref())
    }
}

/// What a phone is told from others by: its normalised form, and where it has none its digits.
pub(super) fn phone_key(phone: Option<&Text>, normalized: Option<&Text>) -> Option<Text> {
    if let Some(normalized) = normalized {
        return Some(normalized.clone());
    }
    let digits: String = phone?.chars().filter(|c| c.is_numeric()).collect();
    Some(digits.into())
}

/// What a client's phone is told from others by.
pub(super) fn client_phone_key(client: &Client) -> Option<Text> {
    phone_key(client.phone.as_ref(), client.phone_normalized.as_ref())
}

fn email(given: Option<&Text>, wrong: &mut Vec<String>) -> Option<Text> {
    let given = given.filter(|email| !email.trim().is_empty())?;
    match normalise_email(given) {
        Ok(email) => Some(email.into()),
        Err(error) => {
            wrong.push(error.to_string());
            None
        }
    }
}

/// Text of one line: trimmed, and nothing where it is empty.
fn line(name: &str, given: Option<&Text>, most: usize, wrong: &mut Vec<String>) -> Option<Text> {
    let read = text(name, given, most, wrong)?;
    if read.chars().any(char::is_control) {
        wrong.push(format!("{name} should not have control characters"));
    }
    Some(read)
}

fn text(name: &str, given: Option<&Text>, most: usize, wrong: &mut Vec<String>) -> Option<Text> {
    let given = given.map(|given| given.trim()).filter(|given| !given.is_empty())?;
    if given.chars().count() > most {
        wrong.push(format!("{name} must be shorter than or equal to {most} characters"));
    }
    Some(given.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(lead: &CreateLead) -> Vec<String> {
        Lead::read(lead).expect_err("it should be refused")
    }

    #[test]
    fn an_email_or_a_phone_is_needed() {
        for nobody in
            [CreateLead::new(), CreateLead::new().first_name("Ada"), CreateLead::new().email(" ").phone("")]
        {
            assert_eq!(refused(&nobody), ["at least one of email and phone is needed"]);
        }
        assert!(Lead::read(&CreateLead::new().email("ada@vale.example")).is_ok());
        assert!(Lead::read(&CreateLead::new().phone("555-0177")).is_ok());
    }

    #[test]
    fn all_that_is_wrong_is_named() {
        let lead = CreateLead::new()
            .first_name("x".repeat(101))
            .last_name("a\nb")
            .email("ada")
            .phone("call me")
            .notes("n".repeat(5_001))
            .sms_consent(true);
        let wrong = refused(&lead);
        for name in ["first_name", "last_name", "email", "phone", "notes", "sms_consent_source"] {
            assert!(wrong.iter().any(|text| text.starts_with(name)), "{name}: {wrong:?}");
        }
        assert_eq!(wrong.len(), 6, "{wrong:?}");
    }

    #[test]
    fn a_phone_is_kept_as_it_is_given_and_normalised_beside_it() {
        let read = |phone: &str| Lead::read(&CreateLead::new().phone(phone)).expect("it is a phone");
        let whole = read(" (202) 555-0123 ");
        assert_eq!(whole.phone.as_deref(), Some("(202) 555-0123"));
        assert_eq!(whole.phone_normalized.as_deref(), Some("+12025550123"));
        let local = read("555-0177");
        assert_eq!(
            (local.phone_normalized.as_deref(), local.phone_key().as_deref()),
            (None, Some("5550177"))
        );
    }

    #[test]
    fn consent_is_nothing_but_true_and_says_where_from() {
        let lead = CreateLead::new().email("ada@vale.example");
        assert_eq!(Lead::read(&lead).expect("nothing is said").sms_consent, None);
        assert!(Lead::read(&lead.clone().sms_consent(false)).is_ok());
        let wrong = refused(&lead.clone().sms_consent(true).sms_consent_source(" "));
        assert_eq!(wrong, ["sms_consent_source should not be empty where sms_consent is true"]);
        let given = lead.sms_consent(true).sms_consent_source("vale.example/quote");
        assert_eq!(Lead::read(&given).expect("it says where from").sms_consent, Some(true));
    }

    fn some(pattern: &'static str) -> impl Strategy<Value = Option<Text>> {
        prop::option::of(pattern.prop_map(Text::from))
    }

    proptest! {
        /// Whatever is sent: no panic, and what is accepted is trimmed, within its limits, and the same when it is read
        /// again.
        #[test]
        fn what_is_accepted_is_in_order(
            first_name in some("\\PC{0,120}"),
            email in some("[ a-zA-Z0-9@.+-]{0,30}"),
            phone in some("[ 0-9+().x-]{0,60}"),
            notes in some(".{0,40}"),
            sms_consent in any::<Option<bool>>(),
            source in some(" {0,2}[a-z/.]{0,10}"),
        ) {
            let mut lead = CreateLead::new();
            lead.first_name = first_name;
            lead.email = email;
            lead.phone = phone;
            lead.notes = notes;
            lead.sms_consent = sms_consent;
            lead.sms_consent_source = source;
            let Ok(read) = Lead::read(&lead) else { return Ok(()) };
            prop_assert!(read.email.is_some() || read.phone.is_some());
            prop_assert!(read.sms_consent != Some(true) || read.sms_consent_source.is_some());
            for text in [&read.first_name, &read.email, &read.phone, &read.notes].into_iter().flatten() {
                prop_assert!(!text.is_empty() && text.trim() == text.as_str());
            }
            if let Some(email) = &read.email {
                prop_assert_eq!(email.to_lowercase(), email.to_string());
            }
            if let Some(phone) = &read.phone_normalized {
                prop_assert!(phone.starts_with('+'));
            }
            let mut again = CreateLead::new();
            again.first_name = read.first_name.clone();
            again.email = read.email.clone();
            again.phone = read.phone.clone();
            again.notes = read.notes.clone();
            again.sms_consent = read.sms_consent;
            again.sms_consent_source = read.sms_consent_source.clone();
            prop_assert_eq!(Lead::read(&again), Ok(read));
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = Lead::read(&CreateLead::new().email(text.as_str()).phone(text.as_str()).notes(text.as_str()));
        }
    }
}
