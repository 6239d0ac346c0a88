//! How the wire spells what the models say plainly.

use chrono::{DateTime, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Message, MessagePage, MessageType};
use crate::shape::{
    self, Entries, Field, Kind, Node, Record, RecordShape, Shaped, Slot, Trail, Unknown, View, fill_node,
};
use crate::types::{MessageId, time};

/// A number or a text that holds one: the wire is of two minds in many places.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Number(i64),
    Fraction(f64),
    Text(String),
}

impl Scalar {
    /// The whole number; `None` where it is none.
    fn whole(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Fraction(number) => Some(number.round() as i64),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }
}

/// An instant as epoch milliseconds. Reads a number, its digits as text, or any ISO form.
pub(super) mod millis {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(at: &Option<DateTime<Utc>>, to: S) -> Result<S::Ok, S::Error> {
        at.map(|at| at.timestamp_millis()).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DateTime<Utc>>, D::Error> {
        let Some(scalar) = Option::<Scalar>::deserialize(from)? else { return Ok(None) };
        let read = match (scalar.whole(), &scalar) {
            (Some(millis), _) => time::from_millis(millis),
            (None, Scalar::Text(text)) => time::parse(text),
            (None, _) => None,
        };
        read.map(Some).ok_or_else(|| de::Error::custom("not a time in milliseconds since 1970"))
    }
}

/// An instant as epoch **seconds**: only `scheduledTimestamp` is written so.
pub(super) mod seconds {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(at: &Option<DateTime<Utc>>, to: S) -> Result<S::Ok, S::Error> {
        at.map(|at| at.timestamp()).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DateTime<Utc>>, D::Error> {
        let Some(scalar) = Option::<Scalar>::deserialize(from)? else { return Ok(None) };
        let read = scalar.whole().and_then(|seconds| Utc.timestamp_opt(seconds, 0).single());
        read.map(Some).ok_or_else(|| de::Error::custom("not a time in seconds since 1970"))
    }
}

/// A number that the wire writes as text (`"120"`).
pub(super) mod digits {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(number: &Option<u64>, to: S) -> Result<S::Ok, S::Error> {
        number.map(|number| number.to_string()).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
        let scalar = Option::<Scalar>::deserialize(from)?;
        Ok(scalar.and_then(|scalar| scalar.whole()).and_then(|number| u64::try_from(number).ok()))
    }
}

/// A list that the wire writes as one text with commas.
pub(super) mod comma {
    use super::*;

    pub(crate) fn serialize<S: Serializer, T: AsRef<str>>(
        list: &Option<Vec<T>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let joined = list.as_ref().map(|list| list.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(","));
        joined.serialize(to)
    }

    pub(crate) fn deserialize<'de, D, T>(from: D) -> Result<Option<Vec<T>>, D::Error>
    where
        D: Deserializer<'de>,
        T: From<String>,
    {
        let text = Option::<String>::deserialize(from)?;
        let parts = |text: String| {
            text.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| T::from(part.to_owned()))
                .collect()
        };
        Ok(text.map(parts))
    }
}

/// A message's type: written as a number (`type`) and as a text (`messageType`), read from either.
pub(super) mod message_type {
    use super::*;

    /// Both spellings.
    #[crate::record]
    pub(crate) struct Both {
        /// Its type as a number.
        #[serde(rename = "type")]
        code: Option<u16>,
        /// Its type as a text.
        #[serde(rename = "messageType")]
        #[plain]
        text: Option<MessageType>,
    }

    pub(crate) fn serialize<S: Serializer>(kind: &MessageType, to: S) -> Result<S::Ok, S::Error> {
        Both { code: kind.code(), text: Some(kind.clone()) }.serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<MessageType, D::Error> {
        let both = Both::deserialize(from)?;
        // Some answers write the text without its `TYPE_`: then the number tells. A text that is new is kept.
        let named = both.text.clone().filter(MessageType::is_known);
        let counted = both.code.and_then(MessageType::from_code);
        Ok(named.or(counted).or(both.text).unwrap_or_default())
    }
}

/// A conversation's type as a number; read from the text as well.
pub(super) mod conversation_type {
    use super::super::ConversationType;
    use super::*;

