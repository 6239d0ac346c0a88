//! What the calls cost. Counted apart from the audit log, so that a report stays right when lines have gone.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smbcrm_core::Result;
use smbcrm_core::smarfle::settings::{CostPeriod, CostReport, DayCost, KeyCost};
use smbcrm_core::types::Money;

use super::{State, ids, refusal};

const NOTE: &str = "Each call of the API with a key is charged, refused ones too. Deliveries, requests that the limit \
                    turned away, and these settings are not.";

/// What happened on a day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Tally {
    day: NaiveDate,
    /// Calls by the number of their key.
    calls: BTreeMap<u64, u64>,
    deliveries: u64,
}

/// $0.003 a call.
fn cost(calls: u64) -> Money {
    (Decimal::new(3, 3) * Decimal::from(calls)).into()
}

impl State {
    pub(super) fn count_call(&mut self, org: u64, at: DateTime<Utc>, key: u64) {
        self.tally(org, at, |tally| *tally.calls.entry(key).or_default() += 1);
    }

    pub(super) fn count_delivery(&mut self, org: u64, at: DateTime<Utc>) {
        self.tally(org, at, |tally| tally.deliveries += 1);
    }

    fn tally(&mut self, org: u64, at: DateTime<Utc>, count: impl FnOnce(&mut Tally)) {
        let day = at.date_naive();
        // The last one is today's, unless the clock was set back.
        let known = self.tallies.of(org).rev().find(|(_, tally)| tally.day == day).map(|(number, _)| number);
        let number = known.unwrap_or_else(|| {
            self.tallies.add(org, |_| Tally { day, calls: BTreeMap::new(), deliveries: 0 })
        });
        self.tallies.edit(org, number, count);
    }

    pub(crate) fn cost_report(&self, org: u64, period: &CostPeriod) -> Result<CostReport> {
        if let (Some(from), Some(to)) = (period.from, period.to)
            && from > to
        {
            return Err(refusal::validation(&["from must not be after to".to_owned()]));
        }
        let within = |day: NaiveDate| {
            period.from.is_none_or(|from| day >= from) && period.to.is_none_or(|to| day <= to)
        };
        let (mut by_day, mut by_key) =
            (BTreeMap::<NaiveDate, (u64, u64)>::new(), BTreeMap::<u64, u64>::new());
        for (_, tally) in self.tallies.of(org).filter(|(_, tally)| within(tally.day)) {
            let day = by_day.entry(tally.day).or_default();
            for (key, calls) in &tally.calls {
                day.0 += calls;
                *by_key.entry(*key).or_default() += calls;
            }
            day.1 += tally.deliveries;
        }
        let mut report = CostReport::default();
        report.currency = "USD".into();
        report.price_per_call = cost(1);
        report.note = NOTE.into();
        for (day, (calls, deliveries)) in by_day {
            let mut shown = DayCost::default();
            shown.day = day.to_string().into();
            (shown.calls, shown.deliveries, shown.cost) = (calls, deliveries, cost(calls));
            report.calls += calls;
            report.deliveries += deliveries;
            report.by_day.push(shown);
        }
        report.total = cost(report.calls);
        for (key, calls) in by_key {
            let mut shown = KeyCost::default();
            shown.key_id = ids::id(ids::KEY, key);
            shown.name = self.keys.get(key).map(|key| key.name.clone()).unwrap_or_default();
            (shown.calls, shown.cost) = (calls, cost(calls));
            report.by_key.push(shown);
        }
        Ok(report)
    }
}
