//! The `smbcrm-mem` command, run as a program.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const TOKEN: &str = "pit-0123abcd-0123-0123-0123-0123456789ab";

/// A running server; it ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(arguments: &[&str]) -> Running {
    let child = Command::new(env!("CARGO_BIN_EXE_smbcrm-mem"))
        .args(arguments)
        .env("RUST_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    Running(child)
}

/// The first lines that it prints.
fn lines(running: &mut Running, count: usize) -> Vec<String> {
    let mut reader = BufReader::new(running.0.stdout.as_mut().unwrap());
    (0..count)
        .map(|_| {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            line.trim_end().to_owned()
        })
        .collect()
}

/// One request on a connection of its own; answers status line, headers and body.
fn send(base_url: &str, line: &str, headers: &[String], body: &str) -> String {
    let address = base_url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let length = body.len();
    write!(
        stream,
        "{line} HTTP/1.1\r\nhost: {address}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_environment_it_prints_works() {
    let mut running =
        start(&["serve", "--listen", "127.0.0.1:0", "--print-env", "--location", "LOC7", "--token", TOKEN]);
    let printed = lines(&mut running, 5);
    let value = |at: usize, name: &str| printed[at].strip_prefix(name).unwrap().to_owned();
    let url = value(0, "SMBCRM_BASE_URL=");
    assert_eq!(
        (value(1, "SMBCRM_TOKEN="), value(2, "SMBCRM_LOCATION_ID=")),
        (TOKEN.to_owned(), "LOC7".to_owned())
    );
    let headers = [
        format!("authorization: Bearer {TOKEN}"),
        "version: 2021-07-28".to_owned(),
        "content-type: application/json".to_owned(),
    ];
    let canary = r#"{"locationId":"LOC7","email":"canary@vale.example"}"#;
    assert!(send(&url, "POST /contacts/", &headers, canary).starts_with("HTTP/1.1 201 Created\r\n"));
    assert!(send(&url, "GET /contacts/?locationId=LOC7", &headers, "").contains("canary@vale.example"));

    assert_eq!(value(3, "SALES_BOOST_BASE_URL="), url);
    let key = value(4, "SALES_BOOST_KEY=");
    let bearer = [format!("authorization: Bearer {key}")];
    assert!(send(&url, "GET /api/integrations", &bearer, "").starts_with("HTTP/1.1 200 OK\r\n"));
    assert!(send(&url, "GET /api/v1/integrations", &bearer, "").ends_with("{\"data\":[]}"));

    stop(&mut running);
    let mut said = String::new();
    running.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    // The text for people names the token once; the log, at its most talkative, never does.
    let log: String = said.lines().filter(|line| line.contains("TRACE") || line.contains("DEBUG")).collect();
    assert!(log.contains("contacts.create"), "{said}");
    assert!(!log.contains(TOKEN) && !log.contains(&key) && !log.contains("canary"), "{log}");
}

#[test]
fn the_line_it_prints_works() {
    let mut running = start(&["--listen", "127.0.0.1:0"]);
    let printed = lines(&mut running, 7);
    let line = printed.iter().find(|line| line.contains("curl ")).unwrap();
    let quoted: Vec<&str> = line.split('\'').skip(1).step_by(2).collect();
    let (headers, url) = quoted.split_at(quoted.len() - 1);
    let headers: Vec<String> = headers.iter().map(|&header| header.to_owned()).collect();
    let at = url[0].find("/contacts/").unwrap();
    let answer = send(&url[0][..at], &format!("GET {}", &url[0][at..]), &headers, "");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{line}: {answer}");
    assert!(!answer.contains("\"contacts\":[]"), "the demo has people: {answer}");
}

#[test]
fn it_is_up_in_no_time() {
    let mut quickest = Duration::MAX;
    for _ in 0..5 {
        let started = Instant::now();
        let mut running = start(&["--listen", "127.0.0.1:0", "--print-env"]);
        let url = lines(&mut running, 1).remove(0).replace("SMBCRM_BASE_URL=", "");
        assert!(send(&url, "GET /_mem/health", &[], "").contains("\"status\":\"ok\""));
        quickest = quickest.min(started.elapsed());
    }
    // 50 ms on a machine of one's own; this one may be shared, and the program is not optimised.
    assert!(quickest < Duration::from_millis(500), "{quickest:?}");
}

#[test]
fn mistakes_are_said_in_a_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (arguments, said) in [
        (vec!["--listen", &address], "is in use"),
        (vec!["--listen", "nowhere"], "expected HOST:PORT"),
        (vec!["--seed", "no-such-file.json"], "--seed no-such-file.json: "),
        (vec!["--token", "secret-of-mine"], "`pit-` and a lower-case UUID"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_smbcrm-mem")).args(&arguments).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(text.contains(said) && text.lines().count() == 1, "{arguments:?}: {text}");
        assert!(!text.contains("secret-of-mine"));
    }
}

/// Asks it to end, as Ctrl-C does, and waits until it has.
fn stop(running: &mut Running) {
    let id = running.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let started = Instant::now();
    while running.0.try_wait().unwrap().is_none() {
        assert!(started.elapsed() < Duration::from_secs(5), "it does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(running.0.wait().unwrap().success());
}
