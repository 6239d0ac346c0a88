//! What is wrong with a definition, told with its place.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde_json::Value;

use super::merge;
use super::step::{Action, CustomWebhook, NotifyChannel, Step, Wait};
use super::trigger::{Trigger, TriggerEvent};
use super::{Definition, MAX_NESTING, MAX_STEPS, Span, Window};
use crate::search::{Filter, FilterErrorKind, Leaf, Schema, validate};
use crate::types::Text;

/// Something that is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where: of the workflow itself, of a trigger or of a step.
    pub place: Named,
    /// The field, with a path into it where it is a large one.
    pub field: Option<Text>,
    /// What is wrong with it.
    pub message: Text,
}

/// A part of a definition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Named {
    /// The workflow itself.
    Workflow,
    /// The trigger of this name.
    Trigger(Text),
    /// The step of this name.
    Step(Text),
}

impl Problem {
    /// Something wrong with a field of a part.
    #[must_use]
    pub fn new(place: Named, field: impl Into<Text>, message: impl Into<Text>) -> Self {
        Self { place, field: Some(field.into()), message: message.into() }
    }

    pub(super) fn unplaced(message: impl Into<Text>) -> Self {
        Self { place: Named::Workflow, field: None, message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Named::Workflow => {}
            Named::Trigger(name) => write!(f, "trigger `{name}`: ")?,
            Named::Step(name) => write!(f, "step `{name}`: ")?,
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// What each step is called, in the order in which they are written, with the steps of its ways right behind it.
#[must_use]
pub fn step_names(steps: &[Step]) -> Vec<Text> {
    let (mut names, mut counts) = (Vec::new(), HashMap::new());
    walk(steps, 0, &mut |step, _| {
        let count: &mut u32 = counts.entry(step.action.kind()).or_default();
        *count += 1;
        names.push(step.id.clone().unwrap_or_else(|| format!("{}-{count}", step.action.kind()).into()));
    });
    names
}

impl Trigger {
    /// What the trigger is called at this place (from 0) among the triggers of its workflow.
    #[must_use]
    pub fn called(&self, at: usize) -> Text {
        self.id.clone().unwrap_or_else(|| format!("{}-{}", self.event.kind(), at + 1).into())
    }
}

impl Step {
    /// The ways that begin here, in the order in which they are written.
    #[must_use]
    pub fn ways(&self) -> Vec<&[Step]> {
        match &self.action {
            Action::IfElse(it) => {
                let branches = it.branches.iter().map(|branch| branch.steps.as_slice());
                branches.chain(it.otherwise.as_deref()).collect()
            }
            Action::Split(it) => it.paths.iter().map(|path| path.steps.as_slice()).collect(),
            _ => Vec::new(),
        }
    }
}

/// Visits every step, each before those of its ways.
fn walk<'a>(steps: &'a [Step], depth: usize, visit: &mut dyn FnMut(&'a Step, usize)) {
    for step in steps {
        visit(step, depth);
        // Deeper ones are complained of, and not looked into: reading them may not end the stack.
        if depth <= MAX_NESTING {
            step.ways().into_iter().for_each(|way| walk(way, depth + 1, visit));
        }
    }
}

impl Definition {
    /// Everything that is wrong with it, in the order in which it is written; nothing when all is well.
    ///
    /// Whether a custom field, a user, a time zone or a cron line is known is not looked at here but where the workflow
    /// is installed.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        if self.name.trim().is_empty() {
            found.push(Problem::new(Named::Workflow, "name", "should not be empty"));
        }
        if let Some(window) = &self.settings.window {
            let mut report = Report { place: Named::Workflow, found: &mut found };
            report.window("settings.window", window);
        }
        let mut known = HashSet::new();
        for (at, trigger) in self.triggers.iter().enumerate() {
            let name = trigger.called(at);
            let mut report = Report { place: Named::Trigger(name.clone()), found: &mut found };
            report.trigger("", trigger);
            if !known.insert(name) {
                report.say("id", "another trigger has it too");
            }
        }
        self.check_steps(&mut found);
        found
    }

    fn check_steps(&self, found: &mut Vec<Problem>) {
        let names = step_names(&self.steps);
        if names.len() > MAX_STEPS {
            found.push(Problem::new(Named::Workflow, "steps", format!("must not be more than {MAX_STEPS}")));
            return;
        }
        let mut known = HashSet::new();
        let mut twice = HashSet::new();
        for name in &names {
            if !known.insert(name.clone()) {
                twice.insert(name.clone());
            }
        }
        let mut at = 0;
        walk(&self.steps, 0, &mut |step, depth| {
            let name = names.get(at).cloned().unwrap_or_default();
            at += 1;
            let mut report = Report { place: Named::Step(name.clone()), found: &mut *found };
            if name.trim().is_empty() || name == "end" || name.contains(['.', '{', '}', ' ']) {
                report.say("id", "should be a word without points, spaces and braces, and not `end`");
            }
            if twice.remove(&name) {
                report.say("id", "another step has it too");
            }
            if depth > MAX_NESTING {
                report.say("steps", &format!("ways must not be nested deeper than {MAX_NESTING}"));
            }
            report.step(step, &known);
        });
        let mut targets = HashSet::new();
        walk(&self.steps, 0, &mut |step, _| match &step.action {
            Action::Goto(goto) => drop(targets.insert(goto.to.as_str())),
            Action::Wait(wait) => targets.extend(wait.on_timeout.as_deref()),
            _ => {}
        });
        unreachable(&self.steps, &mut names.iter(), &targets, found);
    }
}

/// Complains of steps that nothing leads to: behind a `goto`, and no target themselves. (A goal is reached by its
/// event.) Says whether the end of the steps is reached.
fn unreachable(
    steps: &[Step],
    names: &mut dyn Iterator<Item = &Text>,
    targets: &HashSet<&str>,
    found: &mut Vec<Problem>,
) -> bool {
    let mut reached = true;
    let mut told = false;
    for step in steps {
        let name = names.next().cloned().unwrap_or_default();
        let jumped_to = targets.contains(name.as_str()) || matches!(step.action, Action::Goal(_));
        let inner_target = contains_target(step, targets);
        if !reached && (jumped_to || inner_target) {
            (reached, told) = (true, false);
        }
        if !reached && !told {
            let message = "nothing leads to this step: it stands behind a `goto`";
            found.push(Problem::new(Named::Step(name), "type", message));
            told = true;
        }
        let ways = step.ways();
        // Without an `otherwise`, or with a way that comes out, what follows is reached.
        let open = match &step.action {
            Action::IfElse(it) => it.otherwise.is_none(),
            _ => ways.is_empty(),
        };
        let mut out = open;
        for way in ways {
            out |= unreachable(way, names, targets, found);
        }
        reached = reached && out && !matches!(step.action, Action::Goto(_));
    }
    reached
}

fn contains_target(step: &Step, targets: &HashSet<&str>) -> bool {
    step.ways().into_iter().flatten().any(|inner| {
        inner.id.as_deref().is_some_and(|id| targets.contains(id))
            || matches!(inner.action, Action::Goal(_))
            || contains_target(inner, targets)
    })
}

/// What conditions may speak of beside the contact's fields: the first words of merge fields.
const THINGS: &[&str] = &[
    "contact",
    "location",
    "user",
    "opportunity",
    "appointment",
    "calendar",
    "inboundWebhookRequest",
    "custom_values",
    "custom_webhook",
    "steps",
    "message",
    "note",
    "task",
    "submission",
    "event",
    "right_now",
    "workflow",
];

/// The names of a contact's fields that a step may write.
const WRITABLE: &[&str] = &[
    "firstName",
    "lastName",
    "name",
    "email",
    "phone",
    "address1",
    "city",
    "state",
    "postalCode",
    "country",
    "website",
    "timezone",
    "source",
    "dateOfBirth",
    "assignedTo",
    "companyName",
];

/// Complaints about one part.
struct Report<'a> {
    place: Named,
    found: &'a mut Vec<Problem>,
}

