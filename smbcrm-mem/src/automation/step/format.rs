//! Steps that calculate and write: numbers, texts, dates.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value as Json;
use smbcrm_core::types::{Text, time};
use smbcrm_core::workflows::definition::{
    FormatDate, FormatNumber, FormatText, Math, MathOperator, NumberOperation, TextOperation,
};

use crate::automation::engine::{Desk, Outcome};
use crate::automation::merge::Facts;
use crate::automation::{Edition, Run, wait};
use crate::world::State;

/// A number as people write it: `1,200.50`, `$5`. No text is 0.
fn number(text: &str) -> Result<Decimal, String> {
    let plain: String = text.chars().filter(|c| !matches!(c, ',' | '$' | '€' | '£' | '%' | ' ')).collect();
    if plain.is_empty() {
        return Ok(Decimal::ZERO);
    }
    plain
        .parse()
        .or_else(|_| Decimal::from_scientific(&plain))
        .map_err(|_| format!("`{text}` is not a number"))
}

/// A number as JSON: a number where that says it exactly, else a text.
fn as_json(number: Decimal) -> Json {
    let text = number.normalize().to_string();
    match text.parse::<serde_json::Number>() {
        Ok(number) if number.to_string() == text => Json::Number(number),
        _ => Json::String(text),
    }
}

/// With a comma between thousands.
fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    rest.into_iter().for_each(|rest| grouped.extend([".", rest]));
    grouped
}

fn calculated(left: Decimal, operator: &MathOperator, right: Decimal) -> Result<Decimal, String> {
    let result = match operator {
        MathOperator::Add => left.checked_add(right),
        MathOperator::Subtract => left.checked_sub(right),
        MathOperator::Multiply => left.checked_mul(right),
        MathOperator::Divide | MathOperator::Remainder if right.is_zero() => {
            return Err("a division by zero".to_owned());
        }
        MathOperator::Divide => left.checked_div(right),
        MathOperator::Remainder => left.checked_rem(right),
        MathOperator::Min => Some(left.min(right)),
        MathOperator::Max => Some(left.max(right)),
        other => return Err(format!("there is no `{other}`")),
    };
    result.ok_or_else(|| "the result is too large".to_owned())
}

/// A capital letter before each word.
fn title(text: &str) -> String {
    let mut begins = true;
    let letter = |c: char| {
        let letter: String = if begins { c.to_uppercase().collect() } else { c.to_lowercase().collect() };
        begins = c.is_whitespace() || c == '-';
        letter
    };
    text.chars().map(letter).collect()
}

fn formatted(it: &FormatText, text: &str, find: &str, replace: &str) -> Result<Json, String> {
    let count = it.number.unwrap_or_default() as usize;
    let words = || text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '(' | ')'));
    Ok(match &it.operation {
        TextOperation::Upper => text.to_uppercase().into(),
        TextOperation::Lower => text.to_lowercase().into(),
        TextOperation::Title => title(text).into(),
        TextOperation::Trim => text.trim().into(),
        TextOperation::Replace if find.is_empty() => text.into(),
        TextOperation::Replace => text.replace(find, replace).into(),
        TextOperation::Truncate => text.chars().take(count).collect::<String>().into(),
        TextOperation::Split if find.is_empty() => text.into(),
        TextOperation::Split => text.split(find).nth(count).unwrap_or_default().trim().into(),
        TextOperation::Length => text.chars().count().into(),
        TextOperation::Default => if text.trim().is_empty() { find } else { text }.into(),
        TextOperation::ExtractEmail => {
            let is_email = |word: &&str| smbcrm_core::dedupe::normalise_email(word).is_ok();
            words().map(|word| word.trim_matches('.')).find(is_email).unwrap_or_default().into()
        }
        TextOperation::ExtractNumber => {
            let begin = text.find(|c: char| c.is_ascii_digit());
            let rest = begin.map_or("", |begin| &text[begin..]);
            let end =
                rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(rest.len());
            rest[..end].trim_end_matches(['.', ',']).replace(',', "").into()
        }
        other => return Err(format!("there is no `{other}`")),
    })
}

impl State {
    fn number_of(&self, text: &str, facts: &Facts<'_>) -> Result<Decimal, String> {
        number(&self.fill(text, facts))
    }

    pub(super) fn calculate(&mut self, run: &mut Run, it: &Math, edition: &Edition, desk: &Desk) -> Outcome {
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let (left, right) = (self.number_of(&it.left, &facts)?, self.number_of(&it.right, &facts)?);
        let result = as_json(calculated(left, &it.operator, right)?);
        self.keep_result(run, edition, result, it.save_to.as_ref(), desk)
    }

