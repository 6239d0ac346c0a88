//! People that look like a CRM's: some names, tags and cities are common and most are rare.

use chrono::{DateTime, TimeZone, Utc};
use smbcrm_core::contacts::{Contact, CreateContact, UpsertContact};
use smbcrm_core::locations::{CreateCustomField, CustomFieldType};
use smbcrm_core::types::{CustomFieldId, CustomFieldInput, CustomFieldValue, FieldValue, LocationId, Text};

/// Chance, the same in every run (splitmix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Chance from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        ((u128::from(self.next()) * sides as u128) >> 64) as usize
    }
}

/// Small numbers often, large ones rarely: the k-th of n comes up in proportion to 1 / (k + flat).
#[derive(Debug, Clone)]
struct Zipf(Vec<f64>);

impl Zipf {
    /// Names are flatter than words are: one in a hundred people is a Smith, not one in ten.
    fn new(n: usize, flat: usize) -> Self {
        let mut sum = 0.0;
        let mut next = |k: usize| {
            sum += 1.0 / (k + flat) as f64;
            sum
        };
        Self((1..=n).map(&mut next).collect())
    }

    fn roll(&self, dice: &mut Dice) -> usize {
        let total = self.0.last().copied().unwrap_or_default();
        let at = dice.next() as f64 / u64::MAX as f64 * total;
        self.0.partition_point(|sum| *sum < at).min(self.0.len() - 1)
    }
}

/// How many tags there are.
pub const TAGS: usize = 200;
/// How many states there are.
pub const STATES: usize = 50;
const FIRST_NAMES: usize = 500;
const LAST_NAMES: usize = 20_000;
const CITIES: usize = 40;
const SOURCES: [&str; 6] = ["web form", "referral", "facebook ads", "trade fair", "import", "walk-in"];
const STEPS: [&str; 4] = ["curious", "comparing", "ready to buy", "has bought"];
const INTERESTS: [&str; 5] = ["roofing", "solar panels", "heat pumps", "windows", "insulation"];
/// 2023-03-01T00:00:00Z.
const FIRST_DAY: i64 = 1_677_628_800_000;
const THREE_YEARS: usize = 3 * 365 * 86_400_000;

fn word(number: usize, syllables: usize) -> String {
    // Syllables of 24 beginnings and 20 endings: about as many different trigrams as real names have.
    const BEGIN: [&str; 24] = [
        "b", "br", "c", "ch", "d", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "r", "s", "sh", "st",
        "t", "tr", "v", "w", "z",
    ];
    const END: [&str; 20] = [
        "a", "e", "i", "o", "u", "an", "en", "in", "on", "ar", "er", "or", "al", "el", "is", "us", "ey",
        "as", "ol", "ee",
    ];
    let mut number = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8;
    let mut word = String::new();
    for _ in 0..syllables {
        word.push_str(BEGIN[(number % 24) as usize]);
        word.push_str(END[(number / 24 % 20) as usize]);
        number /= 480;
    }
    word
}

fn base36(mut number: usize) -> String {
    let mut digits = String::new();
    loop {
        digits.extend(char::from_digit((number % 36) as u32, 36));
        number /= 36;
        if number == 0 {
            return digits;
        }
    }
}

fn capital(word: &str) -> String {
    word.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(word.chars().skip(1)).collect()
}

/// The name of a tag, the common ones first.
pub fn tag(number: usize) -> String {
    format!("{} {}", word(number + 7, 2), number)
}

/// The name of a state.
pub fn state(number: usize) -> String {
    capital(&word(number + 3_000, 3))
}

/// A last name, the common ones first.
pub fn last_name(number: usize) -> String {
    capital(&word(number + 1_000, 3))
}

/// The custom fields that people have, in the order of [`Person::answers`].
pub fn custom_fields() -> [CreateCustomField; 5] {
    [
        CreateCustomField::new("Roof", CustomFieldType::Text),
        CreateCustomField::new("Budget", CustomFieldType::Numerical),
        CreateCustomField::new("Move in", CustomFieldType::Date),
        CreateCustomField::new("Step", CustomFieldType::SingleOptions)
            .options(STEPS.map(Text::from).to_vec()),
        CreateCustomField::new("Interests", CustomFieldType::Checkbox)
            .options(INTERESTS.map(Text::from).to_vec()),
    ]
}

