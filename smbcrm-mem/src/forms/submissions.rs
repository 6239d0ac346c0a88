//! Finding what visitors submitted.

use chrono::{DateTime, Days, NaiveDate, Utc};
use smbcrm_core::Result;
use smbcrm_core::dedupe::normalise_phone;
use smbcrm_core::forms::SubmissionMeta;

use super::{FormKind, StoredSubmission};
use crate::locations::PageSize;
use crate::refusal;
use crate::search::fold;
use crate::world::State;

const PAGE: PageSize = PageSize { default: 20, max: 100 };

/// How many days back a list goes unless told otherwise.
const WINDOW: Days = Days::new(30);

/// Which submissions are asked for.
pub(crate) struct WantedSubmissions<'a> {
    pub(crate) kind: FormKind,
    pub(crate) form: Option<&'a str>,
    pub(crate) page: Option<u32>,
    pub(crate) limit: Option<u32>,
    pub(crate) query: Option<&'a str>,
    pub(crate) start: Option<NaiveDate>,
    pub(crate) end: Option<NaiveDate>,
}

impl State {
    /// A page of the submissions, newest first, and where it stands. Days are the sub-account's own (assumed).
    pub(crate) fn find_submissions(
        &self,
        wanted: &WantedSubmissions<'_>,
        now: DateTime<Utc>,
    ) -> Result<(Vec<&StoredSubmission>, SubmissionMeta)> {
        let mut wrong = Vec::new();
        let limit = PAGE.check(wanted.limit, &mut wrong);
        let number = wanted.page.unwrap_or(1);
        if number == 0 {
            wrong.push("page must not be less than 1".to_owned());
        }
        if wanted.start.zip(wanted.end).is_some_and(|(start, end)| end < start) {
            wrong.push("endAt must not be before startAt".to_owned());
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let (from, to) = self.window(wanted, now);
        let text = wanted.query.map(str::trim).filter(|text| !text.is_empty());
        let text = text.map(|text| Sought::new(text, self.region()));
        let is_wanted = |submission: &&StoredSubmission| {
            submission.kind == wanted.kind
                && from.is_none_or(|from| submission.created_at >= from)
                && to.is_none_or(|to| submission.created_at < to)
                && wanted.form.is_none_or(|form| submission.form_id == *form)
                && text.as_ref().is_none_or(|text| text.is_in(submission))
        };
        // Submitted last is newest where two came at the same time; the clock may have been turned back in between.
        let mut found: Vec<&StoredSubmission> =
            self.submissions.iter().rev().map(|submission| &**submission).filter(is_wanted).collect();
        found.sort_by_key(|submission| std::cmp::Reverse(submission.created_at));
        let before = (number as usize - 1).saturating_mul(limit);
        let mut meta = SubmissionMeta::default();
        meta.total = found.len() as u64;
        meta.current_page = number;
        meta.next_page = number.checked_add(1).filter(|_| found.len() > before.saturating_add(limit));
        meta.prev_page = (number > 1).then(|| number - 1);
        Ok((found.into_iter().skip(before).take(limit).collect(), meta))
    }

    /// From the first day's beginning to the last day's end. A day beyond the calendar is no bound.
    fn window(
        &self,
        wanted: &WantedSubmissions<'_>,
        now: DateTime<Utc>,
    ) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let end = wanted.end.unwrap_or_else(|| now.with_timezone(&self.zone()).date_naive());
        let start = wanted.start.or_else(|| end.checked_sub_days(WINDOW));
        let behind = end.checked_add_days(Days::new(1));
        (start.map(|day| self.midnight(day)), behind.map(|day| self.midnight(day)))
    }
}

/// A text to look for in contact id, name, e-mail and phone.
struct Sought {
    text: String,
    folded: String,
    phone: Option<String>,
}

impl Sought {
    fn new(text: &str, region: &str) -> Self {
        let phone = normalise_phone(text, region).ok();
        Self { text: text.to_owned(), folded: fold(text).into_owned(), phone }
    }

    fn is_in(&self, submission: &StoredSubmission) -> bool {
        let has = |known: &Option<_>| {
            known.as_deref().is_some_and(|known: &str| fold(known).contains(self.folded.as_str()))
        };
        submission.contact_id == *self.text.as_str()
            || has(&submission.name.as_ref().map(|name| name.as_str()))
            || has(&submission.email.as_ref().map(|email| email.as_str()))
            || submission.phone.as_ref().is_some_and(|known| {
                known.contains(self.text.as_str()) || self.phone.as_deref() == Some(known.as_str())
            })
    }
}
