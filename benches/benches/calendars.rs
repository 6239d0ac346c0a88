//! Free slots and bookings of a busy calendar: the cost must follow the window, not all that was ever booked.
#![allow(missing_docs, reason = "criterion's macros make the public items")]
#![allow(clippy::unwrap_used, reason = "what fails here is the benchmark itself")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use futures::executor::block_on;
use smbcrm_benches::booked::Booked;

fn calendars(c: &mut Criterion) {
    let worlds = [
        ("the month alone", block_on(Booked::new(0)).unwrap()),
        ("ten years behind it", block_on(Booked::new(120)).unwrap()),
    ];
    for days in [1, 31] {
        let title = format!("free slots of {days} days, ten members, 2 000 appointments a month");
        let mut group = c.benchmark_group(title);
        for (history, booked) in &worlds {
            group.bench_function(*history, |b| b.iter(|| black_box(block_on(booked.free(days)).unwrap())));
        }
        group.finish();
    }
    let mut group = c.benchmark_group("a slot booked and taken back");
    for (history, booked) in &worlds {
        let slot = block_on(booked.free(31)).unwrap()[0];
        group.bench_function(*history, |b| b.iter(|| block_on(booked.book_and_cancel(slot)).unwrap()));
    }
    group.finish();
}

criterion_group!(benches, calendars);
criterion_main!(benches);
