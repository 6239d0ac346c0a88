//! The sub-account's duplicate rule: which existing contact a write or a search means.

/// A field that identifies a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Identifier {
    /// The (normalised) e-mail address.
    Email,
    /// The telephone number in E.164.
    Phone,
}

impl Identifier {
    /// The wire's name, as in `contactUniqueIdentifiers` and `matchingField`: `email` or `phone`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    /// Reads the wire's name.
    #[must_use]
    pub fn from_wire(name: &str) -> Option<Self> {
        match name {
            "email" => Some(Self::Email),
            "phone" => Some(Self::Phone),
            _ => None,
        }
    }
}

impl std::fmt::Display for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the look-ups found for the addresses of one request.
///
/// `Id` is whatever the caller identifies contacts by; it is only compared and cloned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Matches<Id> {
    /// The contact that has the request's e-mail address, if the request carries one.
    pub email: Option<Id>,
    /// The contact that has the request's telephone number, if the request carries one.
    pub phone: Option<Id>,
}

impl<Id> Default for Matches<Id> {
    fn default() -> Self {
        Self { email: None, phone: None }
    }
}

impl<Id> Matches<Id> {
    /// Nothing found.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records the contact that has the e-mail address; takes an id or an `Option` of one.
    #[must_use]
    pub fn email(mut self, id: impl Into<Option<Id>>) -> Self {
        self.email = id.into();
        self
    }

    /// Records the contact that has the telephone number; takes an id or an `Option` of one.
    #[must_use]
    pub fn phone(mut self, id: impl Into<Option<Id>>) -> Self {
        self.phone = id.into();
        self
    }

    /// The contact found by one identifier.
    #[must_use]
    pub fn by(&self, identifier: Identifier) -> Option<&Id> {
        match identifier {
            Identifier::Email => self.email.as_ref(),
            Identifier::Phone => self.phone.as_ref(),
        }
    }
}

/// An existing contact and the identifier that found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Match<Id> {
    /// The contact.
    pub id: Id,
    /// What it was found by.
    pub field: Identifier,
}

/// What to do with a contact that somebody wants written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Decision<Id> {
    /// Nobody matches, or duplicates are welcome: create a contact.
    Create,
    /// Update the contact that matches.
    Update {
        /// The contact to update.
        id: Id,
        /// The identifier it was found by.
        matched_by: Identifier,
        /// The other identifier, when it belongs to somebody else: it must not be written.
        dropped_field: Option<Identifier>,
    },
    /// Refuse with 400 `This location does not allow duplicated contacts.`
    Refuse {
        /// The contact in the way: the error's `meta.contactId`.
        id: Id,
        /// The identifier that collides: the error's `meta.matchingField`.
        matching_field: Identifier,
    },
}

/// A sub-account's *Contact Deduplication Preferences*, as pure decisions.
///
/// The default is the CRM's: duplicates disallowed, e-mail first, then phone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DuplicateRule {
    /// The toggle *Allow Duplicate Contact* (`settings.allowDuplicateContact`).
    pub allow_duplicates: bool,
    /// The identifiers in order of preference (`settings.contactUniqueIdentifiers`). Empty counts
    /// as e-mail alone, the toggle's default primary field.
    pub identifiers: Vec<Identifier>,
}

impl Default for DuplicateRule {
    fn default() -> Self {
        Self { allow_duplicates: false, identifiers: vec![Identifier::Email, Identifier::Phone] }
    }
}

impl DuplicateRule {
    /// A rule; `identifiers` in order of preference.
    #[must_use]
    pub fn new(allow_duplicates: bool, identifiers: impl IntoIterator<Item = Identifier>) -> Self {
        Self { allow_duplicates, identifiers: identifiers.into_iter().collect() }
    }

    /// The sub-account's order of identifiers.
    #[must_use]
    pub fn order(&self) -> &[Identifier] {
        if self.identifiers.is_empty() { &[Identifier::Email] } else { &self.identifiers }
    }

