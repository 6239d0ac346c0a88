//! The shapes of what the language, chrono and JSON bring along.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc, Weekday};
use compact_str::CompactString;
use serde_json::{Map, Number, Value};

use super::{Integer, Kind, Node, ParseText, Shaped, Slot, View};

macro_rules! leaves {
    ($($type:ty: $kind:expr, |$it:ident| $view:expr, $slot:expr;)+) => {$(
        impl Node for $type {
            fn view(&self) -> View<'_> {
                let $it = self;
                $view
            }
            fn slot(&mut self) -> Slot<'_> {
                let $it = self;
                $slot
            }
        }
        impl Shaped for $type {
            const KIND: Kind = $kind;
            fn blank() -> Self {
                Self::default()
            }
        }
    )+};
}

const fn whole(format: &'static str, signed: bool, maximum: Option<u64>) -> Kind {
    Kind::Integer(Integer { format, signed, maximum })
}

leaves! {
    bool: Kind::Bool, |it| View::Bool(*it), Slot::Bool(it);
    u8: whole("uint8", false, Some(255)), |it| View::Unsigned((*it).into()), Slot::U8(it);
    u16: whole("uint16", false, Some(65535)), |it| View::Unsigned((*it).into()), Slot::U16(it);
    u32: whole("uint32", false, None), |it| View::Unsigned((*it).into()), Slot::U32(it);
    u64: whole("uint64", false, None), |it| View::Unsigned(*it), Slot::U64(it);
    i32: whole("int32", true, None), |it| View::Signed((*it).into()), Slot::I32(it);
    i64: whole("int64", true, None), |it| View::Signed(*it), Slot::I64(it);
    f64: Kind::Number("double"), |it| View::Float(*it), Slot::F64(it);
    String: Kind::Text, |it| View::Text(it), Slot::String(it);
    CompactString: Kind::Text, |it| View::Text(it), Slot::Text(it);
    Map<String, Value>: Kind::Map(&Kind::Any), |it| View::Object(it), Slot::Object(it);
    DateTime<Utc>: Kind::Format("date-time"), |it| View::Instant(*it), Slot::Instant(it);
    NaiveDate: Kind::Format("date"), |it| View::Owned(compact_str::format_compact!("{it}")), Slot::Parse(it);
}

impl Node for Value {
    fn view(&self) -> View<'_> {
        View::Json(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Json(self)
    }
    fn null(&mut self) -> bool {
        *self = Self::Null;
        true
    }
}

impl Shaped for Value {
    const KIND: Kind = Kind::Any;
    fn blank() -> Self {
        Self::Null
    }
}

impl ParseText for NaiveDate {
    fn parse_text(&mut self, text: &str) -> Result<(), String> {
        *self = text.parse().map_err(|error: chrono::ParseError| error.to_string())?;
        Ok(())
    }
}

impl Node for () {
    fn view(&self) -> View<'_> {
        View::Null
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Ignore
    }
    fn null(&mut self) -> bool {
        true
    }
}

impl Shaped for () {
    const KIND: Kind = Kind::Nothing;
    fn blank() -> Self {}
}

impl Node for Number {
    fn view(&self) -> View<'_> {
        View::Number(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Number(self)
    }
}

impl Shaped for Number {
    const KIND: Kind = Kind::Number("");
    fn blank() -> Self {
        Self::from(0)
    }
}

impl Node for Weekday {
    fn view(&self) -> View<'_> {
        View::Owned(compact_str::format_compact!("{self}"))
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Parse(self)
    }
}

impl ParseText for Weekday {
    fn parse_text(&mut self, text: &str) -> Result<(), String> {
        *self = text
            .parse()
            .map_err(|_| format!("invalid value: string \"{text}\", expected the name of a weekday"))?;
        Ok(())
    }
}

impl Shaped for Weekday {
    const KIND: Kind = Kind::Enum(&["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    fn blank() -> Self {
        Self::Mon
    }
}

impl<T: Shaped> Node for Option<T> {
    fn view(&self) -> View<'_> {
        match self {
            Some(value) => value.view(),
            None => View::Absent,
        }
    }
    fn slot(&mut self) -> Slot<'_> {
        *self = Some(T::blank());
        match self {
            Some(value) => value.slot(),
            None => Slot::Ignore,
        }
    }
    fn null(&mut self) -> bool {
        *self = None;
        true
    }
}

impl<T: Shaped> Shaped for Option<T> {
    const KIND: Kind = Kind::Optional(&T::KIND);
    fn blank() -> Self {
        None
    }
}

impl<T: Shaped> Node for Box<T> {
    fn view(&self) -> View<'_> {
        (**self).view()
    }
    fn slot(&mut self) -> Slot<'_> {
        (**self).slot()
    }
    fn null(&mut self) -> bool {
        (**self).null()
    }
}

impl<T: Shaped> Shaped for Box<T> {
    const KIND: Kind = T::KIND;
    fn blank() -> Self {
        Self::new(T::blank())
    }
}

impl<T: Shaped> Node for Arc<T> {
    fn view(&self) -> View<'_> {
        (**self).view()
    }
    /// A shared value is replaced by one of its own first: what is read is always new.
    fn slot(&mut self) -> Slot<'_> {
        if Self::get_mut(self).is_none() {
            *self = Self::new(T::blank());
        }
        match Self::get_mut(self) {
            Some(own) => own.slot(),
            None => Slot::Ignore,
        }
    }
    fn null(&mut self) -> bool {
        match Self::get_mut(self) {
            Some(own) => own.null(),
            None => false,
        }
    }
}

impl<T: Shaped> Shaped for Arc<T> {
    const KIND: Kind = T::KIND;
    fn blank() -> Self {
        Self::new(T::blank())
    }
}