/// One of the people.
#[derive(Debug, Clone)]
pub struct Person {
    /// Which one, from 0.
    pub number: usize,
    /// Given name.
    pub first: String,
    /// Family name.
    pub last: String,
    /// E-mail, in its stored form.
    pub email: String,
    /// Phone, in its stored form.
    pub phone: String,
    /// Up to six tags.
    pub tags: Vec<String>,
    /// City.
    pub city: String,
    /// State.
    pub state: String,
    /// Where the contact came from.
    pub source: &'static str,
    /// When the contact was added.
    pub added: DateTime<Utc>,
    /// What the custom fields hold.
    pub answers: [FieldValue; 5],
}

impl Person {
    /// An id for stores that mint none of their own.
    pub fn id(&self) -> String {
        let mixed = (self.number as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        format!("{mixed:016x}{:04x}", self.number & 0xffff)
    }

    /// The record as a CRM stores it, under an id of its own.
    pub fn contact(&self, location: &LocationId, fields: &[CustomFieldId]) -> Contact {
        let mut contact = Contact::default();
        contact.id = self.id().into();
        contact.location_id = location.clone();
        contact.first_name = Some(self.first.as_str().into());
        contact.last_name = Some(self.last.as_str().into());
        contact.email = Some(self.email.as_str().into());
        contact.phone = Some(self.phone.as_str().into());
        contact.city = Some(self.city.as_str().into());
        contact.state = Some(self.state.as_str().into());
        contact.country = Some("US".into());
        contact.source = Some(self.source.into());
        contact.tags = self.tags.iter().map(Text::from).collect();
        contact.date_added = self.added;
        contact.date_updated = self.added;
        contact.custom_fields = (fields.iter().zip(&self.answers))
            .map(|(id, value)| CustomFieldValue::new(id, value.clone()))
            .collect();
        contact
    }

    fn inputs(&self, fields: &[CustomFieldId]) -> Vec<CustomFieldInput> {
        let pairs = fields.iter().zip(&self.answers);
        pairs.map(|(id, value)| CustomFieldInput::new(id, value.clone())).collect()
    }

    /// The person as a new contact.
    pub fn create(&self, location: &LocationId, fields: &[CustomFieldId]) -> CreateContact {
        CreateContact::new(location)
            .first_name(Text::from(&self.first))
            .last_name(Text::from(&self.last))
            .email(Text::from(&self.email))
            .phone(Text::from(&self.phone))
            .city(Text::from(&self.city))
            .state(Text::from(&self.state))
            .country(Text::from("US"))
            .source(Text::from(self.source))
            .tags(self.tags.iter().map(Text::from).collect::<Vec<_>>())
            .custom_fields(self.inputs(fields))
    }

    /// The person as a contact to create or update.
    pub fn upsert(&self, location: &LocationId, fields: &[CustomFieldId]) -> UpsertContact {
        UpsertContact::new(location)
            .first_name(Text::from(&self.first))
            .last_name(Text::from(&self.last))
            .email(Text::from(&self.email))
            .phone(Text::from(&self.phone))
            .city(Text::from(&self.city))
            .state(Text::from(&self.state))
            .country(Text::from("US"))
            .source(Text::from(self.source))
            .tags(self.tags.iter().map(Text::from).collect::<Vec<_>>())
            .custom_fields(self.inputs(fields))
    }
}

/// A stream of people; it never ends.
#[derive(Debug, Clone)]
pub struct People {
    dice: Dice,
    next: usize,
    first: Zipf,
    last: Zipf,
    tags: Zipf,
    states: Zipf,
    cities: Zipf,
}

impl People {
    /// The people of a seed.
    pub fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            next: 0,
            first: Zipf::new(FIRST_NAMES, 10),
            last: Zipf::new(LAST_NAMES, 20),
            tags: Zipf::new(TAGS, 0),
            states: Zipf::new(STATES, 0),
            cities: Zipf::new(CITIES, 0),
        }
    }

    fn make(&mut self) -> Person {
        let number = self.next;
        self.next += 1;
        let dice = &mut self.dice;
        let first = capital(&word(self.first.roll(dice), 2));
        let last = last_name(self.last.roll(dice));
        let state_number = self.states.roll(dice);
        let mut tags: Vec<String> = Vec::new();
        for _ in 0..dice.roll(7) {
            let tag = tag(self.tags.roll(dice));
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        // Twenty-odd letters, as real ones have.
        let email = format!("{}.{}{}@mail.test", &first[..1], last, base36(number)).to_lowercase();
        let added = FIRST_DAY + dice.roll(THREE_YEARS) as i64;
        Person {
            number,
            email,
            // Seven million numbers behind a few hundred area codes.
            phone: format!("+1{}{:07}", 201 + number / 8_000_000, 2_000_000 + number % 8_000_000),
            tags,
            city: capital(&word(state_number * CITIES + self.cities.roll(dice) + 90_000, 3)),
            state: state(state_number),
            source: SOURCES[dice.roll(SOURCES.len())],
            added: Utc.timestamp_millis_opt(added).single().unwrap_or_default(),
            answers: [
                FieldValue::from(format!("{} tiles, {} years", word(dice.roll(60), 2), dice.roll(60))),
                FieldValue::from(i64::try_from(1_000 + 250 * dice.roll(200)).unwrap_or_default()),
                FieldValue::from(format!("2026-{:02}-{:02}", 1 + dice.roll(12), 1 + dice.roll(28))),
                FieldValue::from(STEPS[dice.roll(STEPS.len())]),
                FieldValue::from(vec![INTERESTS[dice.roll(5)], INTERESTS[dice.roll(5)]]),
            ],
            first,
            last,
        }
    }
}

