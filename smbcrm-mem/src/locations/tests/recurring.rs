//! Recurring tasks as time goes by.

use super::*;

const HOUR: Duration = Duration::from_secs(3600);

fn daily(start: &str) -> RecurrenceRule {
    RecurrenceRule::new(IntervalType::Daily, 1, time::parse(start).unwrap(), 3600)
}

fn start(crm: &MemCrm, task: CreateRecurringTask) -> RecurringTask {
    block_on(crm.locations().create_recurring_task(crm.location(), task)).unwrap()
}

fn found(crm: &MemCrm, search: SearchTasks) -> Vec<LocationTask> {
    block_on(crm.locations().search_tasks(crm.location(), search)).unwrap()
}

// The world's clock starts at 2026-01-01T09:00:00Z.

#[test]
fn every_occurrence_makes_a_task_for_each_contact() {
    let crm = MemCrm::new();
    let (a, b) = (contact(&crm, "a@vale.example", &[]), contact(&crm, "b@vale.example", &[]));
    let rule = daily("2026-01-02T09:00:00Z").create_task_if_over_due(true);
    let made = start(
        &crm,
        CreateRecurringTask::new("Call", rule)
            .description("in the morning")
            .contact_ids([&a, &b])
            .owners(["u1", "u2"]),
    );
    assert_eq!((made.total_occurrence, made.contact_id.as_ref()), (1, Some(&a)));
    assert_eq!(block_on(crm.contacts().list_tasks(&a)).unwrap().len(), 1);
    crm.clock().advance(HOUR * 24 * 3 + HOUR);
    let tasks = block_on(crm.contacts().list_tasks(&b)).unwrap();
    assert_eq!(tasks.len(), 3);
    let due: Vec<_> = tasks.iter().map(|task| time::to_iso(&task.due_date.unwrap())).collect();
    assert_eq!(due, ["2026-01-04T10:00:00.000Z", "2026-01-03T10:00:00.000Z", "2026-01-02T10:00:00.000Z"]);
    assert_eq!(tasks[0].body.as_deref(), Some("in the morning"));
    assert_eq!(tasks[0].assigned_to.as_ref().map(|user| user.as_str()), Some("u1"));
    assert_eq!(found(&crm, SearchTasks::new()).len(), 6);
    let shown = block_on(crm.locations().get_recurring_task(crm.location(), &made.id)).unwrap();
    assert_eq!(shown.total_occurrence, 3);
}

#[test]
fn an_overdue_task_holds_the_next_one_back() {
    let crm = MemCrm::new();
    let id = contact(&crm, "a@vale.example", &[]);
    start(&crm, CreateRecurringTask::new("Call", daily("2026-01-01T09:00:00Z")).contact_ids([&id]));
    crm.clock().advance(HOUR * 24 * 2);
    let tasks = block_on(crm.contacts().list_tasks(&id)).unwrap();
    assert_eq!(tasks.len(), 1);
    let done = smbcrm_core::contacts::CompleteTask::new(true);
    block_on(crm.contacts().complete_task(&id, &tasks[0].id, done)).unwrap();
    crm.clock().advance(HOUR * 24);
    assert_eq!(block_on(crm.contacts().list_tasks(&id)).unwrap().len(), 2);
}

/// Moves the clock and has everything catch up at once.
fn late(crm: &MemCrm, by: Duration) -> usize {
    crm.clock().advance(by);
    crm.carry_out()
}

#[test]
fn count_and_end_stop_it() {
    let crm = MemCrm::new();
    let rule = || daily("2026-01-01T09:00:00Z").create_task_if_over_due(true);
    start(&crm, CreateRecurringTask::new("counted", rule().count(2)));
    let end = time::parse("2026-01-03T12:00:00Z").unwrap();
    start(&crm, CreateRecurringTask::new("ended", rule().end_date(end)));
    assert_eq!(late(&crm, HOUR * 24 * 30), 1 + 2);
    let of = |title: &str| found(&crm, SearchTasks::new().query(title)).len();
    assert_eq!((of("counted"), of("ENDED")), (2, 3));
    assert_eq!(crm.carry_out(), 0);
}

#[test]
fn nothing_is_made_right_away_where_that_is_asked_for() {
    let crm = MemCrm::new();
    let rule = daily("2025-12-01T10:00:00Z").create_task_if_over_due(true);
    start(&crm, CreateRecurringTask::new("Call", rule).ignore_task_creation(true));
    assert!(found(&crm, SearchTasks::new()).is_empty());
    crm.clock().advance(HOUR * 2);
    assert_eq!(found(&crm, SearchTasks::new()).len(), 1);
}

#[test]
fn a_far_jump_of_the_clock_is_made_up_for_in_part() {
    let crm = MemCrm::new();
    let rule =
        RecurrenceRule::new(IntervalType::Hourly, 1, crm.clock().now(), 60).create_task_if_over_due(true);
    let made = start(&crm, CreateRecurringTask::new("Call", rule));
    crm.clock().advance(Duration::MAX); // the end of the year 9999
    assert_eq!(crm.carry_out(), super::super::recurring_task::MAX_CATCH_UP);
    assert_eq!(crm.carry_out(), 0);
    let shown = block_on(crm.locations().get_recurring_task(crm.location(), &made.id)).unwrap();
    assert_eq!(shown.total_occurrence, 1001);
}

#[test]
fn contacts_that_are_gone_get_no_more() {
    let crm = MemCrm::new();
    let (a, b) = (contact(&crm, "a@vale.example", &[]), contact(&crm, "b@vale.example", &[]));
    let rule = daily("2026-01-01T09:00:00Z").create_task_if_over_due(true);
    start(&crm, CreateRecurringTask::new("Call", rule).contact_ids([&a, &b]));
    block_on(crm.contacts().delete(&a)).unwrap();
    crm.clock().advance(HOUR * 24);
    let tasks = found(&crm, SearchTasks::new());
    assert_eq!(tasks.len(), 2);
    assert!(tasks.iter().all(|task| task.contact_id.as_ref() == Some(&b)));
}

#[test]
fn a_change_counts_from_now_on() {
    let crm = MemCrm::new();
    let rule = daily("2026-01-01T09:00:00Z").create_task_if_over_due(true);
    let mut every_fifth = rule.clone();
    every_fifth.interval = 5;
    let made = start(&crm, CreateRecurringTask::new("Call", rule));
    crm.clock().advance(HOUR * 24 * 2);
    let change = UpdateRecurringTask::new().title("Write").rrule_options(every_fifth);
    block_on(crm.locations().update_recurring_task(crm.location(), &made.id, change)).unwrap();
    assert_eq!(found(&crm, SearchTasks::new().query("call")).len(), 3);
    crm.clock().advance(HOUR * 24 * 3);
    assert_eq!(found(&crm, SearchTasks::new().query("write")).len(), 1);
    let done = block_on(crm.locations().delete_recurring_task(crm.location(), &made.id)).unwrap();
    assert!(done.success && done.id == made.id);
    crm.clock().advance(HOUR * 24 * 30);
    assert_eq!(found(&crm, SearchTasks::new()).len(), 4);
}

#[test]
fn searches_read_and_do_not_write() {
    let crm = MemCrm::new();
    let before = crm.clock().now();
    found(&crm, SearchTasks::new());
    assert_eq!(crm.clock().now(), before);
}