    pub(crate) fn serialize<S: Serializer>(kind: &ConversationType, to: S) -> Result<S::Ok, S::Error> {
        match kind.code() {
            Some(code) => to.serialize_u16(code),
            None => to.serialize_str(kind.as_str()),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ConversationType, D::Error> {
        let Some(scalar) = Option::<Scalar>::deserialize(from)? else {
            return Ok(ConversationType::default());
        };
        let code = scalar.whole().and_then(|code| u16::try_from(code).ok());
        Ok(match (code.and_then(ConversationType::from_code), scalar) {
            (Some(kind), _) => kind,
            (None, Scalar::Text(text)) => ConversationType::from(text),
            (None, _) => ConversationType::default(),
        })
    }
}

/// What a page of messages says: below `messages` on the wire, although the specification has it flat. Both are read.
#[crate::record]
pub(super) struct Flat {
    /// The last message's id: where the next page goes on.
    last_message_id: Option<MessageId>,
    /// Whether there is another page.
    next_page: Option<bool>,
    /// The messages, newest first.
    messages: Vec<std::sync::Arc<Message>>,
}

/// How the page looks from outside.
static PAGE: RecordShape = RecordShape {
    name: "MessagePage",
    doc: "A page of a conversation's messages, newest first.",
    fields: &[Field::new("messages", "\"messages\":", Flat::KIND, "The page.")],
    unknown: Unknown::Ignored,
    lenient: true,
    open: false,
};

/// The inner object.
impl Record for MessagePage {
    fn shape(&self) -> &'static RecordShape {
        match Flat::KIND {
            Kind::Record(shape) => shape(),
            _ => &PAGE,
        }
    }
    fn field(&self, at: usize) -> View<'_> {
        match at {
            0 => View::Text(self.last_message_id.as_ref().map_or("", MessageId::as_str)),
            1 => View::Bool(self.next_page),
            _ => self.messages.view(),
        }
    }
    fn field_slot(&mut self, _: usize) -> Slot<'_> {
        Slot::Ignore // it is read as a whole
    }
}

/// The outer object, which holds nothing else.
impl Entries for MessagePage {
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, View<'_>)> + '_> {
        Box::new(std::iter::once(("messages", View::Record(self))))
    }
    fn add(&mut self, _: String) -> Slot<'_> {
        Slot::Ignore // it is read as a whole
    }
    fn clear(&mut self) {}
}

impl Node for MessagePage {
    fn view(&self) -> View<'_> {
        View::Map(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Via(Box::new(|mut value| {
            let nested =
                value.get_mut("messages").filter(|inner| inner.is_object()).map(serde_json::Value::take);
            let page: Flat = match nested {
                Some(inner) => shape::from_value(inner).map_err(|error| error.below("messages"))?,
                None => shape::from_value(value)?,
            };
            self.last_message_id = page.last_message_id.filter(|id| !id.is_empty());
            self.next_page = page.next_page.unwrap_or(false);
            self.messages = page.messages;
            Ok(())
        }))
    }
}

impl Shaped for MessagePage {
    const KIND: Kind = Kind::Record(|| &PAGE);
    fn blank() -> Self {
        Self::default()
    }
}

impl Serialize for MessagePage {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.view().serialize(to)
    }
}

