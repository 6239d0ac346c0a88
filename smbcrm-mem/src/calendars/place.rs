//! Where an appointment takes place.

use smbcrm_core::calendars::{Calendar, LocationConfiguration, LocationKind, MeetingLocationType};
use smbcrm_core::types::{Text, UserId};

/// What an input says of the place.
#[derive(Debug, Default)]
pub(super) struct Wish {
    pub(super) kind: Option<MeetingLocationType>,
    pub(super) id: Option<Text>,
    pub(super) address: Option<Text>,
    pub(super) own: Option<bool>,
}

impl Wish {
    /// Whether it says anything.
    pub(super) fn is_some(&self) -> bool {
        self.kind.is_some() || self.id.is_some() || self.address.is_some()
    }

    /// Kind and address: the input's own, or those of the place that it names, or of the first that there is.
    pub(super) fn resolve(
        self,
        calendar: &Calendar,
        user: Option<&UserId>,
    ) -> (Option<MeetingLocationType>, Option<Text>) {
        let own = self.own.unwrap_or(self.id.is_none() && (self.kind.is_some() || self.address.is_some()));
        if own {
            let kind = self.kind.or_else(|| self.address.is_some().then_some(MeetingLocationType::Custom));
            return (kind, self.address);
        }
        let member = calendar.team_members.iter().find(|member| Some(&member.user_id) == user);
        let of_member =
            member.and_then(|member| member.location_configurations.as_deref()).unwrap_or_default();
        let places: Vec<&LocationConfiguration> =
            of_member.iter().chain(&calendar.location_configurations).collect();
        let named = |place: &&&LocationConfiguration| place.meeting_id == self.id && self.id.is_some();
        let place = places.iter().find(named).or_else(|| places.first()).copied();
        let kind = place.map(|place| kind(&place.kind)).or(self.kind);
        (kind, self.address.or_else(|| place.and_then(|place| place.location.clone())))
    }
}

fn kind(kind: &LocationKind) -> MeetingLocationType {
    match kind {
        LocationKind::ZoomConference => MeetingLocationType::Zoom,
        LocationKind::GoogleConference => MeetingLocationType::GoogleMeet,
        LocationKind::InboundCall | LocationKind::OutboundCall => MeetingLocationType::Phone,
        LocationKind::Physical => MeetingLocationType::Address,
        LocationKind::MsTeamsConference => MeetingLocationType::MsTeams,
        _ => MeetingLocationType::Custom,
    }
}
