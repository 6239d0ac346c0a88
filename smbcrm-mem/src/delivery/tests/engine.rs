//! Order, retries, back-pressure, dead letters, bounds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

fn post(crm: &MemCrm, parcel: Parcel) -> DeliveryId {
    crm.world.exchange.post(parcel, crm.clock().millis())
}

fn waits(crm: &MemCrm, since: chrono::DateTime<chrono::Utc>) -> Option<i64> {
    crm.next_due().map(|next| (next - since).num_seconds())
}

#[test]
fn an_attempt_that_fails_is_made_again_when_its_time_has_come() {
    let (crm, sink) = told(endpoint().retries(thrice()));
    create(&crm, "ada@vale.example");
    sink.fail(PostError::Unreachable("nobody is there".into()));
    block_on(crm.run_until_idle());
    let start = crm.clock().now();
    assert_eq!((sink.len(), waits(&crm, start)), (1, Some(60)));
    block_on(crm.advance(Duration::from_secs(59)));
    assert_eq!(sink.len(), 1);
    block_on(crm.advance(Duration::from_secs(1)));
    assert_eq!((sink.len(), waits(&crm, start)), (2, Some(3660)));
    sink.answer(Answer::new(204));
    block_on(crm.advance(Duration::from_secs(3600)));
    assert_eq!((sink.len(), waits(&crm, start)), (3, None));
    let sent = sink.take();
    assert!(sent.windows(2).all(|pair| pair[0] == pair[1]), "a repetition is the same to the byte");

    let delivery = &crm.admin().deliveries(&DeliveryFilter::new())[0];
    assert_eq!(delivery.state, DeliveryState::Delivered);
    let log: Vec<_> = delivery.attempts.iter().map(|it| (it.number, it.status, it.error.is_some())).collect();
    assert_eq!(log, [(1, None, true), (2, None, true), (3, Some(204), false)]);
    assert_eq!(delivery.attempts[1].at - delivery.attempts[0].at, 60_000);
}

#[test]
fn only_2xx_is_success_and_what_is_given_up_is_a_dead_letter() {
    let (crm, sink) = told(endpoint().retries(RetrySchedule::never()));
    for (number, status) in [200, 201, 299, 301, 304, 400, 404, 500].into_iter().enumerate() {
        sink.answer_next(Answer::new(status).body("x".repeat(3_000)));
        create(&crm, &format!("{number}@vale.example"));
    }
    block_on(crm.run_until_idle());
    let dead = crm.admin().deliveries(&DeliveryFilter::new().state(DeliveryState::Failed));
    assert_eq!((states(&crm).len(), dead.len()), (8, 5));
    assert_eq!(dead[0].attempts[0].error.as_deref(), Some("answered with 301"));
    assert_eq!(dead[0].attempts[0].reply.len(), 1_000, "the answer's beginning is kept");
}

#[test]
fn a_retry_after_is_waited_for_in_seconds_and_as_a_date() {
    let (crm, sink) = told(endpoint().retries(thrice()));
    create(&crm, "ada@vale.example");
    let start = crm.clock().now();
    sink.answer_next(Answer::new(429).header("Retry-After", "600"));
    block_on(crm.run_until_idle());
    assert_eq!(waits(&crm, start), Some(600));
    let date = start + chrono::Duration::hours(5);
    let date = httpdate::fmt_http_date(std::time::SystemTime::from(date));
    sink.answer_next(Answer::new(503).header("retry-after", date.as_str()));
    block_on(crm.step());
    assert!((5 * 3600 - 1..=5 * 3600).contains(&waits(&crm, start).unwrap_or_default()));
    sink.answer_next(Answer::new(503).header("retry-after", "soon"));
    block_on(crm.step());
    assert_eq!(states(&crm), [DeliveryState::Failed], "three attempts are all there are");
}

#[test]
fn a_key_s_next_delivery_waits_and_other_keys_do_not() {
    let (crm, sink) = told(endpoint().retries(thrice()));
    for name in ["a", "b", "c"] {
        create(&crm, &format!("{name}@vale.example"));
    }
    sink.answer_next(Answer::new(500));
    let other = post(&crm, parcel("other", Origin::Other("test".into())));
    let loose = post(&crm, parcel("", Origin::Other("test".into())));
    block_on(crm.run_until_idle());
    let state = |id| crm.admin().delivery(id).map(|delivery: Delivery| delivery.state);
    assert_eq!(state(other), Some(DeliveryState::Delivered));
    assert_eq!(state(loose), Some(DeliveryState::Delivered));
    assert_eq!(sink.take().len(), 3, "one event, and the two that wait for nobody");
    block_on(crm.advance(Duration::from_secs(60)));
    assert_eq!(emails(&sink), ["a", "b", "c"]);
}

