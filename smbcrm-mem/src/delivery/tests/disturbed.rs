//! Deliveries gone wrong on purpose.

use super::*;

fn disturbed(disturbance: Disturbance, settings: EndpointSettings) -> (MemCrm, Sink) {
    let (crm, sink) = told(settings);
    crm.admin().disturb(disturbance);
    for name in ["a", "b", "c", "d"] {
        create(&crm, &format!("{name}@vale.example"));
    }
    (crm, sink)
}

#[test]
fn what_is_dropped_never_arrives_until_it_is_redelivered() {
    let (crm, sink) = disturbed(Disturbance::new(1).drop(1.0), endpoint());
    block_on(crm.advance(Duration::from_secs(9 * 24 * 3600)));
    assert_eq!((sink.len(), states(&crm)), (0, vec![DeliveryState::Lost; 4]));
    assert_eq!(crm.admin().redeliver_all(&DeliveryFilter::new().state(DeliveryState::Lost)), 4);
    block_on(crm.run_until_idle());
    assert_eq!(emails(&sink), ["a", "b", "c", "d"]);
}

#[test]
fn what_is_delayed_is_late() {
    let (crm, sink) =
        disturbed(Disturbance::new(1).delay(1.0, Duration::from_secs(90)), endpoint().unordered());
    block_on(crm.advance(Duration::from_secs(89)));
    assert_eq!(sink.len(), 0);
    block_on(crm.advance(Duration::from_secs(2)));
    assert_eq!(sink.len(), 4);
}

#[test]
fn what_is_duplicated_arrives_twice_with_one_id() {
    let (crm, sink) = disturbed(Disturbance::new(1).duplicate(1.0), endpoint());
    block_on(crm.run_until_idle());
    let ids: Vec<_> = sink.received().iter().map(|outbound| outbound.body.clone()).collect();
    assert_eq!(ids.len(), 8);
    assert!(ids.chunks(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(emails(&sink), ["a", "a", "b", "b", "c", "c", "d", "d"]);
}

#[test]
fn what_overtakes_arrives_before_what_came_first() {
    let (crm, sink) = disturbed(Disturbance::new(1).reorder(1.0), endpoint());
    block_on(crm.run_until_idle());
    assert_eq!(emails(&sink), ["b", "c", "d", "a"]);
}

#[test]
fn what_is_corrupted_does_not_verify() {
    let (crm, sink) = disturbed(Disturbance::new(1).corrupt(1.0), endpoint());
    block_on(crm.run_until_idle());
    for outbound in sink.take() {
        assert!(!super::apps::verifies(&crm, &outbound));
    }
    crm.admin().calm();
    create(&crm, "e@vale.example");
    block_on(crm.run_until_idle());
    assert!(super::apps::verifies(&crm, &sink.take()[0]));
}

#[test]
fn the_same_seed_makes_the_same_accidents() {
    let run = |seed| {
        let disturbance = Disturbance::new(seed).drop(0.3).duplicate(0.3).reorder(0.3);
        let (crm, sink) = told(endpoint());
        crm.admin().disturb(disturbance);
        (0..40).for_each(|number| _ = create(&crm, &format!("{number}@vale.example")));
        block_on(crm.run_until_idle());
        emails(&sink)
    };
    let first = run(7);
    assert_eq!(first, run(7));
    assert_ne!(first, run(8));
    assert!(first.len() > 10 && first.len() < 70, "{first:?}");
}

#[test]
fn other_endpoints_are_spared() {
    let (crm, sink) = told(endpoint());
    crm.admin().disturb(Disturbance::new(1).drop(1.0).endpoint("endpoint-2"));
    crm.admin().add_endpoint(endpoint()).expect("the settings make sense");
    create(&crm, "a@vale.example");
    block_on(crm.run_until_idle());
    assert_eq!((sink.len(), states(&crm)), (1, vec![DeliveryState::Delivered, DeliveryState::Lost]));
}