impl Report<'_> {
    fn say(&mut self, field: &str, message: &str) {
        self.found.push(Problem::new(self.place.clone(), field, message));
    }

    /// A text with merge fields, which must say something.
    fn text(&mut self, field: &str, text: &str) {
        if text.trim().is_empty() {
            self.say(field, "should not be empty");
        }
        self.tags(field, text);
    }

    /// A text with merge fields.
    fn tags(&mut self, field: &str, text: &str) {
        if let Some(message) = merge::complaint(text) {
            self.say(field, &message);
        }
    }

    fn optional(&mut self, field: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.tags(field, text);
        }
    }

    /// An id, a list's items: there must be one, and none may be empty.
    fn some<T: AsRef<str>>(&mut self, field: &str, items: &[T]) {
        if items.is_empty() || items.iter().any(|item| item.as_ref().trim().is_empty()) {
            self.say(field, "should not be empty");
        }
    }

    fn positive(&mut self, field: &str, span: Option<Span>) {
        if span.is_some_and(|span| span.as_millis() <= 0) {
            self.say(field, "must be longer than nothing");
        }
    }

    fn window(&mut self, field: &str, window: &Window) {
        if window.days.is_empty() {
            self.say(&format!("{field}.days"), "should not be empty");
        }
        if window.from == window.to || window.from.minutes() == 1440 {
            self.say(field, "must begin before it ends");
        }
    }

    fn url(&mut self, url: &str) {
        self.text("url", url);
        // An address that begins with a merge field is known only when it is called.
        let known = url.split("{{").next().unwrap_or_default();
        if !known.is_empty() && !known.starts_with("http://") && !known.starts_with("https://") {
            self.say("url", "must begin with https:// or http://");
        }
    }

    fn pairs(&mut self, field: &str, pairs: Option<&Vec<super::Pair>>) {
        for (at, pair) in pairs.into_iter().flatten().enumerate() {
            if pair.key.trim().is_empty() {
                self.say(&format!("{field}[{at}].key"), "should not be empty");
            }
            self.tags(&format!("{field}[{at}].value"), &pair.value);
        }
    }

    fn headers(&mut self, pairs: Option<&Vec<super::Pair>>) {
        self.pairs("headers", pairs);
        for (at, pair) in pairs.into_iter().flatten().enumerate() {
            self.header(&format!("headers[{at}].key"), &pair.key);
        }
    }

    fn header(&mut self, field: &str, name: &str) {
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if !name.is_empty() && !name.bytes().all(is_token) {
            self.say(field, "must be the name of a header");
        }
    }

    fn filters(&mut self, field: &str, filters: &[Filter]) {
        for (at, filter) in filters.iter().enumerate() {
            self.filter(&format!("{field}[{at}]"), filter, 0);
        }
    }

    fn filter(&mut self, field: &str, filter: &Filter, depth: usize) {
        match filter {
            Filter::Leaf(leaf) => self.leaf(field, leaf),
            Filter::All(parts) | Filter::Any(parts) => {
                if parts.is_empty() {
                    self.say(field, "a group should not be empty");
                }
                if depth >= crate::search::MAX_DEPTH {
                    return self.say(field, "groups are nested too deep");
                }
                for (at, part) in parts.iter().enumerate() {
                    self.filter(&format!("{field}.filters[{at}]"), part, depth + 1);
                }
            }
        }
    }

    fn leaf(&mut self, field: &str, leaf: &Leaf) {
        if leaf.field.starts_with("customFields.") {
            return; // its type is known where the workflow is installed
        }
        let thing = leaf.field.split('.').next().unwrap_or_default();
        if leaf.field.contains('.') && THINGS.contains(&thing) {
            return;
        }
        let one = [Filter::Leaf(leaf.clone())];
        let Err(errors) = validate(&one, Schema::contacts(), |_| None) else { return };
        for error in errors {
            let mut message = error.message.clone();
            if error.kind == FilterErrorKind::Field {
                message = format!(
                    "{message}: expected a field of the contact search, or {}.…",
                    THINGS.join(".…, ")
                );
            }
            self.say(field, &message);
        }
    }

    fn trigger(&mut self, prefix: &str, trigger: &Trigger) {
        let at = |field: &str| if prefix.is_empty() { field.to_owned() } else { format!("{prefix}.{field}") };
        self.filters(&at("filters"), &trigger.filters);
        match &trigger.event {
            TriggerEvent::ContactChanged(it) => {
                for name in it.fields.iter().flatten() {
                    let known = name.starts_with("customFields.") || Schema::contacts().rule(name).is_some();
                    if !known {
                        self.say(&at("fields"), &format!("there is no field `{name}`"));
                    }
                }
            }
            TriggerEvent::ContactTag(it) if it.tags.as_ref().is_some_and(Vec::is_empty) => {
                self.say(&at("tags"), "should not be empty");
            }
            TriggerEvent::OpportunityDecay(it) => self.positive(&at("after"), Some(it.after)),
            TriggerEvent::CustomDateReminder(it) => self.some(&at("field"), std::slice::from_ref(&it.field)),
            TriggerEvent::TriggerLink(it) => self.some(&at("link"), std::slice::from_ref(&it.link)),
            TriggerEvent::Scheduler(it) => {
                self.positive(&at("every"), it.every);
                if it.every.is_some_and(|every| (1..1_000).contains(&every.as_millis())) {
                    self.say(&at("every"), "must not be shorter than a second");
                }
                if it.cron.is_some() == it.every.is_some() {
                    self.say(&at("cron"), "give either cron or every");
                }
            }
            TriggerEvent::InboundWebhook(it) => {
                for (name, path) in it.contact.iter().flatten() {
                    if !WRITABLE.contains(&name.as_str()) && !name.starts_with("customFields.") {
                        self.say(
                            &at("contact"),
                            &format!("there is no field `{name}`; known are {}", WRITABLE.join(", ")),
                        );
                    }
                    if !path.is_string() {
                        self.say(&at("contact"), &format!("`{name}` must name a value of the request"));
                    }
                }
            }
            _ => {}
        }
    }

    fn field_name(&mut self, field: &str, name: &str) {
        let custom = name.strip_prefix("customFields.").is_some_and(|id| !id.is_empty());
        if !custom && !WRITABLE.contains(&name) {
            self.say(
                field,
                &format!("there is no field `{name}`; known are {}, customFields.<id>", WRITABLE.join(", ")),
            );
        }
    }

    fn target(&mut self, field: &str, to: &str, known: &HashSet<Text>) {
        if to != "end" && !known.contains(to) {
            self.say(field, &format!("there is no step `{to}`"));
        }
    }

    fn wait(&mut self, it: &Wait, known: &HashSet<Text>) {
        self.positive("for", it.duration);
        self.optional("until", it.until.as_ref());
        let reply = it.reply == Some(true);
        if it.duration.is_none() && it.until.is_none() && !reply && it.window.is_none() {
            self.say("for", "say for how long, `until` when, for a `reply` or for which `window`");
        }
        if it.until.is_some() && (it.duration.is_some() || reply) {
            self.say("until", "does not go together with `for` and `reply`");
        }
        if it.offset.is_some() && it.until.is_none() {
            self.say("offset", "goes together with `until` only");
        }
        if let Some(text) = it.until.as_ref().filter(|text| !text.contains("{{"))
            && !is_moment(text)
        {
            self.say("until", "must be a moment in ISO 8601 or a merge field");
        }
        if let Some(to) = &it.on_timeout {
            if !reply || it.duration.is_none() {
                self.say("onTimeout", "goes together with `reply` and `for` only");
            }
            self.target("onTimeout", to, known);
        }
        if let Some(window) = &it.window {
            self.window("window", window);
        }
    }

    fn custom_webhook(&mut self, it: &CustomWebhook) {
        if !["GET", "POST", "PUT", "DELETE"].contains(&it.method.as_str()) {
            self.say("method", "must be GET, POST, PUT or DELETE");
        }
        self.url(&it.url);
        self.headers(it.headers.as_ref());
        self.pairs("query", it.query.as_ref());
        self.pairs("form", it.form.as_ref());
        if it.json.is_some() && it.form.is_some() {
            self.say("json", "does not go together with `form`");
        }
        if it.method == "GET" && (it.json.is_some() || it.form.is_some()) {
            self.say("method", "GET has no body");
        }
        if let Some(json) = &it.json {
            self.tags("json", json);
            let filled = merge::render_json(json, |_| Some(Value::from(0)));
            if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&filled) {
                self.say("json", &format!("is not JSON: {error}"));
            }
        }
        match &it.auth {
            Some(super::WebhookAuth::Basic { username, password }) => {
                self.text("auth.username", username);
                self.tags("auth.password", password);
            }
            Some(super::WebhookAuth::Bearer { token }) => self.text("auth.token", token),
            Some(super::WebhookAuth::ApiKey { header, value }) => {
                self.text("auth.header", header);
                self.header("auth.header", header);
                self.text("auth.value", value);
            }
            None => {}
        }
    }

    fn known(&mut self, field: &str, is_known: bool, value: &str) {
        if !is_known {
            self.say(field, &format!("there is no `{value}`"));
        }
    }

    fn step(&mut self, step: &Step, known: &HashSet<Text>) {
        match &step.action {
            Action::IfElse(it) => {
                if it.branches.is_empty() {
                    self.say("branches", "should not be empty");
                }
                for (at, branch) in it.branches.iter().enumerate() {
                    if branch.when.is_empty() {
                        self.say(&format!("branches[{at}].when"), "should not be empty");
                    }
                    self.filters(&format!("branches[{at}].when"), &branch.when);
                }
            }
            Action::Wait(it) => self.wait(it, known),
            Action::Goto(it) => self.target("to", &it.to, known),
            Action::Goal(it) => {
                if it.events.is_empty() {
                    self.say("events", "should not be empty");
                }
                if let Some(otherwise) = &it.otherwise {
                    self.known("otherwise", otherwise.is_known(), otherwise.as_str());
                }
                for (at, event) in it.events.iter().enumerate() {
                    self.trigger(&format!("events[{at}]"), event);
                    let timed = matches!(
                        event.event,
                        TriggerEvent::Scheduler(_)
                            | TriggerEvent::InboundWebhook(_)
                            | TriggerEvent::BirthdayReminder(_)
                            | TriggerEvent::CustomDateReminder(_)
                            | TriggerEvent::TaskDueReminder(_)
                            | TriggerEvent::OpportunityDecay(_)
                    );
                    if timed {
                        let message = format!("`{}` can start a run but is no goal", event.event.kind());
                        self.say(&format!("events[{at}].type"), &message);
                    }
                }
            }
            Action::Split(it) => {
                if it.paths.is_empty() || it.paths.iter().all(|path| path.weight == 0) {
                    self.say("paths", "one path must have a weight");
                }
            }
            Action::Drip(it) => {
                if it.batch == 0 {
                    self.say("batch", "must be at least 1");
                }
                self.positive("every", Some(it.every));
            }
            Action::UpdateContactField(it) => {
                if it.fields.is_empty() {
                    self.say("fields", "should not be empty");
                }
                for (name, value) in &it.fields {
                    self.field_name("fields", name);
                    if let Value::String(text) = value {
                        self.tags(&format!("fields.{name}"), text);
                    }
                }
            }
            Action::AddTags(super::AddTags { tags }) | Action::RemoveTags(super::RemoveTags { tags }) => {
                self.some("tags", tags);
                tags.iter().for_each(|tag| self.tags("tags", tag));
            }
            Action::AssignUser(it) => {
                self.some("users", &it.users);
                if let Some(weights) = &it.weights {
                    if weights.len() != it.users.len() {
                        self.say("weights", "must be as many as users");
                    }
                    if weights.iter().all(|weight| *weight == 0) {
                        self.say("weights", "one user must have a weight");
                    }
                }
            }
            Action::SetDnd(it) => {
                for channel in it.channels.iter().flatten() {
                    let known = ["SMS", "Email", "Call", "WhatsApp", "GMB", "FB"].contains(&channel.as_str());
                    self.known("channels", known, channel);
                }
            }
            Action::AddNote(it) => {
                self.text("body", &it.body);
                self.optional("title", it.title.as_ref());
            }
            Action::AddTask(it) => {
                self.text("title", &it.title);
                self.optional("body", it.body.as_ref());
            }
            Action::SendEmail(it) => {
                self.text("subject", &it.subject);
                self.text("html", &it.html);
                self.optional("from", it.from.as_ref());
            }
            Action::SendSms(it) => {
                if it.attachments.as_ref().is_none_or(Vec::is_empty) {
                    self.text("message", &it.message);
                } else {
                    self.tags("message", &it.message);
                }
            }
            Action::Notify(it) => {
                self.text("message", &it.message);
                self.optional("subject", it.subject.as_ref());
                let channel = it.channel.clone().unwrap_or(NotifyChannel::Notification);
                self.known("channel", channel.is_known(), channel.as_str());
            }
            Action::Webhook(it) => {
                self.url(&it.url);
                if !matches!(it.method.as_deref(), None | Some("POST" | "GET")) {
                    self.say("method", "must be POST or GET");
                }
                self.headers(it.headers.as_ref());
                self.pairs("customData", it.custom_data.as_ref());
            }
            Action::CustomWebhook(it) => self.custom_webhook(it),
            Action::UpdateCustomValue(it) => {
                self.some("value", std::slice::from_ref(&it.value));
                self.tags("to", &it.to);
            }
            Action::AddToWorkflow(it) => self.some("workflow", std::slice::from_ref(&it.workflow)),
            Action::Math(it) => {
                self.text("left", &it.left);
                self.text("right", &it.right);
                self.known("operator", it.operator.is_known(), it.operator.as_str());
                self.save_to(it.save_to.as_ref());
            }
            Action::FormatText(it) => {
                self.tags("text", &it.text);
                self.known("operation", it.operation.is_known(), it.operation.as_str());
                let needs_find = matches!(it.operation.as_str(), "replace" | "split" | "default");
                if needs_find && it.find.as_ref().is_none_or(|find| find.is_empty()) {
                    self.say("find", "should not be empty");
                }
                if it.operation.as_str() == "truncate" && it.number.is_none() {
                    self.say("number", "should not be empty");
                }
                self.save_to(it.save_to.as_ref());
            }
            Action::FormatNumber(it) => {
                self.text("value", &it.value);
                self.known("operation", it.operation.is_known(), it.operation.as_str());
                if it.decimals.is_some_and(|decimals| decimals > 20) {
                    self.say("decimals", "must not be more than 20");
                }
                self.save_to(it.save_to.as_ref());
            }
            Action::FormatDate(it) => {
                self.optional("value", it.value.as_ref());
                if let Some(format) = &it.format {
                    let items = chrono::format::StrftimeItems::new(format);
                    if items.into_iter().any(|item| item == chrono::format::Item::Error) {
                        self.say("format", "must be a pattern such as %Y-%m-%d %H:%M");
                    }
                }
                self.save_to(it.save_to.as_ref());
            }
            Action::MakeOpportunity(it) => {
                self.some("pipeline", std::slice::from_ref(&it.pipeline));
                self.text("name", &it.name);
                self.optional("monetaryValue", it.monetary_value.as_ref());
                self.optional("source", it.source.as_ref());
                self.status(it.status.as_ref());
            }
            Action::ChangeOpportunity(it) => {
                self.optional("name", it.name.as_ref());
                self.optional("monetaryValue", it.monetary_value.as_ref());
                self.status(it.status.as_ref());
                if *it == super::ChangeOpportunity::new() {
                    self.say(
                        "stage",
                        "say what changes: pipeline, stage, name, status, monetaryValue or assignedTo",
                    );
                }
            }
            Action::BookAppointment(it) => {
                self.some("calendar", std::slice::from_ref(&it.calendar));
                self.optional("start", it.start.as_ref());
                self.optional("title", it.title.as_ref());
                if let Some(start) = it.start.as_ref().filter(|text| !text.contains("{{"))
                    && !is_moment(start)
                {
                    self.say("start", "must be a moment in ISO 8601 or a merge field");
                }
            }
            Action::SetAppointmentStatus(it) => {
                self.known("status", it.status.is_known(), it.status.as_str());
            }
            Action::RunAgent(it) => {
                self.some("agent", std::slice::from_ref(&it.agent));
                self.text("input", &it.input);
            }
            Action::RemoveAssignedUser(_) | Action::RemoveFromWorkflow(_) => {}
        }
    }

    fn status(&mut self, status: Option<&crate::opportunities::OpportunityStatus>) {
        use crate::opportunities::OpportunityStatus::All;
        if let Some(status) = status {
            self.known("status", status.is_known() && *status != All, status.as_str());
        }
    }

    fn save_to(&mut self, field: Option<&Text>) {
        if let Some(name) = field {
            self.field_name("saveTo", name);
        }
    }
}

/// Whether a text names a moment, with a zone or without.
fn is_moment(text: &str) -> bool {
    crate::types::time::parse(text).is_some()
        || ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
            .iter()
            .any(|format| chrono::NaiveDateTime::parse_from_str(text, format).is_ok())
}