#[test]
fn an_endpoint_may_choose_not_to_wait() {
    let (crm, sink) = told(endpoint().retries(thrice()).unordered());
    for name in ["a", "b", "c"] {
        create(&crm, &format!("{name}@vale.example"));
    }
    sink.answer_next(Answer::new(500));
    block_on(crm.run_until_idle());
    assert_eq!(emails(&sink), ["a", "b", "c"]);
    block_on(crm.advance(Duration::from_secs(60)));
    assert_eq!(emails(&sink), ["a"]);
}

#[test]
fn a_410_disables_an_endpoint_and_what_waits_is_dead() {
    let (crm, sink) = told(endpoint());
    for name in ["a", "b"] {
        create(&crm, &format!("{name}@vale.example"));
    }
    sink.answer_next(Answer::new(410));
    block_on(crm.run_until_idle());
    create(&crm, "late@vale.example");
    block_on(crm.advance(Duration::from_secs(7 * 24 * 3600)));
    assert_eq!(sink.len(), 1);
    assert_eq!(states(&crm), [DeliveryState::Failed; 2]);
    let endpoint = &crm.admin().endpoints()[0];
    assert_eq!(
        (endpoint.enabled, endpoint.disabled_because.as_deref()),
        (false, Some("it answered with 410"))
    );

    assert!(crm.admin().enable_endpoint("endpoint-1"));
    assert_eq!(crm.admin().redeliver_all(&DeliveryFilter::new().state(DeliveryState::Failed)), 2);
    block_on(crm.run_until_idle());
    assert_eq!(states(&crm), [DeliveryState::Delivered; 2]);
}

#[test]
fn an_endpoint_that_fails_for_too_long_is_disabled() {
    let day = Duration::from_secs(24 * 3600);
    let (crm, sink) = told(endpoint().retries(RetrySchedule::custom([day, day, day])).disable_after(2 * day));
    sink.answer(Answer::new(500));
    create(&crm, "a@vale.example");
    block_on(crm.advance(day));
    assert!(crm.admin().endpoints()[0].enabled && crm.admin().endpoints()[0].failing_since.is_some());
    block_on(crm.advance(day));
    assert!(!crm.admin().endpoints()[0].enabled);
    assert_eq!((sink.len(), states(&crm)), (3, vec![DeliveryState::Failed]));

    // One success in between, and the count begins anew.
    let (crm, sink) = told(endpoint().retries(RetrySchedule::custom([day; 5])).disable_after(3 * day));
    sink.answer(Answer::new(500));
    create(&crm, "a@vale.example");
    block_on(crm.advance(2 * day));
    sink.answer(Answer::new(200));
    block_on(crm.advance(day));
    sink.answer(Answer::new(500));
    create(&crm, "b@vale.example");
    block_on(crm.advance(2 * day));
    assert!(crm.admin().endpoints()[0].enabled);
}

#[test]
fn a_redelivery_keeps_the_ids_and_begins_the_schedule_anew() {
    let (crm, sink) = told(endpoint().retries(thrice()));
    sink.answer(Answer::new(500));
    create(&crm, "a@vale.example");
    block_on(crm.advance(Duration::from_secs(4000)));
    assert_eq!(states(&crm), [DeliveryState::Failed]);
    assert!(crm.admin().redeliver(1) && !crm.admin().redeliver(1), "it waits now");
    assert!(!crm.admin().redeliver(99));
    block_on(crm.advance(Duration::from_secs(60)));
    sink.answer(Answer::new(200));
    block_on(crm.advance(Duration::from_secs(3600)));
    let delivery = crm.admin().delivery(1).expect("it is kept");
    assert_eq!((delivery.state, delivery.attempts.len()), (DeliveryState::Delivered, 6));
    let ids: Vec<_> = sink.take_events().into_iter().map(|event| event.webhook_id).collect();
    assert_eq!(ids.len(), 6);
    assert!(
        ids.iter()
            .all(|id| *id == ids[0] && id.as_ref().map(|id| id.as_str()) == delivery.webhook_id.as_deref())
    );
}

