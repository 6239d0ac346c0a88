//! Endpoints.

use super::Stage;
use crate::ErrorKind;
use crate::contract::{Verdict, cases, ensure, ensure_eq, refused};
use crate::smarfle::event::EventKind;
use crate::smarfle::settings::{CreateEndpoint, UpdateEndpoint, operations as op};

cases! { on Stage:
    an_endpoint_is_added_changed_and_removed => [
        op::CREATE_ENDPOINT, op::LIST_ENDPOINTS, op::GET_ENDPOINT, op::UPDATE_ENDPOINT, op::DELETE_ENDPOINT,
    ],
    a_secret_of_ones_own => [op::CREATE_ENDPOINT, op::UPDATE_ENDPOINT],
    what_is_wrong_with_an_endpoint_is_named => [op::CREATE_ENDPOINT, op::UPDATE_ENDPOINT],
    an_endpoint_that_is_not_there => [
        op::GET_ENDPOINT, op::UPDATE_ENDPOINT, op::DELETE_ENDPOINT, op::TEST_ENDPOINT,
    ],
}

const URL: &str = "https://app.example/hooks?key=1";

async fn an_endpoint_is_added_changed_and_removed(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let wanted = [EventKind::InvoicePaid, EventKind::ClientCreated, EventKind::InvoicePaid];
    let made = settings.create_endpoint(CreateEndpoint::new(URL, wanted)).await?;
    let (endpoint, secret) = (&made.endpoint, made.secret.expose().to_owned());
    ensure_eq!(endpoint.url, URL);
    ensure!(endpoint.active);
    ensure_eq!(endpoint.events, [EventKind::ClientCreated, EventKind::InvoicePaid]);
    ensure!(secret.len() >= 32, "it is drawn");
    ensure_eq!(settings.get_endpoint(&endpoint.id).await?, *endpoint);
    let listed = settings.list_endpoints().await?;
    ensure_eq!(listed, [endpoint.clone()]);
    ensure!(!serde_json::to_string(&listed).unwrap_or_default().contains(&secret), "it was shown once");
    ensure!(!format!("{made:?}").contains(&secret), "nothing prints it");

    let change = UpdateEndpoint::new().url("https://app.example/other").active(false);
    let changed = settings.update_endpoint(&endpoint.id, change).await?;
    ensure_eq!((changed.url.as_str(), changed.active), ("https://app.example/other", false));
    ensure_eq!(changed.events, endpoint.events);
    let change = UpdateEndpoint::new().events([EventKind::BookingReceived]);
    let changed = settings.update_endpoint(&endpoint.id, change).await?;
    ensure_eq!((changed.events, changed.active), (vec![EventKind::BookingReceived], false));

    settings.delete_endpoint(&endpoint.id).await?;
    refused(settings.get_endpoint(&endpoint.id).await, ErrorKind::NotFound, 404)?;
    ensure!(settings.list_endpoints().await?.is_empty());
    Ok(())
}

async fn a_secret_of_ones_own(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let hook = CreateEndpoint::new(URL, [EventKind::InvoicePaid]).secret("my-own-secret-0123");
    let made = settings.create_endpoint(hook.clone().active(false)).await?;
    ensure_eq!(made.secret.expose(), "my-own-secret-0123");
    ensure!(!made.endpoint.active && !made.endpoint.secret_masked.contains("secret"));
    for bad in ["short", "with a space in it", &"x".repeat(201)] {
        let wrong = UpdateEndpoint::new().secret(bad);
        let error =
            refused(settings.update_endpoint(&made.endpoint.id, wrong).await, ErrorKind::Invalid, 422)?;
        ensure!(error.to_string().contains("secret must"), "{error}");
        ensure!(!error.to_string().contains(bad), "it is not repeated");
    }
    Ok(())
}

async fn what_is_wrong_with_an_endpoint_is_named(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let paid = [EventKind::InvoicePaid];
    for url in [
        "",
        "app.example",
        "http://app.example/",
        "https://10.0.0.1/",
        "https://169.254.169.254/",
        "https://u:p@app.example/",
    ] {
        let hook = CreateEndpoint::new(url, paid.clone());
        let error = refused(settings.create_endpoint(hook).await, ErrorKind::Invalid, 422)?;
        ensure!(error.to_string().contains("url"), "{error}");
    }
    let nothing: [EventKind; 0] = [];
    let error =
        refused(settings.create_endpoint(CreateEndpoint::new(URL, nothing)).await, ErrorKind::Invalid, 422)?;
    ensure!(error.to_string().contains("events"), "{error}");
    // Nobody can ask for what is none of the seven.
    for event in [EventKind::Test, EventKind::from("estimate_sent")] {
        let hook = CreateEndpoint::new(URL, [event]);
        refused(settings.create_endpoint(hook).await, ErrorKind::Invalid, 422)?;
    }
    let made = settings.create_endpoint(CreateEndpoint::new(URL, paid)).await?;
    let wrong = UpdateEndpoint::new().url("nowhere").active(false);
    refused(settings.update_endpoint(&made.endpoint.id, wrong).await, ErrorKind::Invalid, 422)?;
    ensure_eq!(settings.get_endpoint(&made.endpoint.id).await?, made.endpoint);
    Ok(())
}

async fn an_endpoint_that_is_not_there(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    for id in ["whe_999", "nonsense", "key_1"] {
        let id = id.into();
        refused(settings.get_endpoint(&id).await, ErrorKind::NotFound, 404)?;
        refused(settings.update_endpoint(&id, UpdateEndpoint::new()).await, ErrorKind::NotFound, 404)?;
        refused(settings.delete_endpoint(&id).await, ErrorKind::NotFound, 404)?;
        refused(settings.test_endpoint(&id).await, ErrorKind::NotFound, 404)?;
    }
    Ok(())
}
