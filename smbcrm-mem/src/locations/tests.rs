//! Locations as their users see them.
