//! The `smbcrm-mem` command with `--data`, killed in the midst of writes.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

const WRITERS: usize = 4;

struct Running {
    child: Child,
    address: String,
    token: String,
    location: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let file = Self(std::env::temp_dir().join(format!("smbcrm-{name}-{}.world", std::process::id())));
        file.clear();
        file
    }

    fn clear(&self) {
        for ending in ["", ".lock", ".new"] {
            let _ = std::fs::remove_file(format!("{}{ending}", self.0.display()));
        }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        self.clear();
    }
}

fn start(file: &File, more: &[&str]) -> Running {
    let mut child = Command::new(env!("CARGO_BIN_EXE_smbcrm-mem"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--print-env",
            "--burst",
            "1000000",
            "--daily",
            "10000000",
        ])
        .arg("--data")
        .arg(&file.0)
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut printed = BufReader::new(child.stdout.as_mut().unwrap());
    let mut value = |name: &str| {
        let mut line = String::new();
        printed.read_line(&mut line).unwrap();
        line.trim_end().strip_prefix(name).unwrap_or_else(|| panic!("{line:?} is no {name}")).to_owned()
    };
    let address = value("SMBCRM_BASE_URL=http://");
    let (token, location) = (value("SMBCRM_TOKEN="), value("SMBCRM_LOCATION_ID="));
    Running { child, address, token, location }
}

/// A request on a connection of its own: status and body, or nothing when the server died meanwhile.
fn send(address: &str, token: &str, verb: &str, path: &str, body: &str) -> Option<(u16, Value)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    let request = format!(
        "{verb} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nversion: 2021-07-28\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len(),
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).ok()?))
}

impl Running {
    fn send(&self, verb: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        send(&self.address, &self.token, verb, path, &body)
    }

    fn get(&self, path: &str) -> Value {
        let (status, body) = self.send("GET", path, &Value::Null).expect("it answers");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Writes until the server is gone: contacts of several fields that belong together, and changes of them.
    fn write(&self, writer: &str, acknowledged: &Mutex<BTreeMap<String, (u32, u32)>>) {
        for number in 0.. {
            let name = format!("{writer}-{number}");
            let create = json!({
                "locationId": self.location, "firstName": name, "lastName": name, "city": "0",
                "email": format!("{name}@vale.example"), "address1": "0", "tags": [name.as_str()],
            });
            let Some((201, made)) = self.send("POST", "/contacts/", &create) else { return };
            let id = made["contact"]["id"].as_str().expect("an id").to_owned();
            acknowledged.lock().unwrap().insert(id.clone(), (0, 0));
            for round in 1..=3_u32 {
                let text = round.to_string();
                let change = json!({ "city": text, "address1": text });
                acknowledged.lock().unwrap().get_mut(&id).expect("it is known").1 = round;
                let Some((200, _)) = self.send("PUT", &format!("/contacts/{id}"), &change) else { return };
                acknowledged.lock().unwrap().get_mut(&id).expect("it is known").0 = round;
            }
        }
    }
}

#[test]
fn a_kill_loses_nothing_that_was_answered_and_leaves_nothing_half() {
    let file = File::new("killed");
    let mut random = SmallRng::seed_from_u64(20_260_101);
    // By contact: the change that was answered last, and the one that was asked for last.
    let acknowledged = Mutex::new(BTreeMap::new());
    let mut token = None;
    for round in 0..5 {
        let running = start(&file, &["--seed", "empty"]);
        // The token is the same at every start: clients need not be told a new one.
        assert_eq!(*token.get_or_insert_with(|| running.token.clone()), running.token);
        check(&running, &acknowledged.lock().unwrap());
        let before = acknowledged.lock().unwrap().len();
        let goal = before + random.random_range(20..120);
        let killer = running.child.id().to_string();
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (running, acknowledged) = (&running, &acknowledged);
                scope.spawn(move || running.write(&format!("r{round}w{writer}"), acknowledged));
            }
            while acknowledged.lock().unwrap().len() < goal {
                std::thread::yield_now();
            }
            assert!(Command::new("kill").args(["-KILL", &killer]).status().unwrap().success());
        });
        drop(running);
    }
    let running = start(&file, &["--seed", "empty"]);
    check(&running, &acknowledged.lock().unwrap());
}

/// Every contact that was answered for is there, whole, and as it was answered last – or as it was asked to be when the
/// answer was lost.
fn check(running: &Running, acknowledged: &BTreeMap<String, (u32, u32)>) {
    for (id, (answered, asked)) in acknowledged {
        let contact = &running.get(&format!("/contacts/{id}"))["contact"];
        let city: u32 = contact["city"].as_str().expect("a city").parse().expect("a number");
        assert!(city == *answered || city == *asked, "{id}: {city}, answered {answered}, asked {asked}");
        assert_eq!(contact["address1"], contact["city"], "{id} is half written");
        assert_eq!(
            (&contact["firstName"], &contact["tags"][0]),
            (&contact["lastName"], &contact["firstName"])
        );
    }
    // Contacts whose answer was lost may be there too, at most one a writer and kill; and those are whole as well.
    let listed = running.get(&format!("/contacts/?locationId={}&limit=100", running.location));
    let total = usize::try_from(listed["meta"]["total"].as_u64().expect("a total")).expect("a number");
    assert!(total >= acknowledged.len() && total <= acknowledged.len() + 5 * WRITERS, "{total}");
    for contact in listed["contacts"].as_array().expect("contacts") {
        assert_eq!(contact["address1"], contact["city"]);
    }
}

#[test]
fn a_file_wins_over_the_seed_and_is_one_server_s() {
    let file = File::new("seeded");
    let first = start(&file, &["--virtual-clock"]);
    let total = |running: &Running| {
        running.get(&format!("/contacts/?locationId={}", running.location))["meta"]["total"].clone()
    };
    let demo = total(&first);
    assert!(demo.as_u64() > Some(10), "the demo has people: {demo}");
    let advance = json!({ "seconds": 86_400 });
    let (_, clock) = first.send("POST", "/_mem/clock/advance", &advance).expect("it answers");
    let output = Command::new(env!("CARGO_BIN_EXE_smbcrm-mem"))
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(&file.0)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("it is in use"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    drop(first);

    let second = start(&file, &["--virtual-clock", "--seed", "empty"]);
    assert_eq!(total(&second), demo);
    assert_eq!(second.get("/_mem/clock")["now"], clock["now"]);
}
