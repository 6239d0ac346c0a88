//! From a text to a telephone number, step by step as libphonenumber goes.

use super::plan::{Length, Plan};
use super::plans::NOUGHTS;

/// The fewest digits that a national number may have, and the most.
const LEAST: usize = 2;
const MOST: usize = 17;

/// A number that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// The country code.
    pub(super) code: u16,
    /// The rest, with the noughts that it begins with where those belong to it.
    pub(super) national: String,
}

/// Why none was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// No country code, or one that nobody has.
    Code,
    NotANumber,
    TooShortAfterAbroad,
    TooShort,
    TooLong,
}

/// Reads a number. `home` is the plan of numbers without a country code.
pub(super) fn read(text: &str, home: Option<&'static Plan>) -> Result<Number, Unread> {
    let text: String = text.chars().map(western).collect();
    let text = likely(&text)?;
    if !is_viable(&text) {
        return Err(Unread::NotANumber);
    }
    if home.is_none() && !text.starts_with(is_plus) {
        return Err(Unread::Code);
    }
    let text = without_extension(&text);
    let (code, mut national) = match take_code(text, home) {
        Err(Unread::Code) if text.starts_with(is_plus) => {
            // A plus sign that means nothing, before a number of this country.
            match take_code(text.trim_start_matches(is_plus), home)? {
                (None, _) => return Err(Unread::Code),
                taken => taken,
            }
        }
        taken => taken?,
    };
    let plan = code.map_or(home, Plan::of_code);
    if national.len() < LEAST {
        return Err(Unread::TooShort);
    }
    let Some(plan) = plan else { return Err(Unread::Code) };
    let stripped = without_prefix(&national, plan);
    // What is left of a short number would be none.
    if !matches!(plan.length(&stripped), Length::TooShort | Length::LocalOnly | Length::Wrong) {
        national = stripped;
    }
    match national.len() {
        ..LEAST => Err(Unread::TooShort),
        LEAST..=MOST => Ok(Number { code: code.unwrap_or(plan.code), national }),
        _ => Err(Unread::TooLong),
    }
}

/// A digit of any script as one of ours; anything else as it is.
fn western(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let at = NOUGHTS.partition_point(|nought| *nought <= c as u32);
    let digit =
        at.checked_sub(1).map(|at| c as u32 - NOUGHTS[at]).and_then(|value| char::from_digit(value, 10));
    digit.unwrap_or(c)
}

fn is_plus(c: char) -> bool {
    matches!(c, '+' | '＋')
}

/// What stands between digits.
fn is_punctuation(c: char) -> bool {
    matches!(
        c,
        '-' | 'x' | 'X' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{ff0d}'..='\u{ff0f}' | ' ' | '\u{a0}'
            | '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{3000}' | '(' | ')' | '\u{ff08}' | '\u{ff09}' | '\u{ff3b}'
            | '\u{ff3d}' | '.' | '[' | ']' | '/' | '~' | '\u{2053}' | '\u{223c}' | '\u{ff5e}' | '*'
    )
}

/// The part of a text that may be a number: of `tel:`, by its context, else from the first digit or plus sign on.
fn likely(text: &str) -> Result<String, Unread> {
    const CONTEXT: &str = ";phone-context=";
    let mut number = match text.split_once(CONTEXT) {
        Some((before, after)) => {
            let context = after.split(';').next().unwrap_or_default();
            if !is_context(context) {
                return Err(Unread::NotANumber);
            }
            let before = before.split_once("tel:").map_or(before, |(_, number)| number);
            let context = if context.starts_with('+') { context } else { "" };
            format!("{context}{before}")
        }
        None => {
            let start = text.find(|c: char| c.is_ascii_digit() || is_plus(c)).ok_or(Unread::NotANumber)?;
            let number = text[start..].trim_end_matches(|c: char| !c.is_alphanumeric() && c != '#');
            without_second(number).to_owned()
        }
    };
    if let Some(at) = number.find(";isub=") {
        number.truncate(at);
    }
    Ok(number)
}

/// Of `… x302/x2303` the first: the second extension makes it two numbers.
fn without_second(number: &str) -> &str {
    let seconds = number.match_indices(['/', '\\']);
    let mut seconds = seconds.filter(|(at, _)| number[at + 1..].trim_start_matches(' ').starts_with('x'));
    seconds.next().map_or(number, |(at, _)| &number[..at])
}

