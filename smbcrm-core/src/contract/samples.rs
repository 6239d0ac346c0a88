//! A valid call of every operation, for the sweep that asks all of them the same questions.

use serde_json::{Value, json};

use super::backend::Stage;
use super::calendars;
use super::runner::Failure;
use crate::agent_studio::{AgentDraft, AgentStatus, CreateAgent, Edge, Node, PublishVersion};
use crate::contacts::{CreateNote, CreateTask};
use crate::conversations::{SendMessage, SendType};
use crate::custom_fields::{CreateField, CreateFolder};
use crate::locations::CustomFieldType;
use crate::operation::{Arguments, BodyKind, Operation, Part, Payload};
use crate::opportunities::{CreateOpportunity, ListPipelines, OpportunityStatus};
use crate::types::{LocationId, ObjectKey, Text};
use crate::users::{CreateUser, UserRole, UserType};

/// Ids of records on a stage.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub(super) location: LocationId,
    pub(super) company: Text,
    pub(super) contact: Text,
    pub(super) task: Text,
    pub(super) note: Text,
    pub(super) pipeline: Text,
    pub(super) stage: Text,
    pub(super) opportunity: Text,
    pub(super) user: Text,
    pub(super) business: Text,
    pub(super) object_field: Text,
    pub(super) field_folder: Text,
    pub(super) agent: Text,
    pub(super) agent_version: Text,
    pub(super) conversation: Text,
    pub(super) message: Text,
    pub(super) email: Text,
    pub(super) calendars: calendars::Sample,
}

impl Known {
    /// Makes one of each on a stage.
    pub(super) async fn make(stage: &Stage) -> Result<Self, Failure> {
        let contact = stage.contact().await?;
        let contacts = stage.crm.contacts();
        let due = chrono::DateTime::<chrono::Utc>::UNIX_EPOCH;
        let task = contacts.create_task(&contact.id, CreateTask::new("Call", due, false)).await?;
        let note = contacts.create_note(&contact.id, CreateNote::new("Hello")).await?;
        let opportunities = stage.crm.opportunities();
        let pipelines = opportunities.list_pipelines(ListPipelines::new(&stage.location)).await?;
        let pipeline = pipelines.first().ok_or_else(|| Failure::skip("the sub-account has no pipeline"))?;
        let first = pipeline.stages.first().ok_or_else(|| Failure::skip("the pipeline has no stage"))?;
        let deal = CreateOpportunity::new(
            &pipeline.id,
            &stage.location,
            "Deal",
            OpportunityStatus::Open,
            &contact.id,
        );
        let opportunity = opportunities.create(deal).await?;
        let letter = SendMessage::new(SendType::Email, &contact.id).html("<p>Hello</p>");
        let sent = stage.crm.conversations().send(letter).await?;
        let location = stage.crm.locations().get(&stage.location).await?;
        let company = location.company_id.map(Text::from).unwrap_or_default();
        let (kind, role) = (UserType::Account, UserRole::User);
        let user = CreateUser::new(
            company.clone(),
            "Sam",
            "Lee",
            stage.unique_email(),
            "Contract-1234!",
            kind,
            role,
            [&stage.location],
        );
        let user = stage.crm.users().create(user).await?;
        stage.discard(&user.id);
        let business = stage.business().await?;
        let (fields, object) = (stage.crm.custom_fields(), ObjectKey::custom("sweep"));
        let folder = fields.create_folder(CreateFolder::new(&object, "Sweep", &stage.location)).await?;
        stage.discard(&folder.id);
        let (key, text) = (stage.unique("sweep").replace('-', "_"), CustomFieldType::Text);
        let field = CreateField::new(&stage.location, &object, &folder.id, key, text, true);
        let field = fields.create(field).await?;
        stage.discard(&field.id);
        let studio = stage.crm.agent_studio();
        let draft = AgentDraft::new("Sweep")
            .nodes([Node::start("start"), Node::reply("say", "Hello")])
            .edges([Edge::new("start", "say")]);
        let agent = studio.create(CreateAgent::new(&stage.location, AgentStatus::Active, draft)).await?;
        stage.discard(&agent.agent.agent_id);
        let version = agent.versions.first().ok_or_else(|| Failure::new("an agent has a version"))?;
        let publish = PublishVersion::new(&stage.location);
        let published = studio.publish(&version.version_id, publish).await?;
        Ok(Self {
            location: stage.location.clone(),
            company,
            contact: contact.id.as_text().clone(),
            task: task.id.as_text().clone(),
            note: note.id.as_text().clone(),
            pipeline: pipeline.id.as_text().clone(),
            stage: first.id.as_text().clone(),
            opportunity: opportunity.id.as_text().clone(),
            user: user.id.as_text().clone(),
            business: business.id.as_text().clone(),
            object_field: field.id.as_text().clone(),
            field_folder: folder.id.as_text().clone(),
            agent: agent.agent.agent_id.as_text().clone(),
            agent_version: published.data.new_draft_version.version_id.into(),
            conversation: sent.conversation_id.as_text().clone(),
            message: sent.message_id.as_text().clone(),
            email: sent.email_message_id.map(Text::from).unwrap_or_default(),
            calendars: calendars::Sample::make(stage, &contact.id).await?,
        })
    }