    /// The order in which `GET /contacts/search/duplicate` looks: the sub-account's own when
    /// duplicates are disallowed, else e-mail, then phone.
    #[must_use]
    pub fn search_order(&self) -> &[Identifier] {
        if self.allow_duplicates { &[Identifier::Email, Identifier::Phone] } else { self.order() }
    }

    /// `POST /contacts/`.
    ///
    /// | duplicates | match | decision |
    /// |---|---|---|
    /// | allowed | any | create |
    /// | disallowed | none | create |
    /// | disallowed | by an identifier of the rule | refuse, naming the first in the rule's order |
    /// | disallowed | by a field that is no identifier of the rule | create |
    #[must_use]
    pub fn create<Id: Clone>(&self, matches: &Matches<Id>) -> Decision<Id> {
        if self.allow_duplicates {
            return Decision::Create;
        }
        match first(self.order(), matches) {
            Some(found) => Decision::Refuse { id: found.id, matching_field: found.field },
            None => Decision::Create,
        }
    }

    /// `POST /contacts/upsert`, with its `createNewIfDuplicateAllowed` (absent = `false`).
    ///
    /// | duplicates | flag | match | decision |
    /// |---|---|---|---|
    /// | allowed | true | any | create |
    /// | disallowed | true | | the flag is ignored |
    /// | either | false | none | create |
    /// | either | false | one contact | update it |
    /// | either | false | first identifier A, second B | update A; the second field is not written |
    ///
    /// An upsert never refuses. A match by an *additional* e-mail counts as a match by e-mail; the
    /// caller promotes the address when it writes.
    #[must_use]
    pub fn upsert<Id: Clone + PartialEq>(
        &self,
        matches: &Matches<Id>,
        create_new_if_duplicate_allowed: bool,
    ) -> Decision<Id> {
        if self.allow_duplicates && create_new_if_duplicate_allowed {
            return Decision::Create;
        }
        let Some(found) = first(self.order(), matches) else { return Decision::Create };
        let dropped_field = self.order().iter().copied().find(|field| {
            *field != found.field && matches.by(*field).is_some_and(|other| *other != found.id)
        });
        Decision::Update { id: found.id, matched_by: found.field, dropped_field }
    }

    /// `PUT /contacts/{id}`: the contact whose e-mail or phone the change would duplicate.
    ///
    /// `None` when duplicates are allowed or nobody but `own` matches. The wire's answer to such a
    /// change is not known; refusing it like a create is assumed.
    #[must_use]
    pub fn conflict<Id: Clone + PartialEq>(&self, own: &Id, matches: &Matches<Id>) -> Option<Match<Id>> {
        if self.allow_duplicates {
            return None;
        }
        self.order().iter().find_map(|field| {
            let id = matches.by(*field).filter(|id| *id != own)?;
            Some(Match { id: id.clone(), field: *field })
        })
    }

    /// `GET /contacts/search/duplicate`: the first match in [`search_order`](Self::search_order).
    #[must_use]
    pub fn find<Id: Clone>(&self, matches: &Matches<Id>) -> Option<Match<Id>> {
        first(self.search_order(), matches)
    }
}

fn first<Id: Clone>(order: &[Identifier], matches: &Matches<Id>) -> Option<Match<Id>> {
    order.iter().find_map(|field| Some(Match { id: matches.by(*field)?.clone(), field: *field }))
}

#[cfg(test)]
mod tests {
    use super::Identifier::{Email, Phone};
    use super::*;

