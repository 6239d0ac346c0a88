//! Patterns over digits, as the numbering plans write them: digits, `\d`, `[..]`, groups, `|`, `?`, `{n}`, `{n,m}`, `$`.
//!
//! They are tried as regular expressions of Perl are: leftmost alternative first, greedy. A number has seventeen digits
//! at most, so that walking back costs nothing to speak of, and a library of regular expressions would be most of what
//! an app builds for telephone numbers.

/// How many groups a pattern may capture.
const GROUPS: usize = 8;

/// A pattern, ready to be tried.
#[derive(Debug)]
pub(super) struct Pattern {
    root: Vec<Node>,
    /// How many groups it has.
    groups: usize,
}

/// Where a pattern matched from the start of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Where it ends.
    pub(super) end: usize,
    groups: [Option<(usize, usize)>; GROUPS],
    count: usize,
}

impl Found {
    /// What a group captured, by its number from 1.
    pub(super) fn group<'a>(&self, number: usize, text: &'a str) -> Option<&'a str> {
        let (from, to) = (*self.groups.get(number.checked_sub(1)?)?)?;
        text.get(from..to)
    }

    /// Whether the last of its groups captured something; false where it has none.
    pub(super) fn has_last(&self) -> bool {
        self.count > 0 && self.groups[self.count - 1].is_some()
    }
}

#[derive(Debug)]
enum Node {
    /// One of these digits: a bit each.
    Digit(u16),
    /// The first of these that leads to a match.
    Either(Vec<Vec<Node>>),
    /// As `Either`, and captured.
    Group(usize, Vec<Vec<Node>>),
    /// At least and at most so often, rather more than fewer.
    Repeat(Box<Node>, usize, usize),
    /// The end of the text.
    End,
}

type Captured = [Option<(usize, usize)>; GROUPS];
type Then<'a> = &'a mut dyn FnMut(usize, &mut Captured) -> bool;

impl Pattern {
    /// Reads a pattern. What it does not know matches nothing, which a test rules out for the plans.
    pub(super) fn new(text: &str) -> Self {
        let mut reader = Reader { rest: text.as_bytes(), groups: 0, is_good: true };
        let root = reader.either();
        let is_good = reader.is_good && reader.rest.is_empty() && reader.groups <= GROUPS;
        let root = if is_good { vec![Node::Either(root)] } else { vec![Node::Digit(0)] };
        Self { root, groups: reader.groups.min(GROUPS) }
    }

    /// Whether it is the whole of a text.
    pub(super) fn is_whole(&self, text: &str) -> bool {
        let text = text.as_bytes();
        sequence(&self.root, text, 0, &mut [None; GROUPS], &mut |at, _| at == text.len())
    }

    /// What it matches from the start of a text.
    pub(super) fn at_start(&self, text: &str) -> Option<Found> {
        let mut found = None;
        let count = self.groups;
        sequence(&self.root, text.as_bytes(), 0, &mut [None; GROUPS], &mut |end, groups| {
            found = Some(Found { end, groups: *groups, count });
            true
        });
        found
    }
}

fn sequence(nodes: &[Node], text: &[u8], at: usize, groups: &mut Captured, then: Then<'_>) -> bool {
    match nodes.split_first() {
        None => then(at, groups),
        Some((first, rest)) => {
            step(first, text, at, groups, &mut |at, groups| sequence(rest, text, at, groups, &mut *then))
        }
    }
}

fn step(node: &Node, text: &[u8], at: usize, groups: &mut Captured, then: Then<'_>) -> bool {
    match node {
        Node::Digit(which) => takes(*which, text, at) && then(at + 1, groups),
        Node::End => at == text.len() && then(at, groups),
        Node::Either(ways) => ways.iter().any(|way| sequence(way, text, at, groups, &mut *then)),
        Node::Group(number, ways) => ways.iter().any(|way| {
            let before = groups[*number];
            let is_match = sequence(way, text, at, groups, &mut |end, groups| {
                let inner = groups[*number].replace((at, end));
                let is_match = then(end, groups);
                if !is_match {
                    groups[*number] = inner;
                }
                is_match
            });
            if !is_match {
                groups[*number] = before;
            }
            is_match
        }),
        Node::Repeat(one, least, most) => {
            if let Node::Digit(which) = **one {
                let run = (0..*most).take_while(|more| takes(which, text, at + more)).count();
                return (*least..=run).rev().any(|count| then(at + count, groups));
            }
            let again = *most > 0
                && step(one, text, at, groups, &mut |next, groups| {
                    repeat(one, least.saturating_sub(1), most - 1, text, next, groups, &mut *then)
                });
            again || (*least == 0 && then(at, groups))
        }
    }
}

fn repeat(
    one: &Node,
    least: usize,
    most: usize,
    text: &[u8],
    at: usize,
    groups: &mut Captured,
    then: Then<'_>,
) -> bool {
    let again = most > 0
        && step(one, text, at, groups, &mut |next, groups| {
            repeat(one, least.saturating_sub(1), most - 1, text, next, groups, &mut *then)
        });
    again || (least == 0 && then(at, groups))
}

