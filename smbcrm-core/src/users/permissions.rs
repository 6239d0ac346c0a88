//! What a user may see and do.

use crate::record;
use crate::types::Extra;

macro_rules! permissions {
    ($( $(#[$doc:meta])* $name:ident = $standard:literal, )*) => {
        /// What a user may see and do, switch by switch. A switch that is `None` was not said.
        #[record]
        pub struct Permissions {
            $( $(#[$doc])* pub $name: Option<bool>, )*
            /// Switches this version has no name for.
            pub extra: Extra,
        }

        impl Permissions {
            /// What a new user has where nothing else is said.
            #[must_use]
            pub fn standard() -> Self {
                Self { $( $name: Some($standard), )* extra: Extra::default() }
            }

            /// These switches, and the other's where these say nothing.
            #[must_use]
            pub fn or(mut self, other: &Self) -> Self {
                $( self.$name = self.$name.or(other.$name); )*
                for (name, value) in other.extra.iter() {
                    if !self.extra.contains_key(name) {
                        self.extra.insert(name.clone(), value.clone());
                    }
                }
                self
            }
        }
    };
}

permissions! {
    /// Campaigns.
    campaigns_enabled = true,
    /// Campaigns can be seen only.
    campaigns_read_only = false,
    /// Contacts.
    contacts_enabled = true,
    /// Workflows.
    workflows_enabled = true,
    /// Workflows can be seen only.
    workflows_read_only = false,
    /// Triggers.
    triggers_enabled = true,
    /// Funnels.
    funnels_enabled = true,
    /// Web sites.
    websites_enabled = false,
    /// Opportunities.
    opportunities_enabled = true,
    /// The dashboard's figures.
    dashboard_stats_enabled = true,
    /// Changes to many records at once.
    bulk_requests_enabled = true,
    /// Appointments.
    appointments_enabled = true,
    /// Reviews.
    reviews_enabled = true,
    /// Online listings.
    online_listings_enabled = true,
    /// Phone calls.
    phone_call_enabled = true,
    /// Conversations.
    conversations_enabled = true,
    /// Only records that are assigned to the user.
    assigned_data_only = false,
    /// Reports on Google ads.
    adwords_reporting_enabled = false,
    /// Memberships.
    membership_enabled = false,
    /// Reports on Facebook ads.
    facebook_ads_reporting_enabled = false,
    /// Reports on where contacts came from.
    attributions_reporting_enabled = false,
    /// Settings.
    settings_enabled = true,
    /// Tags.
    tags_enabled = true,
    /// What opportunities are worth.
    lead_value_enabled = true,
    /// Marketing.
    marketing_enabled = true,
    /// Reports on agents.
    agent_reporting_enabled = true,
    /// The bot service.
    bot_service = false,
    /// The social planner.
    social_planner = true,
    /// Blogs.
    blogging_enabled = true,
    /// Invoices.
    invoice_enabled = true,
    /// Affiliates.
    affiliate_manager_enabled = true,
    /// Content by AI.
    content_ai_enabled = true,
    /// Refunds.
    refunds_enabled = true,
    /// Recording payments.
    record_payment_enabled = true,
    /// Cancelling subscriptions.
    cancel_subscription_enabled = true,
    /// Payments.
    payments_enabled = true,
    /// Communities.
    communities_enabled = true,
    /// Exporting payments.
    export_payments_enabled = true,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unknown_switches_survive_and_unsaid_ones_are_filled_in() {
        let wire = json!({ "contactsEnabled": false, "holidaysEnabled": true });
        let read: Permissions = serde_json::from_value(wire.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), wire);
        let whole = read.or(&Permissions::standard());
        assert_eq!((whole.contacts_enabled, whole.tags_enabled), (Some(false), Some(true)));
        assert!(whole.extra.contains_key("holidaysEnabled"));
    }
}