/// Whether a context of RFC 3966 is a number's beginning or a domain.
fn is_context(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix('+') {
        return digits.bytes().any(|byte| byte.is_ascii_digit())
            && digits.bytes().all(|byte| byte.is_ascii_digit() || b"-.()".contains(&byte));
    }
    let is_label = |label: &str| {
        let ends = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
        ends(label.bytes().next())
            && ends(label.bytes().next_back())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let text = text.strip_suffix('.').unwrap_or(text);
    text.split('.').all(is_label)
        && text.rsplit('.').next().is_some_and(|top| top.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Whether a text has the looks of a number: two digits, or three and more with what usually stands between them, and
/// perhaps an extension.
fn is_viable(text: &str) -> bool {
    if text.len() == LEAST && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return true;
    }
    let rest = text.trim_start_matches(is_plus);
    let mut digits = 0;
    let third = rest.char_indices().find(|(_, c)| {
        digits += usize::from(c.is_ascii_digit());
        digits == 3 || !(c.is_ascii_digit() || is_punctuation(*c))
    });
    let Some((third, _)) = third.filter(|_| digits == 3) else { return false };
    let tail = &rest[third + 1..];
    let usual = tail.find(|c: char| !(c.is_ascii_alphanumeric() || is_punctuation(c)));
    let Some(usual) = usual else { return true };
    extensions(tail).next().is_some_and(|start| start <= usual)
}

fn without_extension(text: &str) -> &str {
    let number = extensions(text).next().map(|start| &text[..start]);
    number.filter(|number| is_viable(number)).unwrap_or(text)
}

/// Where the text has an extension to its end, the longest first. Their names hold no digits.
fn extensions(text: &str) -> impl Iterator<Item = usize> {
    let is_digit = |c: char| c.is_ascii_digit();
    let name = text.strip_suffix('#').unwrap_or(text).trim_end_matches(is_digit);
    let first = name.rfind(is_digit).map_or(0, |at| at + 1);
    text[first..].char_indices().map(move |(at, _)| first + at).filter(|at| is_extension(&text[*at..]))
}

/// Whether the whole of a text is an extension: `ext. 9`, `;ext=9`, `x9`, `,,9`, `- 9#`.
fn is_extension(text: &str) -> bool {
    let body = text.strip_suffix('#').unwrap_or(text);
    let has_hash = body.len() < text.len();
    let label = body.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = body.len() - label.len();
    if digits == 0 {
        return false;
    }
    // American style: nothing but a dash before it, and `#` after it.
    if has_hash && digits <= 6 && !label.is_empty() && label.chars().all(|c| matches!(c, '-' | ' ')) {
        return true;
    }
    let lower = label.to_lowercase();
    if lower == ";ext=" {
        return digits <= 20 && !has_hash;
    }
    let blanks = |c: char| matches!(c, ' ' | '\u{a0}' | '\t');
    let after = |rest: &str| {
        let rest = rest.strip_prefix([':', '.', '\u{ff0e}']).unwrap_or(rest);
        rest.chars().all(|c| blanks(c) || matches!(c, ',' | '-'))
    };
    let word = lower.trim_start_matches(|c: char| blanks(c) || c == ',');
    let says = |words: &[&str]| words.iter().any(|known| word.strip_prefix(known).is_some_and(after));
    if digits <= 20 && says(&EXPLICIT) || digits <= 9 && says(&AMBIGUOUS) {
        return true;
    }
    let rest = lower.trim_start_matches(blanks);
    let dialled = rest.strip_prefix(",,").or_else(|| rest.strip_prefix(';'));
    if digits <= 15 && dialled.is_some_and(after) {
        return true;
    }
    digits <= 9 && rest.starts_with(',') && after(rest.trim_start_matches(','))
}

/// What an extension is called.
const EXPLICIT: [&str; 22] = [
    "extensio\u{301}n",
    "extensio\u{301}",
    "extensi\u{f3}n",
    "extensi\u{f3}",
    "extension",
    "extensio",
    "extn",
    "ext",
    "xtensio\u{301}n",
    "xtensio\u{301}",
    "xtensi\u{f3}n",
    "xtensi\u{f3}",
    "xtension",
    "xtensio",
    "xtn",
    "xt",
    "\u{ff45}\u{ff58}\u{ff54}\u{ff4e}",
    "\u{ff45}\u{ff58}\u{ff54}",
    "\u{ff58}\u{ff54}\u{ff4e}",
    "\u{ff58}\u{ff54}",
    "доб",
    "anexo",
];
/// What may be its name, or not.
const AMBIGUOUS: [&str; 8] =
    ["x", "\u{ff58}", "#", "\u{ff03}", "~", "\u{ff5e}", "int", "\u{ff49}\u{ff4e}\u{ff54}"];

/// The digits alone; letters by the keys that they are on where there are three or more.
fn digits(text: &str) -> String {
    let is_vanity = text.bytes().filter(u8::is_ascii_alphabetic).count() >= 3;
    let key = |c: char| match c.to_ascii_uppercase() {
        '0'..='9' => Some(c),
        'A'..='C' if is_vanity => Some('2'),
        'D'..='F' if is_vanity => Some('3'),
        'G'..='I' if is_vanity => Some('4'),
        'J'..='L' if is_vanity => Some('5'),
        'M'..='O' if is_vanity => Some('6'),
        'P'..='S' if is_vanity => Some('7'),
        'T'..='V' if is_vanity => Some('8'),
        'W'..='Z' if is_vanity => Some('9'),
        _ => None,
    };
    text.chars().filter_map(key).collect()
}

/// The country code, where there is one, and what follows it; else the whole number in digits.
fn take_code(text: &str, home: Option<&'static Plan>) -> Result<(Option<u16>, String), Unread> {
    if text.is_empty() {
        return Ok((None, String::new()));
    }
    let number = digits(text);
    let abroad = if text.starts_with(is_plus) {
        Some(number.as_str())
    } else {
        home.and_then(|home| from_abroad(&number, home))
    };
    if let Some(whole) = abroad {
        if whole.len() <= LEAST {
            return Err(Unread::TooShortAfterAbroad);
        }
        let (code, rest) = split_code(whole).ok_or(Unread::Code)?;
        return Ok((Some(code), rest.to_owned()));
    }
    // Perhaps the country code without a plus sign: if the number makes sense without it only.
    if let Some(home) = home
        && let Some(rest) = number.strip_prefix(&home.code.to_string())
    {
        let national = &home.patterns().national;
        let rest = without_prefix(rest, home);
        if (!national.is_whole(&number) && national.is_whole(&rest))
            || home.length(&number) == Length::TooLong
        {
            return Ok((Some(home.code), rest));
        }
    }
    Ok((None, number))
}

/// What follows the digits that are dialled to call abroad.
fn from_abroad<'a>(number: &'a str, home: &'static Plan) -> Option<&'a str> {
    if home.abroad.is_empty() {
        return None;
    }
    let rest = &number[home.patterns().abroad.at_start(number)?.end..];
    // No country code begins with a nought.
    (!rest.starts_with('0')).then_some(rest)
}

fn split_code(number: &str) -> Option<(u16, &str)> {
    if number.starts_with('0') {
        return None;
    }
    (1..=number.len().min(3)).find_map(|end| {
        let code: u16 = number[..end].parse().ok()?;
        Plan::of_code(code).map(|_| (code, &number[end..]))
    })
}

/// The number without what is dialled before it within the country.
fn without_prefix(number: &str, plan: &'static Plan) -> String {
    let whole = || number.to_owned();
    if number.is_empty() || plan.prefix.is_empty() {
        return whole();
    }
    let patterns = plan.patterns();
    let Some(found) = patterns.prefix.at_start(number) else { return whole() };
    let rest = &number[found.end..];
    let stripped = if plan.rule.is_empty() || !found.has_last() {
        rest.to_owned()
    } else {
        let mut changed = String::with_capacity(number.len() + 4);
        let mut rule = plan.rule.chars();
        while let Some(c) = rule.next() {
            match c {
                '$' => {
                    let group =
                        rule.next().and_then(|number| number.to_digit(10)).unwrap_or_default() as usize;
                    changed.push_str(found.group(group, number).unwrap_or_default());
                }
                c => changed.push(c),
            }
        }
        changed + rest
    };
    // A number that is one as it stands is not made into none.
    if patterns.national.is_whole(number) && !patterns.national.is_whole(&stripped) {
        return whole();
    }
    stripped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the port of libphonenumber to Python reads them; see `plans.py`.
    #[test]
    fn numbers_are_read_as_elsewhere() {
        for line in include_str!("agreed.tsv").lines() {
            let mut columns = line.split('\t');
            let (Some(text), Some(region), Some(expected)) = (columns.next(), columns.next(), columns.next())
            else {
                panic!("three columns: {line}")
            };
            let said = match read(text, Plan::of_region(region)) {
                Ok(number) => {
                    let length = Plan::of_code(number.code).unwrap().length(&number.national);
                    let length = match length {
                        Length::Possible => 0,
                        Length::LocalOnly => 4,
                        Length::TooShort => 2,
                        Length::TooLong => 3,
                        Length::Wrong => 5,
                    };
                    format!("+{}{} {length}", number.code, number.national)
                }
                Err(error) => {
                    let kind = match error {
                        Unread::Code => 0,
                        Unread::NotANumber => 1,
                        Unread::TooShortAfterAbroad => 2,
                        Unread::TooShort => 3,
                        Unread::TooLong => 4,
                    };
                    format!("no: {kind}")
                }
            };
            assert_eq!(said, expected, "{text:?} in {region}");
        }
    }

    #[test]
    fn extensions_are_known_by_many_names() {
        for text in [
            " ext. 9",
            ";ext=9",
            "x9",
            " X 9",
            " extension: 9",
            " extensión 9",
            "доб 9",
            " ｅｘｔ 9",
            ",,9",
            ",9",
            ";9",
            " - 9#",
            " int 9",
            " anexo 9#",
            "#9",
            " ~9",
        ] {
            assert!(is_extension(text), "{text}");
        }
        for text in ["9", " 9", "- 9", "y9", "x", "x1234567890", "", "#", "ext 9 9"] {
            assert!(!is_extension(text), "{text}");
        }
    }

    #[test]
    fn contexts_are_numbers_or_domains() {
        for text in ["+1", "+1-(2).3", "example.org", "a", "a-b.c1.", "1.a"] {
            assert!(is_context(text), "{text}");
        }
        for text in ["", "+", "+a", "-a", "a-", "1", "a.1", "a..b", "a_b", "."] {
            assert!(!is_context(text), "{text}");
        }
    }
}