    /// The arguments of a valid call.
    pub(super) fn arguments(&self, operation: &Operation) -> Arguments {
        let params =
            operation.params.iter().map(|name| ((*name).to_owned(), self.param(operation, name))).collect();
        let query = match self.query(operation) {
            Value::Object(fields) => fields
                .into_iter()
                .map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
                .collect(),
            _ => Vec::new(),
        };
        let payload = match operation.body {
            BodyKind::None => Payload::Empty,
            BodyKind::Multipart if operation.product.name == "conversations" => Payload::Multipart(vec![
                Part::field("locationId", self.location.as_str()),
                Part::field("conversationId", self.conversation.as_str()),
                Part::field("contactId", self.contact.as_str()),
                Part::file("fileAttachment", "a.txt", "text/plain", "hello"),
            ]),
            BodyKind::Multipart if operation.product.name == "forms" => {
                Payload::Multipart(vec![Part::file("field_file", "a.txt", "text/plain", "hello")])
            }
            BodyKind::Multipart => Payload::Multipart(vec![
                Part::field("id", self.contact.as_str()),
                Part::file("file", "a.txt", "text/plain", "hello"),
            ]),
            _ => Payload::Json(self.body(operation)),
        };
        Arguments::new(params, query, payload)
    }

    fn param(&self, operation: &Operation, name: &str) -> String {
        let text = match (operation.product.name, name) {
            ("calendars", _) => self.calendars.param(operation, name),
            ("agent-studio", "versionId") => &self.agent_version,
            ("agent-studio", _) => &self.agent,
            (_, "locationId") => self.location.as_str(),
            (_, "contactId") => &self.contact,
            (_, "taskId") => &self.task,
            (_, "type") => "add",
            (_, "userId") => &self.user,
            (_, "businessId") => &self.business,
            ("custom-fields", "objectKey") => "custom_objects.sweep",
            ("custom-fields", _) if operation.name.ends_with("_folder") => &self.field_folder,
            ("custom-fields", _) => &self.object_field,
            ("contacts", "id") => &self.note,
            ("opportunities", "id") => &self.opportunity,
            (_, "conversationId") => &self.conversation,
            (_, "messageId") => &self.message,
            (_, "emailMessageId") => &self.email,
            ("conversations", "id") if operation.name == "get_email" => &self.email,
            ("conversations", "id") => &self.message,
            _ => "some-id",
        };
        text.to_owned()
    }

    fn query(&self, operation: &Operation) -> Value {
        let location = self.location.as_str();
        match (operation.product.name, operation.name) {
            ("calendars", _) => self.calendars.query(operation, location),
            ("contacts", "find_duplicate") => {
                json!({ "locationId": location, "email": "nobody@contract.example" })
            }
            ("contacts", _) => json!({ "locationId": location }),
            ("locations", "search") => json!({ "companyId": self.company }),
            ("locations", "delete") => json!({ "deleteTwilioAccount": false }),
            ("locations", "list_templates") => json!({ "originId": location }),
            ("opportunities", "list") => json!({ "location_id": location }),
            ("conversations", "list_messages") => json!({}),
            ("conversations", "get_subscriptions") => {
                json!({ "locationId": location, "contactId": self.contact })
            }
            ("conversations", _) => json!({ "locationId": location }),
            ("opportunities", "remove_followers") => json!({ "isRemoveAllFollowers": false }),
            ("users", "search") => json!({ "companyId": self.company, "locationId": location }),
            ("opportunities" | "surveys" | "businesses" | "campaigns" | "workflows" | "custom-fields", _)
            | ("users", "list") => {
                json!({ "locationId": location })
            }
            ("agent-studio", "list" | "list_published") => {
                json!({ "locationId": location, "limit": 20, "offset": 0 })
            }
            ("agent-studio", _) => json!({ "locationId": location }),
            ("blogs", name) => {
                let mut query = json!({ "locationId": location });
                match name {
                    "slug_exists" => query["urlSlug"] = json!("sweep"),
                    "list" => (query["skip"], query["limit"]) = (json!(0), json!(10)),
                    _ => (query["limit"], query["offset"]) = (json!(10), json!(0)),
                }
                if name == "list_posts" {
                    query["blogId"] = json!("some-blog");
                }
                query
            }
            ("emails", _) | ("social-media-posting", "statistics") => json!({ "locationId": location }),
            ("payments", "list_orders" | "get_order") => json!({ "altId": location }),
            ("payments", _) => json!({ "altId": location, "altType": "location" }),
            ("forms", "upload_files") => json!({ "locationId": location, "contactId": self.contact }),
            ("forms", _) => json!({ "locationId": location }),
            _ => json!({}),
        }
    }

