//! What makes time pass on a server: work is carried out when it falls due, without anybody asking.

use std::time::Duration;

use crate::MemCrm;

/// A machine may sleep, and a real clock may be set: look again after this long at the latest.
const LONGEST: Duration = Duration::from_secs(60);

/// How long work that runs in circles is left alone.
const SHORTEST: Duration = Duration::from_millis(10);

/// Carries out what falls due, for ever. A virtual clock is left where it is: then only what is due already is done.
pub(super) async fn drive(crm: MemCrm) {
    loop {
        // Taken before looking, so that whatever changes while we look is not missed.
        let stirred = crm.world.events.stirred();
        crm.run_until_idle().await;
        let wait = if crm.clock().is_virtual() { None } else { crm.next_due() };
        let wait = wait.map_or(LONGEST, |next| (next - crm.clock().now()).to_std().unwrap_or_default());
        tokio::select! {
            () = stirred => {}
            () = tokio::time::sleep(wait.clamp(SHORTEST, LONGEST)) => {}
        }
    }
}