fn takes(which: u16, text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|byte| byte.is_ascii_digit() && which & (1 << (byte - b'0')) != 0)
}

/// Reads a pattern's text.
struct Reader<'a> {
    rest: &'a [u8],
    groups: usize,
    is_good: bool,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip(&mut self, text: &[u8]) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn either(&mut self) -> Vec<Vec<Node>> {
        let mut ways = vec![self.way()];
        while self.skip(b"|") {
            ways.push(self.way());
        }
        ways
    }

    fn way(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        while self.is_good
            && !self.rest.is_empty()
            && !self.rest.starts_with(b"|")
            && !self.rest.starts_with(b")")
        {
            let one = self.one();
            nodes.push(self.repeated(one));
        }
        nodes
    }

    fn one(&mut self) -> Node {
        match self.next() {
            Some(digit @ b'0'..=b'9') => Node::Digit(1 << (digit - b'0')),
            Some(b'\\') if self.skip(b"d") => Node::Digit(0x3ff),
            Some(b'[') => Node::Digit(self.class()),
            Some(b'(') => {
                let number = if self.skip(b"?:") {
                    None
                } else {
                    self.groups += 1;
                    Some(self.groups - 1)
                };
                let ways = self.either();
                self.is_good &= self.skip(b")");
                match number {
                    Some(number) => Node::Group(number, ways),
                    None => Node::Either(ways),
                }
            }
            Some(b'$') => Node::End,
            _ => self.bad(),
        }
    }

    fn class(&mut self) -> u16 {
        let mut which = 0;
        loop {
            match self.next() {
                Some(b']') => return which,
                Some(b'\\') if self.skip(b"d") => which |= 0x3ff,
                Some(from @ b'0'..=b'9') => {
                    let to = if self.skip(b"-") { self.next().unwrap_or_default() } else { from };
                    self.is_good &= to.is_ascii_digit() && from <= to;
                    (from..=to.min(b'9')).for_each(|digit| which |= 1 << (digit - b'0'));
                }
                _ => {
                    self.is_good = false;
                    return 0;
                }
            }
        }
    }

    fn repeated(&mut self, one: Node) -> Node {
        let (least, most) = if self.skip(b"?") {
            (0, 1)
        } else if self.skip(b"{") {
            let least = self.number();
            let most = if self.skip(b",") { self.number() } else { least };
            self.is_good &= self.skip(b"}") && least <= most;
            (least, most)
        } else {
            return one;
        };
        Node::Repeat(Box::new(one), least, most)
    }

    fn number(&mut self) -> usize {
        let end = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        let number = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok());
        self.is_good &= number.is_some();
        number.unwrap_or_default()
    }

    fn bad(&mut self) -> Node {
        self.is_good = false;
        Node::Digit(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedupe::phone::plans::PLANS;

    fn start(pattern: &str, text: &str) -> Option<(usize, Option<String>)> {
        let found = Pattern::new(pattern).at_start(text)?;
        Some((found.end, found.group(1, text).map(str::to_owned)))
    }

    #[test]
    fn patterns_match_as_perl_would_have_it() {
        assert!(Pattern::new("[2-9]\\d{2}|1").is_whole("234") && Pattern::new("[2-9]\\d{2}|1").is_whole("1"));
        assert!(!Pattern::new("[2-9]\\d{2}|1").is_whole("2345"));
        assert_eq!(start("0(?:(1[12]))?", "0123"), Some((3, Some("12".into()))));
        assert_eq!(start("0(?:(1[12]))?", "0923"), Some((1, None)));
        assert_eq!(start("(1|12)3", "123"), Some((3, Some("12".into()))), "the first way leads nowhere");
        assert_eq!(start("(\\d{2,4})4", "1234"), Some((4, Some("123".into()))));
        assert_eq!(start("(?:12){1,2}3", "12123"), Some((5, None)));
        assert_eq!(start("([4-7]\\d)$|1", "456"), None);
        assert_eq!(start("([4-7]\\d)$|1", "1456"), Some((1, None)));
        assert_eq!(start("9?", "1"), Some((0, None)));
    }

    #[test]
    fn what_is_no_pattern_matches_nothing() {
        for text in ["(", "[", "[a]", "a", "1{", "1{2", "1{3,2}", "*", "1)", "\\w", "[5-1]"] {
            assert!(Pattern::new(text).at_start("1").is_none(), "{text}");
        }
    }

    #[test]
    fn every_plans_patterns_are_read() {
        for plan in &PLANS {
            for text in [plan.abroad, plan.prefix, plan.national] {
                let mut reader = Reader { rest: text.as_bytes(), groups: 0, is_good: true };
                reader.either();
                assert!(reader.is_good && reader.rest.is_empty() && reader.groups <= GROUPS, "{text}");
            }
        }
    }
}