    /// A body that passes the checks of the operation.
    pub(super) fn body(&self, operation: &Operation) -> Value {
        let location = self.location.as_str();
        let rule = json!({ "intervalType": "daily", "interval": 1, "startDate": "2026-01-01T09:00:00.000Z",
            "dueAfterSeconds": 3600 });
        match (operation.product.name, operation.name) {
            ("calendars", _) => self.calendars.body(operation, location),
            ("contacts", "search") => json!({ "locationId": location, "pageLimit": 10 }),
            ("contacts", "create_task") => {
                json!({ "title": "Call", "dueDate": "2026-01-01T09:00:00.000Z", "completed": false })
            }
            ("contacts", "complete_task") => json!({ "completed": true }),
            ("contacts", "add_tags" | "remove_tags") => json!({ "tags": ["vip"] }),
            ("contacts", "create_note") => json!({ "body": "Hello" }),
            ("contacts", "bulk_update_tags") => {
                json!({ "contacts": [self.contact], "tags": ["vip"], "locationId": location })
            }
            ("contacts", "bulk_set_business") => {
                json!({ "locationId": location, "ids": [self.contact], "businessId": null })
            }
            ("contacts", "upsert" | "create") => {
                json!({ "locationId": location, "email": "sweep@contract.example" })
            }
            ("contacts", "add_followers" | "remove_followers") => json!({ "followers": ["some-user"] }),
            ("locations", "update") => json!({ "companyId": self.company, "name": "Renamed" }),
            ("locations", "create") => json!({ "companyId": self.company, "name": "Another" }),
            ("locations", "create_tag" | "update_tag") => json!({ "name": "vip" }),
            ("locations", "create_recurring_task") => json!({ "title": "Call", "rruleOptions": rule }),
            ("locations", "create_custom_field") => json!({ "name": "Colour", "dataType": "TEXT" }),
            ("locations", "update_custom_field") => json!({ "name": "Colour" }),
            ("locations", "create_custom_value" | "update_custom_value") => {
                json!({ "name": "a", "value": "b" })
            }
            ("opportunities", "search") => json!({ "locationId": location, "limit": 10 }),
            ("conversations", name) => self.conversation_body(name),
            ("opportunities", "set_status") => json!({ "status": "won" }),
            ("opportunities", "upsert") => {
                json!({ "locationId": location, "pipelineId": self.pipeline, "contactId": self.contact })
            }
            ("opportunities", "add_followers" | "remove_followers") => json!({ "followers": ["some-user"] }),
            ("opportunities", "create") => {
                json!({ "pipelineId": self.pipeline, "pipelineStageId": self.stage,
                "locationId": location, "name": "Deal", "status": "open", "contactId": self.contact })
            }
            ("users", "filter_by_email") => {
                json!({ "companyId": self.company, "emails": "sweep@contract.example" })
            }
            ("users", "create") => {
                json!({ "companyId": self.company, "firstName": "Sam", "lastName": "Lee",
                "email": "sweep@contract.example", "password": "Contract-1234!", "type": "account",
                "role": "user", "locationIds": [location] })
            }
            ("custom-fields", "create_folder" | "update_folder") => {
                let mut folder = json!({ "locationId": location, "name": "Sweep" });
                if operation.name == "create_folder" {
                    folder["objectKey"] = json!("custom_objects.sweep");
                }
                folder
            }
            ("custom-fields", "update") => json!({ "locationId": location, "showInForms": true }),
            ("custom-fields", "create") => {
                json!({ "locationId": location, "objectKey": "custom_objects.sweep",
                "parentId": self.field_folder, "fieldKey": "colour", "dataType": "TEXT", "showInForms": true })
            }
            ("agent-studio", "create") => {
                json!({ "locationId": location, "status": "active", "version": { "nodes": [], "edges": [] } })
            }
            ("agent-studio", "execute_public") => json!({ "locationId": location, "input": "Hello" }),
            ("agent-studio", "execute") => json!({ "locationId": location, "message": "Hello" }),
            ("agent-studio", _) => json!({ "locationId": location }),
            ("businesses", "create") => json!({ "name": "Vale Ltd", "locationId": location }),
            ("blogs", _) => json!({ "locationId": location, "blogId": "some-blog", "title": "Chairs",
                "urlSlug": "sweep", "description": "About", "rawHTML": "<p>Ten</p>",
                "imageUrl": "https://files.example/a.png", "imageAltText": "A chair", "author": "some-author",
                "categories": [], "status": "DRAFT", "publishedAt": "2026-01-01T09:00:00.000Z" }),
            ("emails", "create_template") => json!({ "locationId": location, "type": "html" }),
            ("emails", _) => {
                json!({ "locationId": location, "templateId": "some-template", "updatedBy": self.user,
                "dnd": { "elements": [], "attrs": {}, "templateSettings": {} }, "html": "<p>Hello</p>",
                "editorType": "html" })
            }
            ("payments", _) => json!({ "altId": location, "altType": "location", "mode": "cash" }),
            ("social-media-posting", name) => self.social_body(name),
            _ => json!({}),
        }
    }