#[test]
fn an_answer_that_takes_too_long_is_a_timeout() {
    let retries = RetrySchedule::never().timeout(Duration::from_secs(5));
    let (crm, sink) = told(endpoint().retries(retries));
    sink.answer_next(Answer::new(200).took(Duration::from_secs(5)));
    sink.answer_next(Answer::new(200).took(Duration::from_secs(6)));
    create(&crm, "a@vale.example");
    create(&crm, "b@vale.example");
    block_on(crm.run_until_idle());
    let deliveries = crm.admin().deliveries(&DeliveryFilter::new());
    assert_eq!(deliveries[0].attempts[0].micros, 5_000_000);
    assert_eq!(deliveries[1].attempts[0].error.as_deref(), Some("timeout"));
    assert_eq!(states(&crm), [DeliveryState::Delivered, DeliveryState::Failed]);
}

#[test]
fn many_are_under_way_at_once_but_not_all() {
    let (crm, most, now) = (MemCrm::new(), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (seen, open) = (Arc::clone(&most), Arc::clone(&now));
    crm.admin().sink("https://app.example/", move |_: Outbound| {
        let (seen, open) = (Arc::clone(&seen), Arc::clone(&open));
        async move {
            seen.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            // Lets the others begin.
            let mut polled = false;
            futures::future::poll_fn(|context| {
                context.waker().wake_by_ref();
                if std::mem::replace(&mut polled, true) {
                    std::task::Poll::Ready(())
                } else {
                    std::task::Poll::Pending
                }
            })
            .await;
            open.fetch_sub(1, Ordering::SeqCst);
            Ok(Answer::new(200))
        }
    });
    for number in 0..500 {
        post(&crm, parcel(&format!("{number}"), Origin::Other("test".into())));
    }
    block_on(crm.run_until_idle());
    assert_eq!(states(&crm), [DeliveryState::Delivered; 500]);
    let most = most.load(Ordering::SeqCst);
    assert!((2..=64).contains(&most), "{most}");
}

#[test]
fn what_is_over_makes_room_and_what_waits_does_not() {
    let (crm, sink) = told(endpoint().retries(thrice()));
    crm.admin().limit_deliveries(3, 1 << 20);
    for number in 0..5 {
        create(&crm, &format!("{number}@vale.example"));
        block_on(crm.run_until_idle());
    }
    assert_eq!((sink.len(), states(&crm).len()), (5, 3));
    sink.answer(Answer::new(500));
    for number in 5..10 {
        create(&crm, &format!("{number}@vale.example"));
    }
    assert_eq!(states(&crm), [DeliveryState::Waiting; 3]);
    assert_eq!(crm.admin().deliveries_turned_away(), 2);

    crm.admin().limit_deliveries(1_000, 2_000);
    create(&crm, "heavy@vale.example");
    assert_eq!(crm.admin().deliveries_turned_away(), 3, "bytes count too");
    crm.admin().clear_deliveries();
    assert_eq!(states(&crm).len(), 3, "what waits is not forgotten");
}

#[test]
fn a_world_put_back_sends_what_waited_then_and_a_fork_sends_for_itself() {
    let (crm, sink) = told(endpoint().retries(thrice()));
    create(&crm, "a@vale.example");
    let moment = crm.snapshot();
    block_on(crm.run_until_idle());
    assert_eq!(sink.take().len(), 1);
    let fork = crm.fork();
    create(&fork, "b@vale.example");
    block_on(fork.run_until_idle());
    assert_eq!(emails(&sink), ["b"]);
    assert_eq!((states(&crm).len(), states(&fork).len()), (1, 2));
    crm.restore(&moment);
    assert_eq!(states(&crm), [DeliveryState::Waiting]);
    block_on(crm.run_until_idle());
    assert_eq!(emails(&sink), ["a"]);
    crm.admin().reset();
    assert!(crm.admin().endpoints().is_empty(), "they came after the origin");
    create(&crm, "c@vale.example");
    assert!(states(&crm).is_empty());
}

#[test]
fn an_attempt_that_is_broken_off_is_made_again() {
    let (crm, sink) = told(endpoint());
    create(&crm, "a@vale.example");
    let claim = crm.world.exchange.claim(crm.clock().millis()).expect("it is due");
    assert!(crm.world.exchange.claim(crm.clock().millis()).is_none(), "nobody else takes it");
    drop(claim);
    block_on(crm.run_until_idle());
    assert_eq!(sink.len(), 1);
}

#[test]
fn an_attempt_of_another_moment_counts_for_nothing() {
    let (crm, sink) = told(endpoint());
    let moment = crm.snapshot();
    create(&crm, "a@vale.example");
    let claim = crm.world.exchange.claim(crm.clock().millis()).expect("it is due");
    crm.restore(&moment);
    create(&crm, "b@vale.example");
    drop(claim);
    block_on(crm.run_until_idle());
    assert_eq!((emails(&sink), states(&crm)), (vec!["b".to_owned()], vec![DeliveryState::Delivered]));
}

#[test]
fn a_step_hears_what_became_of_its_request() {
    let (crm, sink) = (MemCrm::new(), Sink::new());
    crm.admin().sink("https://app.example/", sink.clone());
    let step = |wants_reply| Origin::Step {
        location: crm.location().clone(),
        run: "run-1".into(),
        step: "step-1".into(),
        wants_reply,
    };
    sink.answer_next(Answer::new(200).header("content-type", "text/plain").body("yes"));
    let asked = post(&crm, parcel("", step(true)));
    let told = post(&crm, parcel("", step(false)));
    block_on(crm.send_parcels());
    let (id, reply) = crm.world.exchange.reply().expect("it is over");
    assert_eq!(
        (reply.delivery, reply.status, &reply.body[..], reply.is_success()),
        (asked, Some(200), &b"yes"[..], true)
    );
    assert_eq!(reply.headers[0].1.as_str(), "text/plain");
    assert_eq!(crm.next_due().map(|due| due <= crm.clock().now()), Some(true), "somebody is to hear it");
    crm.world.exchange.heard(id);
    let (_, reply) = crm.world.exchange.reply().expect("it is over");
    assert_eq!((reply.delivery, reply.body.len()), (told, 0), "nobody asked for its body");
    block_on(crm.run_until_idle());
    assert!(crm.world.exchange.reply().is_none() && crm.next_due().is_none());

    sink.answer(Answer::new(500));
    post(&crm, parcel("", step(true)));
    block_on(crm.send_parcels());
    assert!(crm.world.exchange.reply().is_none(), "it is tried again");
    crm.clock().advance(Duration::from_secs(60));
    block_on(crm.send_parcels());
    crm.clock().advance(Duration::from_secs(3600));
    block_on(crm.send_parcels());
    let (_, reply) = crm.world.exchange.reply().expect("it was given up");
    assert_eq!((reply.status, reply.error.as_deref()), (Some(500), Some("answered with 500")));
    let sent = &sink.received()[0];
    assert_eq!((sent.method.as_str(), sent.header("X-SMBcrm-Event")), ("PUT", Some("step")));
}

#[test]
fn nothing_secret_is_shown() {
    let (crm, sink) = (MemCrm::new(), Sink::new());
    crm.admin().sink("https://app.example/", sink.clone());
    post(&crm, parcel("", Origin::Other("test".into())));
    block_on(crm.run_until_idle());
    let shown = format!("{:?} {:?}", crm.admin().deliveries(&DeliveryFilter::new()), sink.received());
    assert!(!shown.contains("secret"), "{shown}");
    assert!(!format!("{:?}", crm.world.exchange).contains("secret"));
}

#[test]
fn jitter_follows_from_the_seed() {
    let due = |seed: u64| {
        let (crm, sink) = (MemCrm::builder().seed(seed).build(), Sink::new());
        crm.admin().sink("https://app.example/", sink.clone());
        crm.admin().add_endpoint(endpoint().unordered()).expect("the settings make sense");
        sink.answer(Answer::new(500));
        (0..20).for_each(|number| _ = create(&crm, &format!("{number}@vale.example")));
        let start = crm.clock().now();
        block_on(crm.run_until_idle());
        let all = crm.admin().deliveries(&DeliveryFilter::new());
        all.iter()
            .map(|it| (it.next_attempt_at.expect("it waits") - start).num_milliseconds())
            .collect::<Vec<_>>()
    };
    assert_eq!(due(1), due(1));
    assert_ne!(due(1), due(2));
    assert!(due(1).iter().all(|wait| (60_000..=66_000).contains(wait)), "{:?}", due(1));
}
