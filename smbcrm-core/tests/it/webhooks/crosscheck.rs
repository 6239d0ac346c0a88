//! What the kit signs, others verify, and the other way round.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use chrono::{TimeZone, Utc};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use smbcrm_core::webhooks::{
    Ed25519PrivateKey, Ed25519PublicKey, HmacHex, Incoming, Outgoing, Platform, PlatformSigner,
    RsaPrivateKey, RsaPublicKey, Sign, StandardWebhooks, Timestamped, Verify, header,
};

use super::tools;

const AT: i64 = 1_772_357_400;
const ID: &str = "msg_1";
const WHSEC: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The other implementation: a program that answers a line with a line.
struct Other {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Other {
    fn start(program: &str, script: &str) -> Option<Self> {
        if !tools::has(program) {
            return None;
        }
        let script = format!("{}/tests/it/webhooks/{script}", env!("CARGO_MANIFEST_DIR"));
        let mut process = Command::new(program)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let questions = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Some(Self { process, questions, answers })
    }

    fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.questions, "{question}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).expect("the program answers")
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}

fn bodies() -> Vec<Vec<u8>> {
    vec![
        Vec::new(),
        br#"{"type":"ContactCreate","id":"CON1","firstName":"Ada"}"#.to_vec(),
        "{\"name\":\"Zoë – Привет 🚀\", \"a\" : 1.0}\r\n".into(),
        (0..=255).collect(),
        vec![b'x'; 1 << 16],
    ]
}

/// A scheme on our side, what it is called on the other, and the header that its signature is in.
struct Ours<'a> {
    name: &'a str,
    header: &'a str,
    signer: &'a dyn Sign,
    verifier: &'a dyn Verify,
    /// What the other side signs with, and what it verifies with.
    keys: (&'a str, &'a str),
}

/// Both ways, over every body; and what was changed on the way is noticed by both.
fn agree(other: &mut Other, ours: &Ours<'_>) {
    let Ours { name, header, signer, verifier, keys } = ours;
    for body in bodies() {
        let mut headers = HeaderMap::new();
        let at = Utc.timestamp_opt(AT, 0).unwrap();
        signer.sign(&Outgoing::new(ID, at, &body), &mut headers).unwrap();
        let question = |task: &str, key: &str, body: &[u8], signature: &str| {
            let body: String = body.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({ "do": task, "scheme": name, "key": key, "id": ID, "timestamp": AT, "body": body,
                "signature": signature })
        };
        let signature = headers[*header].to_str().unwrap().to_owned();
        assert_eq!(other.ask(&question("verify", keys.1, &body, &signature)), true, "{name}");
        let mut changed = body.clone();
        changed.push(b' ');
        assert_eq!(other.ask(&question("verify", keys.1, &changed, &signature)), false, "{name}");

        let theirs = other.ask(&question("sign", keys.0, &body, ""));
        let theirs = HeaderValue::from_str(theirs.as_str().unwrap()).unwrap();
        headers.insert(HeaderName::from_bytes(header.as_bytes()).unwrap(), theirs);
        verifier.verify(&Incoming::new(&headers, &body)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(verifier.verify(&Incoming::new(&headers, &changed)).is_err(), "{name}");
    }
}

fn macs_agree(other: &mut Other) {
    let hmac = HmacHex::new("X-Signature-256", ["a secret ✓"]).prefix("sha256=");
    let keys = ("a secret ✓", "a secret ✓");
    let name = "hmac";
    agree(other, &Ours { name, header: "x-signature-256", signer: &hmac, verifier: &hmac, keys });
    let timestamped = Timestamped::sales_boost([keys.0]);
    let (name, header) = ("timestamped", header::SALES_BOOST);
    agree(other, &Ours { name, header, signer: &timestamped, verifier: &timestamped, keys });
    let standard = StandardWebhooks::new([WHSEC]).unwrap();
    let (name, header) = ("standard", header::STANDARD_SIGNATURE);
    agree(other, &Ours { name, header, signer: &standard, verifier: &standard, keys: (WHSEC, WHSEC) });
}

#[test]
fn macs_agree_with_python() {
    if let Some(mut python) = Other::start("python3", "crosscheck.py") {
        macs_agree(&mut python);
    }
}

#[test]
fn macs_agree_with_node() {
    if let Some(mut node) = Other::start("node", "crosscheck.cjs") {
        macs_agree(&mut node);
    }
}

#[test]
fn ed25519_agrees_with_node() {
    let Some(mut node) = Other::start("node", "crosscheck.cjs") else { return };
    let (name, header) = ("ed25519", header::PLATFORM_ED25519);
    let key = Ed25519PrivateKey::generate().unwrap();
    let (signer, verifier) = (PlatformSigner::new(key.clone()), Platform::empty().ed25519(key.public()));
    let keys = (key.to_pem(), key.public().to_pem());
    let keys = (keys.0.as_str(), keys.1.as_str());
    agree(&mut node, &Ours { name, header, signer: &signer, verifier: &verifier, keys });

    // And with a key that Node made.
    let pair = node.ask(&json!({ "do": "pair", "scheme": name }));
    let (private, public) = (pair["private"].as_str().unwrap(), pair["public"].as_str().unwrap());
    let signer = PlatformSigner::new(Ed25519PrivateKey::from_text(private).unwrap());
    let verifier = Platform::empty().ed25519(Ed25519PublicKey::from_text(public).unwrap());
    let keys = (private, public);
    agree(&mut node, &Ours { name, header, signer: &signer, verifier: &verifier, keys });
}

#[test]
fn rsa_agrees_with_node() {
    let Some(mut node) = Other::start("node", "crosscheck.cjs") else { return };
    let (name, header) = ("rsa", header::PLATFORM_RSA);
    let pair = node.ask(&json!({ "do": "pair", "scheme": name }));
    let (private, public) = (pair["private"].as_str().unwrap(), pair["public"].as_str().unwrap());
    let signer = PlatformSigner::legacy(RsaPrivateKey::from_text(private).unwrap());
    let verifier = Platform::empty().rsa(RsaPublicKey::from_text(public).unwrap());
    let keys = (private, public);
    agree(&mut node, &Ours { name, header, signer: &signer, verifier: &verifier, keys });

    // A public key that we wrote, in the other form.
    let own = RsaPrivateKey::from_text(private).unwrap().public_pem();
    agree(&mut node, &Ours { name, header, signer: &signer, verifier: &verifier, keys: (private, &own) });
}