    fn social_body(&self, operation: &str) -> Value {
        match operation {
            "list" => json!({ "skip": "0", "limit": "10", "includeUsers": "true",
                "fromDate": "2026-01-01T00:00:00.000Z", "toDate": "2026-02-01T00:00:00.000Z" }),
            "create" => json!({ "accountIds": ["some-account"], "type": "post", "userId": self.user }),
            "update" => json!({ "type": "post" }),
            "bulk_delete" => json!({ "postIds": ["some-post"] }),
            "get_tags" => json!({ "tagIds": ["some-tag"] }),
            "statistics" => json!({ "profileIds": ["some-profile"] }),
            _ => json!({}),
        }
    }

    fn conversation_body(&self, operation: &str) -> Value {
        let (location, conversation) = (self.location.as_str(), self.conversation.as_str());
        match operation {
            "update" => json!({ "locationId": location, "unreadCount": 0 }),
            "create_subtype" => json!({ "name": "News", "channel": "email", "language": "en" }),
            "update_subtype" => json!({ "name": "News" }),
            "change_subscription" => json!({ "locationId": location, "contactId": self.contact,
                "email": "ada@contract.example",
                "subscription_action": { "type": "default", "subtype_name": "One on One",
                    "subtype_status": "unsubscribed" } }),
            "send" => json!({ "type": "Email", "contactId": self.contact, "html": "<p>Hello</p>" }),
            "add_inbound" => json!({ "type": "SMS", "conversationId": conversation, "message": "Hello" }),
            "add_outbound" => json!({ "type": "Call", "conversationId": conversation,
                "conversationProviderId": "some-provider" }),
            "reply_to_review" => {
                json!({ "conversationId": conversation, "locationId": location, "message": "Thanks" })
            }
            "initiate_upload" => json!({ "locationId": location, "conversationId": conversation,
                "filename": "a.png", "contentType": "image/png", "channel": "SMS" }),
            "complete_upload" => json!({ "locationId": location, "conversationId": conversation,
                "uploadId": "some-upload", "filePath": "some/path", "filename": "a.png" }),
            "update_message_status" => json!({ "status": "delivered" }),
            "set_attachments" => json!({ "attachments": ["https://files.example/a.mp3"] }),
            "set_typing" => json!({ "locationId": location, "isTyping": true, "visitorId": "visitor",
                "conversationId": conversation }),
            "create" => json!({ "locationId": location, "contactId": self.contact }),
            _ => json!({}),
        }
    }

    /// Path and query of the call, as the wire writes them.
    pub(super) fn target(&self, operation: &Operation) -> String {
        let mut path = operation.path.to_owned();
        for name in operation.params {
            path = path.replacen(&format!("{{{name}}}"), &self.param(operation, name), 1);
        }
        let mut separator = '?';
        if let Value::Object(fields) = self.query(operation)
            && operation.takes_query
        {
            for (name, value) in fields {
                path.push(separator);
                separator = '&';
                path.push_str(&format!(
                    "{name}={}",
                    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
                ));
            }
        }
        path
    }
}