    pub(super) fn format_text(
        &mut self,
        run: &mut Run,
        it: &FormatText,
        edition: &Edition,
        desk: &Desk,
    ) -> Outcome {
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let filled =
            |text: &Option<Text>| text.as_ref().map(|text| self.fill(text, &facts)).unwrap_or_default();
        let (text, find, replace) = (self.fill(&it.text, &facts), filled(&it.find), filled(&it.replace));
        let result = formatted(it, &text, &find, &replace)?;
        self.keep_result(run, edition, result, it.save_to.as_ref(), desk)
    }

    pub(super) fn format_number(
        &mut self,
        run: &mut Run,
        it: &FormatNumber,
        edition: &Edition,
        desk: &Desk,
    ) -> Outcome {
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let value = self.number_of(&it.value, &facts)?;
        let currency = it.operation == NumberOperation::Currency;
        let decimals = it.decimals.unwrap_or(if currency { 2 } else { 0 });
        let strategy = match it.operation {
            NumberOperation::Floor => RoundingStrategy::ToNegativeInfinity,
            NumberOperation::Ceil => RoundingStrategy::ToPositiveInfinity,
            _ => RoundingStrategy::MidpointAwayFromZero,
        };
        let rounded = value.round_dp_with_strategy(decimals, strategy);
        let written = format!("{rounded:.*}", decimals as usize);
        let result = match it.operation {
            NumberOperation::Thousands => Json::from(grouped(&written)),
            NumberOperation::Currency => {
                let sign = it.currency.as_deref().unwrap_or("$");
                match written.strip_prefix('-') {
                    Some(digits) => format!("-{sign}{}", grouped(digits)).into(),
                    None => format!("{sign}{}", grouped(&written)).into(),
                }
            }
            _ => as_json(rounded),
        };
        self.keep_result(run, edition, result, it.save_to.as_ref(), desk)
    }

    pub(super) fn format_date(
        &mut self,
        run: &mut Run,
        it: &FormatDate,
        edition: &Edition,
        desk: &Desk,
    ) -> Outcome {
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let zone = it.timezone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(facts.zone);
        let at = match &it.value {
            None => desk.now,
            Some(text) => {
                let text = self.fill(text, &facts);
                wait::moment(zone, &text).ok_or_else(|| format!("`{text}` is no moment"))?
            }
        };
        let at = at.saturating_add(it.offset.unwrap_or_default().as_millis());
        let at = time::from_millis(at).ok_or_else(|| "that is beyond all dates".to_owned())?;
        let result = match &it.format {
            // Checked on install: a pattern that cannot be written would panic.
            Some(format) => {
                let mut text = String::new();
                std::fmt::write(&mut text, format_args!("{}", at.with_timezone(&zone).format(format)))
                    .map_err(|_| format!("`{format}` is no pattern"))?;
                text.into()
            }
            None => Json::from(time::to_iso(&at)),
        };
        self.keep_result(run, edition, result, it.save_to.as_ref(), desk)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_exact_and_read_as_people_write_them() {
        let of = |left, operator, right| {
            calculated(number(left)?, &MathOperator::from(operator), number(right)?).map(as_json)
        };
        assert_eq!(of("0.1", "add", "0.2"), Ok(json!(0.3)));
        assert_eq!(of("$1,200", "multiply", "2"), Ok(json!(2400)));
        assert_eq!(of("", "subtract", "5"), Ok(json!(-5)));
        assert_eq!(of("7", "remainder", "4"), Ok(json!(3)));
        assert_eq!(of("7", "max", "4"), Ok(json!(7)));
        assert!(of("1", "divide", "0").is_err());
        assert!(of("many", "add", "0").is_err());
        assert!(of("79228162514264337593543950335", "multiply", "9").is_err());
        assert_eq!(
            (grouped("1234567.5"), grouped("-123"), grouped("-1000")),
            ("1,234,567.5".into(), "-123".into(), "-1,000".into())
        );
    }

    #[test]
    fn texts_are_changed() {
        for (operation, text, find, number, result) in [
            ("upper", "abc", "", 0, json!("ABC")),
            ("title", "ada-lou VALE", "", 0, json!("Ada-Lou Vale")),
            ("trim", " a ", "", 0, json!("a")),
            ("truncate", "äbc", "", 2, json!("äb")),
            ("split", "a, b", ",", 1, json!("b")),
            ("split", "a, b", ",", 7, json!("")),
            ("length", "äb", "", 0, json!(2)),
            ("default", " ", "there", 0, json!("there")),
            ("extract_email", "write <ada@vale.example>.", "", 0, json!("ada@vale.example")),
            ("extract_number", "about 1,200.50.", "", 0, json!("1200.50")),
            ("extract_number", "none", "", 0, json!("")),
        ] {
            let it = FormatText::new("", operation).number(number);
            assert_eq!(formatted(&it, text, find, ""), Ok(result), "{operation}");
        }
        let it = FormatText::new("", TextOperation::Replace);
        assert_eq!(formatted(&it, "aXa", "X", "-"), Ok(json!("a-a")));
    }
}
