//! The steps, one family a file.

mod contact;
mod deal;
mod flow;
mod format;
mod meeting;
mod message;
mod send;

use std::sync::Arc;

use serde_json::{Value as Json, json};
use smbcrm_core::types::{ContactId, Text};
use smbcrm_core::workflows::definition::Action;

use super::engine::{Desk, Next, Outcome};
use super::run::Waiting;
use super::{Edition, Run};
use crate::world::State;

/// What a refusal says.
fn told(error: &smbcrm_core::Error) -> String {
    error.messages().join("; ")
}

/// The contact that a step is about.
fn contact_of(run: &Run) -> Result<ContactId, String> {
    run.contact.clone().ok_or_else(|| "the run has no contact".to_owned())
}

impl State {
    /// Does a step.
    pub(super) fn act(
        &mut self,
        run: &mut Run,
        action: &Action,
        edition: &Arc<Edition>,
        desk: &mut Desk,
    ) -> Outcome {
        match action {
            Action::Wait(it) => self.wait(run, it, edition, desk),
            Action::Goto(it) => Ok(flow::goto(&it.to, edition)),
            Action::Goal(it) => Ok(flow::goal(it)),
            Action::Drip(it) => Ok(self.drip(run, it, edition, desk.now)),
            Action::AddToWorkflow(it) => self.add_to(run, &it.workflow, desk.now),
            Action::RemoveFromWorkflow(it) => self.remove_from(run, it.workflow.as_ref(), edition, desk.now),
            Action::UpdateContactField(it) => {
                let contact = contact_of(run)?;
                let facts = self.facts_of(run, edition, &desk.users, desk.now);
                let fields = self.filled_fields(&it.fields, &facts);
                self.write_contact_fields(&contact, fields, desk.instant())
            }
            Action::AddTags(it) => self.retag(run, &it.tags, true, edition, desk),
            Action::RemoveTags(it) => self.retag(run, &it.tags, false, edition, desk),
            Action::AssignUser(it) => self.assign(run, it, edition, desk),
            Action::RemoveAssignedUser(_) => self.unassign(run, desk),
            Action::SetDnd(it) => self.set_dnd(run, it, desk),
            Action::AddNote(it) => self.write_note(run, it, edition, desk),
            Action::AddTask(it) => self.give_task(run, it, edition, desk),
            Action::SendEmail(it) => self.send_email(run, it, edition, desk),
            Action::SendSms(it) => self.send_sms(run, it, edition, desk),
            Action::Notify(it) => self.notify(run, it, edition, desk),
            Action::Webhook(it) => self.webhook(run, it, edition, desk),
            Action::CustomWebhook(it) => self.custom_webhook(run, it, edition, desk),
            Action::UpdateCustomValue(it) => {
                let facts = self.facts_of(run, edition, &desk.users, desk.now);
                let to = self.fill(&it.to, &facts);
                self.set_custom_value(&it.value, to)
            }
            Action::Math(it) => self.calculate(run, it, edition, desk),
            Action::FormatText(it) => self.format_text(run, it, edition, desk),
            Action::FormatNumber(it) => self.format_number(run, it, edition, desk),
            Action::FormatDate(it) => self.format_date(run, it, edition, desk),
            Action::MakeOpportunity(it) => self.make_deal(run, it, edition, desk),
            Action::ChangeOpportunity(it) => self.change_deal(run, it, edition, desk),
            Action::BookAppointment(it) => self.book(run, it, edition, desk),
            Action::SetAppointmentStatus(it) => self.set_meeting_status(run, it, desk),
            Action::RunAgent(it) => {
                let facts = self.facts_of(run, edition, &desk.users, desk.now);
                let (agent, input) = (self.fill(&it.agent, &facts), self.fill(&it.input, &facts));
                // What is asked is kept with the run, so that it is asked again where a world is opened anew.
                run.keep("(agent)", json!({ "agent": agent, "input": input }));
                let id = run.id.clone();
                self.ask_agent(&id);
                Ok(Next::Wait(super::run::NEVER, Waiting::Agent, format!("for the agent {agent}")))
            }
            // Compiled to jumps, or of a kind that is not known here.
            _ => Err(format!("there is no step `{}` here", action.kind())),
        }
    }

    /// Keeps the result of a step, and writes it to the contact's field that it is meant for.
    fn keep_result(
        &mut self,
        run: &mut Run,
        edition: &Edition,
        result: Json,
        save_to: Option<&Text>,
        desk: &Desk,
    ) -> Outcome {
        let step = edition.program().name_at(run.at);
        run.keep(&step, json!({ "result": result }));
        if let Some(field) = save_to {
            let contact = contact_of(run)?;
            let fields = serde_json::Map::from_iter([(field.as_str().to_owned(), result)]);
            self.write_contact_fields(&contact, fields, desk.instant())?;
        }
        Ok(Next::On)
    }
}
