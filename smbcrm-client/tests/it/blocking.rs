//! The facade without async.

use smbcrm_client::blocking::Client;
use smbcrm_core::{Crm, ErrorKind};
use tokio::runtime::Runtime;

use crate::builder;
use crate::clock::Clock;
use crate::server::{CONTACT, answering, json};

#[test]
fn calls_are_waited_for() {
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(answering([json(200, CONTACT)]));
    let crm = Client::with(builder(&server.uri(), &Clock::new()).build().unwrap()).unwrap();
    let contact = crm.wait(crm.contacts().get(&"CON1".into())).unwrap();
    assert_eq!(contact.id, "CON1");
    let twice = crm
        .run(async |crm| {
            let first = crm.contacts().get(&"CON1".into()).await?;
            let second = crm.contacts().get(&first.id).await?;
            Ok((first, second))
        })
        .unwrap();
    assert_eq!(twice.0.id, twice.1.id);
    let other = crm.clone();
    let id = std::thread::spawn(move || other.wait(other.contacts().get(&"CON1".into())).unwrap().id.clone());
    assert_eq!(id.join().unwrap(), "CON1");
}

#[tokio::test]
async fn inside_async_it_fails_instead_of_panicking() {
    let crm = Client::with(builder("http://127.0.0.1:9", &Clock::new()).build().unwrap()).unwrap();
    let error = crm.wait(crm.contacts().get(&"CON1".into())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("async"), "{error}");
    drop(crm); // dropping a runtime here would panic
}