impl Iterator for People {
    type Item = Person;

    fn next(&mut self) -> Option<Person> {
        Some(self.make())
    }
}

/// The people that upserts bring: half with the e-mail of somebody known, a fifth with a known phone and another
/// e-mail, the rest new. Known ones bring other tags, another city and other answers than they had.
#[derive(Debug, Clone)]
pub struct Upserts<'a> {
    known: &'a [Person],
    dice: Dice,
    fresh: People,
}

impl<'a> Upserts<'a> {
    /// Upserts over the known people.
    pub fn new(known: &'a [Person], seed: u64) -> Self {
        let mut fresh = People::new(seed);
        fresh.next = known.len();
        Self { known, dice: Dice::new(!seed), fresh }
    }
}

impl Iterator for Upserts<'_> {
    type Item = Person;

    fn next(&mut self) -> Option<Person> {
        let mut person = self.fresh.make();
        let known = &self.known[self.dice.roll(self.known.len())];
        match self.dice.roll(10) {
            0..5 => {
                person.number = known.number;
                (person.first, person.last) = (known.first.clone(), known.last.clone());
                (person.email, person.phone) = (known.email.clone(), known.phone.clone());
            }
            5..7 => {
                person.number = known.number;
                (person.first, person.last) = (known.first.clone(), known.last.clone());
                person.phone.clone_from(&known.phone);
            }
            _ => {}
        }
        Some(person)
    }
}

/// What the searches ask for: a tag, a state, and half a year.
#[derive(Debug, Clone)]
pub struct Segment {
    /// The tag's name.
    pub tag: String,
    /// The state's name.
    pub state: String,
    /// When the half year begins.
    pub from: DateTime<Utc>,
    /// When it ends.
    pub to: DateTime<Utc>,
}

impl Segment {
    fn new(tag: String, state: String, dice: &mut Dice) -> Self {
        let from = FIRST_DAY + dice.roll(THREE_YEARS) as i64;
        let at = |millis| Utc.timestamp_millis_opt(millis).single().unwrap_or_default();
        Self { tag, state, from: at(from), to: at(from + 182 * 86_400_000) }
    }

    /// Any tag, any state: mostly rare ones.
    pub fn any(dice: &mut Dice) -> Self {
        Self::new(tag(dice.roll(TAGS)), state(dice.roll(STATES)), dice)
    }

    /// The tag and the state of somebody: mostly common ones.
    pub fn common(people: &[Person], dice: &mut Dice) -> Self {
        loop {
            let person = &people[dice.roll(people.len())];
            if !person.tags.is_empty() {
                let tag = person.tags[dice.roll(person.tags.len())].clone();
                return Self::new(tag, person.state.clone(), dice);
            }
        }
    }
}

/// Five letters out of the last name of somebody: mostly of common ones.
pub fn common_name_part(people: &[Person], dice: &mut Dice) -> String {
    part(&people[dice.roll(people.len())].last)
}

/// Five letters out of any last name: mostly of rare ones.
pub fn any_name_part(dice: &mut Dice) -> String {
    part(&last_name(dice.roll(LAST_NAMES)))
}

fn part(name: &str) -> String {
    name.to_lowercase()[1..6].to_owned()
}
