//! The inbound webhook.

use super::{Access, Stage};
use crate::ErrorKind;
use crate::contract::{HandOrSkip as _, Verdict, cases, ensure, ensure_eq, refused};
use crate::smarfle::operations as op;

cases! { on Stage:
    a_key_is_verified => [op::VERIFY],
}

async fn a_key_is_verified(stage: &Stage) -> Verdict {
    ensure!(stage.api.verify().await?.valid);
    let nobody = stage.hands.access(Access::Unknown).await.ok_or_skip("needs an unknown key")?;
    let error = refused(nobody.verify().await, ErrorKind::Unauthenticated, 401)?;
    ensure_eq!(error.code(), Some("unauthorized"));
    Ok(())
}