    fn found(email: Option<&'static str>, phone: Option<&'static str>) -> Matches<&'static str> {
        Matches::new().email(email).phone(phone)
    }

    fn update(
        id: &'static str,
        matched_by: Identifier,
        dropped_field: Option<Identifier>,
    ) -> Decision<&'static str> {
        Decision::Update { id, matched_by, dropped_field }
    }

    fn refuse(id: &'static str, matching_field: Identifier) -> Decision<&'static str> {
        Decision::Refuse { id, matching_field }
    }

    #[test]
    fn create_refuses_in_the_rules_order() {
        let email_first = DuplicateRule::default();
        let phone_first = DuplicateRule::new(false, [Phone, Email]);
        for (matches, by_email, by_phone) in [
            (found(None, None), Decision::Create, Decision::Create),
            (found(Some("A"), None), refuse("A", Email), refuse("A", Email)),
            (found(None, Some("B")), refuse("B", Phone), refuse("B", Phone)),
            (found(Some("A"), Some("B")), refuse("A", Email), refuse("B", Phone)),
        ] {
            assert_eq!(email_first.create(&matches), by_email);
            assert_eq!(phone_first.create(&matches), by_phone);
            assert_eq!(DuplicateRule::new(true, [Email, Phone]).create(&matches), Decision::Create);
        }
    }

    #[test]
    fn a_field_outside_the_rule_never_collides() {
        let email_only = DuplicateRule::new(false, [Email]);
        assert_eq!(email_only.create(&found(None, Some("B"))), Decision::Create);
        assert_eq!(email_only.upsert(&found(None, Some("B")), false), Decision::Create);
        // The phone is no identifier here, so it is written even though B has it too.
        assert_eq!(email_only.upsert(&found(Some("A"), Some("B")), false), update("A", Email, None));
        assert_eq!(DuplicateRule::new(false, []).create(&found(Some("A"), None)), refuse("A", Email));
    }

    #[test]
    fn upsert_updates_the_first_match_and_drops_the_other_field() {
        for allowed in [false, true] {
            let email_first = DuplicateRule::new(allowed, [Email, Phone]);
            let phone_first = DuplicateRule::new(allowed, [Phone, Email]);
            assert_eq!(email_first.upsert(&found(None, None), false), Decision::Create);
            assert_eq!(email_first.upsert(&found(Some("A"), None), false), update("A", Email, None));
            assert_eq!(email_first.upsert(&found(None, Some("B")), false), update("B", Phone, None));
            assert_eq!(email_first.upsert(&found(Some("A"), Some("A")), false), update("A", Email, None));
            assert_eq!(
                email_first.upsert(&found(Some("A"), Some("B")), false),
                update("A", Email, Some(Phone))
            );
            assert_eq!(
                phone_first.upsert(&found(Some("A"), Some("B")), false),
                update("B", Phone, Some(Email))
            );
        }
    }

    #[test]
    fn the_upsert_flag_needs_the_toggle() {
        let matches = found(Some("A"), Some("B"));
        assert_eq!(DuplicateRule::new(true, [Email, Phone]).upsert(&matches, true), Decision::Create);
        assert_eq!(DuplicateRule::default().upsert(&matches, true), update("A", Email, Some(Phone)));
    }

    #[test]
    fn duplicate_search_ignores_the_order_when_duplicates_are_allowed() {
        let matches = found(Some("A"), Some("B"));
        let phone_first = DuplicateRule::new(false, [Phone, Email]);
        assert_eq!(phone_first.find(&matches), Some(Match { id: "B", field: Phone }));
        let allowed = DuplicateRule::new(true, [Phone]);
        assert_eq!(allowed.find(&matches), Some(Match { id: "A", field: Email }));
        assert_eq!(allowed.find(&found(None, Some("B"))), Some(Match { id: "B", field: Phone }));
        assert_eq!(DuplicateRule::new(false, [Email]).find(&found(None, Some("B"))), None);
    }

    #[test]
    fn an_update_conflicts_with_others_only() {
        let rule = DuplicateRule::default();
        assert_eq!(rule.conflict(&"A", &found(Some("A"), Some("A"))), None);
        assert_eq!(rule.conflict(&"A", &found(Some("A"), Some("B"))), Some(Match { id: "B", field: Phone }));
        assert_eq!(DuplicateRule::new(true, [Email]).conflict(&"A", &found(Some("B"), None)), None);
    }

    #[test]
    fn wire_names_round_trip() {
        for field in [Email, Phone] {
            assert_eq!(Identifier::from_wire(field.as_str()), Some(field));
        }
        assert_eq!(Identifier::from_wire("name"), None);
    }
}