impl<'de> Deserialize<'de> for MessagePage {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut page = Self::default();
        fill_node(&mut page, &Trail::default(), from)?;
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json, to_value};

    use super::super::{
        Conversation, ConversationType, FoundConversation, MessageMeta, SearchConversations, SendMessage,
        SendType,
    };
    use super::*;

    #[test]
    fn a_type_is_a_number_and_a_text() {
        let both: Message = from_value(json!({ "id": "M", "type": 3, "messageType": "TYPE_EMAIL" })).unwrap();
        let number: Message = from_value(json!({ "id": "M", "type": 3 })).unwrap();
        let short: Message = from_value(json!({ "id": "M", "type": 3, "messageType": "Email" })).unwrap();
        assert!([&both, &number, &short].iter().all(|message| message.kind == MessageType::Email));
        assert!(both.extra.is_empty());
        let written = to_value(&both).unwrap();
        assert_eq!((&written["type"], &written["messageType"]), (&json!(3), &json!("TYPE_EMAIL")));
        let unknown: Message = from_value(json!({ "messageType": "TYPE_PIGEON", "odd": 1 })).unwrap();
        assert_eq!(to_value(&unknown).unwrap()["messageType"], "TYPE_PIGEON");
        assert_eq!(unknown.extra["odd"], 1);
    }

    #[test]
    fn every_number_comes_back() {
        for code in 1..=38 {
            let kind = MessageType::from_code(code).unwrap();
            assert_eq!((kind.code(), kind.is_known()), (Some(code), true));
        }
        assert_eq!(MessageType::Rcs.code(), None);
        assert_eq!(ConversationType::from_code(6), Some(ConversationType::InternalChat));
        assert_eq!(ConversationType::from_code(7), None);
    }

    #[test]
    fn a_page_is_read_nested_and_flat() {
        let flat = json!({ "lastMessageId": "M", "nextPage": true, "messages": [{ "id": "M", "type": 2 }] });
        let nested: MessagePage = from_value(json!({ "messages": flat, "traceId": "T" })).unwrap();
        assert_eq!(nested, from_value(flat).unwrap());
        assert_eq!((nested.next_page, nested.messages.len()), (true, 1));
        assert_eq!(from_value::<MessagePage>(to_value(&nested).unwrap()).unwrap(), nested);
        let empty: MessagePage = from_value(json!({})).unwrap();
        assert_eq!((empty.last_message_id, empty.messages.len()), (None, 0));
    }

    #[test]
    fn a_conversations_type_is_a_number_alone_and_a_text_in_a_search() {
        let alone: Conversation =
            from_value(json!({ "type": 2, "lastMessageDate": "1628008053263" })).unwrap();
        let found: FoundConversation =
            from_value(json!({ "type": "TYPE_EMAIL", "lastMessageDate": 1_628_008_053_263_i64 })).unwrap();
        assert_eq!((&alone.kind, &alone.kind), (&found.kind, &ConversationType::Email));
        assert_eq!(alone.last_message_date, found.last_message_date);
        assert_eq!(to_value(&alone).unwrap()["type"], 2);
        assert_eq!(to_value(&found).unwrap()["type"], "TYPE_EMAIL");
        assert_eq!(to_value(&found).unwrap()["lastMessageDate"], 1_628_008_053_263_i64);
        let iso: Conversation = from_value(json!({ "dateAdded": "2023-10-01T12:00:00Z" })).unwrap();
        assert_eq!(to_value(&iso).unwrap()["dateAdded"], 1_696_161_600_000_i64);
    }

    #[test]
    fn a_schedule_counts_seconds_and_a_call_writes_them_as_text() {
        let at = Utc.timestamp_opt(1_669_287_863, 0).single().unwrap();
        let send = SendMessage::new(SendType::Sms, "C").scheduled_at(at);
        let written = to_value(&send).unwrap();
        assert_eq!(written["scheduledTimestamp"], 1_669_287_863);
        assert_eq!(from_value::<SendMessage>(written).unwrap(), send);
        let meta: MessageMeta = from_value(json!({ "callDuration": "120" })).unwrap();
        assert_eq!(
            (meta.call_duration, to_value(&meta).unwrap()),
            (Some(120), json!({ "callDuration": "120" }))
        );
    }

    #[test]
    fn users_are_joined_by_commas() {
        let search = SearchConversations::new("L").assigned_to(["A", "B"]);
        let written = to_value(&search).unwrap();
        assert_eq!(written, json!({ "locationId": "L", "assignedTo": "A,B" }));
        assert_eq!(from_value::<SearchConversations>(written).unwrap(), search);
        assert_eq!(to_value(SearchConversations::new("L").limit(5)).unwrap()["sort"], Value::Null);
    }
}
