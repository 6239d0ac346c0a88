//! What makes time pass on a server: work is carried out when it falls due, without anybody asking.

use std::time::Duration;

use crate::MemCrm;

/// A machine may sleep, and a real clock may be set: look again after this long at the latest.
const LONGEST: Duration = Duration::from_secs(60);

/// How long work that runs in circles is left alone.
const SHORTEST: Duration = Duration::from_millis(10);

/// Carries out what falls due, for ever. A virtual clock is left where it is: then only what is due already is done.
pub(super) async fn drive(crm: MemCrm) {
    // What is sent may take its time, and work in memory does not wait for it.
    tokio::join!(work(&crm), crm.keep_sending());
}

async fn work(crm: &MemCrm) {
    loop {
        // Taken before looking, so that whatever changes while we look is not missed.
        let (changed, sent) = (crm.world.events.stirred(), crm.world.exchange.stirred());
        crm.work_until_idle();
        let wait = if crm.clock().is_virtual() { None } else { crm.next_work() };
        let wait = wait.map_or(LONGEST, |next| (next - crm.clock().now()).to_std().unwrap_or_default());
        tokio::select! {
            () = changed => {}
            () = sent => {}
            () = tokio::time::sleep(wait.clamp(SHORTEST, LONGEST)) => {}
        }
    }
}
