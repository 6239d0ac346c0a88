//! What every scheme has to hold, and what each of them alone.

use chrono::{DateTime, TimeZone, Utc};
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;

use super::*;

const BODY: &[u8] = br#"{"type":"MoonPhase","timestamp":"2026-03-01T09:30:00.000Z","webhookId":"W1"}"#;

fn sent() -> DateTime<Utc> {
    Utc.timestamp_opt(1_772_357_400, 0).unwrap()
}

fn ed25519(seed: u8) -> Ed25519PrivateKey {
    Ed25519PrivateKey::from_seed(&[seed; 32])
}

/// A scheme with a key of its own, and the same with another key.
struct Case {
    name: &'static str,
    signer: Box<dyn Sign>,
    verifier: Box<dyn Verify>,
    stranger: Box<dyn Verify>,
    /// The header that the signature is in.
    header: &'static str,
    /// Whether the signature is over the body.
    signs_body: bool,
}

fn cases() -> Vec<Case> {
    fn both<S: Sign + Verify + Clone + 'static>(scheme: S) -> (Box<dyn Sign>, Box<dyn Verify>) {
        (Box::new(scheme.clone()), Box::new(scheme))
    }
    let mut cases = Vec::new();
    cases.push(Case {
        name: "platform",
        signer: Box::new(PlatformSigner::new(ed25519(7))),
        verifier: Box::new(Platform::empty().ed25519(ed25519(7).public())),
        stranger: Box::new(Platform::builtin().unwrap()),
        header: header::PLATFORM_ED25519,
        signs_body: true,
    });
    let (signer, verifier) = both(SharedSecret::new(["open sesame"]));
    let stranger = Box::new(SharedSecret::new(["open barley"]));
    cases.push(Case {
        name: "shared",
        signer,
        verifier,
        stranger,
        header: header::SECRET,
        signs_body: false,
    });
    let (signer, verifier) = both(Timestamped::sales_boost(["one"]));
    let stranger = Box::new(Timestamped::sales_boost(["other"]));
    cases.push(Case {
        name: "timestamped",
        signer,
        verifier,
        stranger,
        header: header::SALES_BOOST,
        signs_body: true,
    });
    let (signer, verifier) = both(HmacHex::new("X-Signature-256", ["one"]).prefix("sha256="));
    let stranger = Box::new(HmacHex::new("X-Signature-256", ["other"]).prefix("sha256="));
    cases.push(Case {
        name: "hmac",
        signer,
        verifier,
        stranger,
        header: "x-signature-256",
        signs_body: true,
    });
    let (signer, verifier) = both(StandardWebhooks::new(["whsec_b25l"]).unwrap());
    let stranger = Box::new(StandardWebhooks::new(["whsec_b3RoZXI="]).unwrap());
    let header = header::STANDARD_SIGNATURE;
    cases.push(Case { name: "standard", signer, verifier, stranger, header, signs_body: true });
    cases
}

fn signed(signer: &dyn Sign, body: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    signer.sign(&Outgoing::new("W1", sent(), body).event("MoonPhase"), &mut headers).unwrap();
    headers
}

#[test]
fn what_is_signed_verifies_and_only_with_its_key() {
    for case in cases() {
        let headers = signed(&*case.signer, BODY);
        let proof = case.verifier.verify(&Incoming::new(&headers, BODY)).unwrap();
        assert_eq!(proof.key, 0, "{}", case.name);
        assert_eq!(proof.timestamp.is_some(), case.verifier.is_dated(), "{}", case.name);
        assert!(proof.timestamp.is_none_or(|at| at == sent()), "{}", case.name);
        let strange = case.stranger.verify(&Incoming::new(&headers, BODY));
        assert!(matches!(strange, Err(Rejection::BadSignature)), "{}: {strange:?}", case.name);
    }
}

#[test]
fn without_a_signature_nothing_passes() {
    for case in cases() {
        let unsigned = case.verifier.verify(&Incoming::new(&HeaderMap::new(), BODY));
        assert!(matches!(unsigned, Err(Rejection::Unsigned)), "{}", case.name);
        for nothing in ["", " ", "N/A", "n/a"] {
            let mut headers = signed(&*case.signer, BODY);
            headers.insert(case.header, HeaderValue::from_static(nothing));
            let unsigned = case.verifier.verify(&Incoming::new(&headers, BODY));
            assert!(matches!(unsigned, Err(Rejection::Unsigned)), "{}: `{nothing}`: {unsigned:?}", case.name);
        }
    }
}

#[test]
fn a_header_that_is_twice_there_is_refused() {
    for case in cases() {
        let mut headers = signed(&*case.signer, BODY);
        headers.append(case.header, headers[case.header].clone());
        let twice = case.verifier.verify(&Incoming::new(&headers, BODY));
        assert!(matches!(twice, Err(Rejection::Malformed { .. })), "{}: {twice:?}", case.name);
    }
}

#[test]
fn no_message_and_no_debug_shows_a_secret() {
    for case in cases() {
        let headers = signed(&*case.signer, BODY);
        let error = case.stranger.verify(&Incoming::new(&headers, BODY)).unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(!text.contains(headers[case.header].to_str().unwrap()), "{text}");
    }
    let shared = SharedSecret::new(["open sesame"]).authorization(["Bearer sesame"]);
    let signer = PlatformSigner::new(ed25519(7));
    let text = format!("{shared:?} {signer:?} {:?} {:?}", Secret::from("sesame"), ed25519(7));
    assert!(!text.contains("sesame") && !text.contains("[7,") && text.contains('…'), "{text}");
    let mut headers = HeaderMap::new();
    shared.sign(&Outgoing::new("W1", sent(), BODY), &mut headers).unwrap();
    assert!(!format!("{headers:?}").contains("sesame"));
}

#[test]
fn while_keys_are_changed_old_and_new_are_taken() {
    let both = Timestamped::new("X-Sig", ["new", "old"]);
    for (secret, key) in [("new", 0), ("old", 1)] {
        let headers = signed(&Timestamped::new("X-Sig", [secret]), BODY);
        assert_eq!(both.verify(&Incoming::new(&headers, BODY)).unwrap().key, key);
        // A sender who signs with both is understood by who knows one of them.
        let headers = signed(&both, BODY);
        assert!(Timestamped::new("X-Sig", [secret]).verify(&Incoming::new(&headers, BODY)).is_ok());
    }
    let both = StandardWebhooks::new(["whsec_bmV3", "b2xk"]).unwrap();
    let headers = signed(&both, BODY);
    assert_eq!(headers["webhook-signature"].to_str().unwrap().matches("v1,").count(), 2);
    let old = StandardWebhooks::new(["whsec_b2xk"]).unwrap();
    assert!(old.verify(&Incoming::new(&headers, BODY)).is_ok());
    assert_eq!(both.verify(&Incoming::new(&signed(&old, BODY), BODY)).unwrap().key, 1);

    let platform = Platform::builtin().unwrap().ed25519(ed25519(1).public()).ed25519(ed25519(2).public());
    let headers = signed(&PlatformSigner::new(ed25519(2)), BODY);
    assert_eq!(platform.verify(&Incoming::new(&headers, BODY)).unwrap().key, 2);
}

#[test]
fn an_empty_secret_fits_nothing() {
    let empty = HmacHex::new("X-Sig", [""]);
    let mut headers = HeaderMap::new();
    assert_eq!(empty.sign(&Outgoing::new("W1", sent(), BODY), &mut headers), Err(SignError::NoKey));
    headers.insert(
        "x-sig",
        HeaderValue::from_str(&hex::encode(secret::mac(&Secret::new(""), &[BODY]))).unwrap(),
    );
    assert!(matches!(empty.verify(&Incoming::new(&headers, BODY)), Err(Rejection::BadSignature)));

    headers.insert(header::SECRET, HeaderValue::from_static("x"));
    let nobody = SharedSecret::new(Vec::<Secret>::new());
    assert!(matches!(nobody.verify(&Incoming::new(&headers, BODY)), Err(Rejection::BadSignature)));
    assert!(StandardWebhooks::new(["whsec_"]).is_err());
}

/// The vector that Standard Webhooks publishes.
#[test]
fn standard_webhooks_published_vector() {
    let scheme = StandardWebhooks::new(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]).unwrap();
    let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", br#"{"test": 2432232314}"#);
    let at = Utc.timestamp_opt(1_614_265_330, 0).unwrap();
    let mut headers = HeaderMap::new();
    scheme.sign(&Outgoing::new(id, at, body), &mut headers).unwrap();
    assert_eq!(headers["webhook-signature"], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    let proof = scheme.verify(&Incoming::new(&headers, body)).unwrap();
    assert_eq!((proof.id.as_deref(), proof.timestamp), (Some(id), Some(at)));

    // Other signatures and versions may stand beside it.
    let several = "v1,AAAA v1a,Zm9v v2,g0hM9SsE v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    headers.insert("webhook-signature", HeaderValue::from_static(several));
    assert!(scheme.verify(&Incoming::new(&headers, body)).is_ok());
    for (name, value) in [
        ("webhook-signature", "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJel"),
        ("webhook-id", "msg.p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265331"),
        ("webhook-timestamp", "1614265330.0"),
        ("webhook-timestamp", "+1614265330"),
        ("webhook-timestamp", "0x60376ff2"),
    ] {
        let mut headers = headers.clone();
        headers.insert(name, HeaderValue::from_static(value));
        assert!(scheme.verify(&Incoming::new(&headers, body)).is_err(), "{name}: {value}");
    }
    for name in ["webhook-id", "webhook-timestamp"] {
        let mut headers = headers.clone();
        headers.remove(name);
        assert!(matches!(scheme.verify(&Incoming::new(&headers, body)), Err(Rejection::Unsigned)));
    }
}

/// RFC 4231, test case 2.
#[test]
fn hmac_published_vector() {
    let mac = secret::mac(&Secret::from("Jefe"), &[b"what do ya want ", b"for nothing?"]);
    assert_eq!(hex::encode(mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/// RFC 8032, 7.1, test 2.
#[test]
fn ed25519_published_vector() {
    let mut seed = [0; 32];
    hex::decode_to_slice("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", &mut seed)
        .unwrap();
    let key = Ed25519PrivateKey::from_seed(&seed);
    let public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    assert_eq!(hex::encode(key.public().to_bytes()), public);
    let signature = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                     085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
    assert_eq!(hex::encode(key.sign(&[0x72])), signature);
}

#[test]
fn keys_are_read_in_every_form() {
    let key = ed25519(7);
    let public = key.public();
    for text in [public.to_pem(), public.to_base64(), base64_of(&public.to_bytes())] {
        assert_eq!(Ed25519PublicKey::from_text(&text).unwrap(), public, "{text}");
    }
    for text in [key.to_pem(), base64_of(&[7; 32])] {
        assert_eq!(Ed25519PrivateKey::from_text(&text).unwrap().public(), public);
    }
    assert_ne!(
        Ed25519PrivateKey::generate().unwrap().public(),
        Ed25519PrivateKey::generate().unwrap().public()
    );
    for wrong in ["", "!", "AAAA", &base64_of(&[0; 32]), &base64_of(&[1; 33]), &"A".repeat(10_000)] {
        assert!(Ed25519PublicKey::from_text(wrong).is_err(), "{wrong:.40}");
    }
    // The identity, which signs everything.
    let mut identity = [0; 32];
    identity[0] = 1;
    assert!(Ed25519PublicKey::from_bytes(&identity).is_err());
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn timestamped_headers_are_read_strictly() {
    let scheme = Timestamped::new("X-Sig", ["one"]);
    let headers = signed(&scheme, BODY);
    let good = headers["x-sig"].to_str().unwrap().to_owned();
    let (time, mac) = good.split_once(",v1=").unwrap();
    let verify = |text: String| {
        let mut headers = HeaderMap::new();
        headers.insert("x-sig", HeaderValue::from_str(&text).unwrap());
        scheme.verify(&Incoming::new(&headers, BODY)).map(|proof| proof.key)
    };
    for fine in [
        good.clone(),
        format!("v1={mac},{time}"),
        format!("{time}, v0=old, v1={mac}"),
        format!("{time},v1={},v1={mac}", "0".repeat(64)),
        format!("{time},v1={}", mac.to_uppercase()),
    ] {
        assert!(verify(fine.clone()).is_ok(), "{fine}");
    }
    for wrong in [
        format!("v1={mac}"),
        time.to_owned(),
        format!("{time},t=1,v1={mac}"),
        format!("{time},v1={}", &mac[1..]),
        format!("{time},v0={mac}"),
        format!("t=-1,v1={mac}"),
        format!("t=99999999999999999999,v1={mac}"),
        format!("{time},v1={mac},junk"),
        format!("{time}{}", format!(",v1={mac}").repeat(17)),
    ] {
        assert!(verify(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn a_shared_secret_comes_with_what_else_was_agreed_on() {
    let scheme = SharedSecret::new(["open sesame"]).authorization(["Bearer b"]).source("smbcrm");
    let headers = signed(&scheme, BODY);
    let proof = scheme.verify(&Incoming::new(&headers, BODY)).unwrap();
    assert_eq!((proof.id.as_deref(), proof.event.as_deref()), (Some("W1"), Some("MoonPhase")));
    assert_eq!(proof.source.as_deref(), Some("smbcrm"));
    for (name, value) in
        [("authorization", "Bearer c"), (header::SOURCE, "elsewhere"), (header::SECRET, "Open sesame")]
    {
        let mut other = headers.clone();
        other.insert(name, HeaderValue::from_static(value));
        assert!(
            matches!(scheme.verify(&Incoming::new(&other, BODY)), Err(Rejection::BadSignature)),
            "{name}"
        );
        other.remove(name);
        assert!(scheme.verify(&Incoming::new(&other, BODY)).is_err(), "{name}");
    }
    let blank = SharedSecret::new([" blank "]);
    assert!(blank.sign(&Outgoing::new("W1", sent(), BODY), &mut HeaderMap::new()).is_err());
}

#[test]
fn what_cannot_stand_in_a_header_is_not_signed() {
    for id in ["", "a.b", " a", "a\nb"] {
        let scheme = StandardWebhooks::new(["whsec_b25l"]).unwrap();
        let done = scheme.sign(&Outgoing::new(id, sent(), BODY), &mut HeaderMap::new());
        assert_eq!(done, Err(SignError::Header { header: header::STANDARD_ID.into() }), "{id:?}");
    }
}

#[test]
fn the_body_says_when_an_app_event_was_sent() {
    let scheme = Platform::empty().ed25519(ed25519(7).public());
    let signer = PlatformSigner::new(ed25519(7));
    for (body, id, dated) in [
        (BODY, Some("W1"), true),
        (br#"{"timestamp":1772357400000}"#, None, true),
        (br#"{"timestamp":"noon","webhookId":7}"#, None, false),
        (br#"{"webhookId":""}"#, None, false),
        (b"[]", None, false),
        (b"no json", None, false),
    ] {
        let headers = signed(&signer, body);
        let proof = scheme.verify(&Incoming::new(&headers, body)).unwrap();
        assert_eq!((proof.id.as_deref(), proof.timestamp), (id, dated.then(sent)));
    }
}

#[cfg(feature = "webhooks-rsa")]
mod rsa {
    use super::*;

    #[test]
    fn the_new_signature_decides_where_both_are_there() {
        let key = RsaPrivateKey::generate().unwrap();
        let signer = PlatformSigner::new(ed25519(7)).rsa(key.clone());
        let both = Platform::empty().ed25519(ed25519(7).public()).rsa(key.public().unwrap());
        let headers = signed(&signer, BODY);
        assert!(both.verify(&Incoming::new(&headers, BODY)).is_ok());

        // A wrong new signature is not made good by a right old one.
        let mut forged = headers.clone();
        let other = signed(&PlatformSigner::new(ed25519(8)), BODY);
        forged.insert(header::PLATFORM_ED25519, other[header::PLATFORM_ED25519].clone());
        assert!(matches!(both.verify(&Incoming::new(&forged, BODY)), Err(Rejection::BadSignature)));
        forged.insert(header::PLATFORM_ED25519, HeaderValue::from_static("garbage"));
        assert!(matches!(both.verify(&Incoming::new(&forged, BODY)), Err(Rejection::Malformed { .. })));

        // Where there is no new one, the old one does, as long as it is trusted.
        let mut legacy = headers.clone();
        legacy.insert(header::PLATFORM_ED25519, HeaderValue::from_static("N/A"));
        assert!(both.verify(&Incoming::new(&legacy, BODY)).is_ok());
        legacy.remove(header::PLATFORM_ED25519);
        assert!(both.verify(&Incoming::new(&legacy, BODY)).is_ok());
        assert!(both.verify(&Incoming::new(&legacy, b"{}")).is_err());
        let strict = both.clone().without_rsa();
        assert!(matches!(strict.verify(&Incoming::new(&legacy, BODY)), Err(Rejection::Unsigned)));
        let only_legacy = signed(&PlatformSigner::legacy(key), BODY);
        assert_eq!(only_legacy.len(), 1);
        let builtin = Platform::builtin().unwrap();
        assert!(matches!(builtin.verify(&Incoming::new(&only_legacy, BODY)), Err(Rejection::BadSignature)));
    }

    #[test]
    fn keys_are_read_and_never_shown() {
        let key = RsaPrivateKey::generate().unwrap();
        assert!(RsaPublicKey::from_text(&key.public_pem()).is_ok());
        assert_eq!(format!("{key:?}"), "RsaPrivateKey(…)");
        assert!(RsaPublicKey::from_text("AAAA").is_err());
        assert!(RsaPrivateKey::from_text("AAAA").is_err());
    }
}

proptest! {
    #[test]
    fn whatever_is_signed_verifies(body in prop::collection::vec(any::<u8>(), 0..300), at in 0..4_000_000_000_i64) {
        for case in cases() {
            let mut headers = HeaderMap::new();
            let sent = Utc.timestamp_opt(at, 0).unwrap();
            case.signer.sign(&Outgoing::new("W1", sent, &body), &mut headers).unwrap();
            prop_assert!(case.verifier.verify(&Incoming::new(&headers, &body)).is_ok(), "{}", case.name);
        }
    }

    #[test]
    fn a_flipped_bit_in_the_body_is_noticed(at in 0..BODY.len() * 8) {
        let mut body = BODY.to_vec();
        body[at / 8] ^= 1 << (at % 8);
        for case in cases().iter().filter(|case| case.signs_body) {
            let headers = signed(&*case.signer, BODY);
            let verified = case.verifier.verify(&Incoming::new(&headers, &body));
            prop_assert!(matches!(verified, Err(Rejection::BadSignature)), "{}", case.name);
        }
    }

    /// Bits of base64 that nothing hangs on are no way around: the form is strict.
    #[test]
    fn a_changed_letter_in_the_header_is_noticed(at in 0usize..1000, letter in "[ -~]") {
        for case in cases() {
            let mut headers = signed(&*case.signer, BODY);
            let text = headers[case.header].to_str().unwrap();
            let at = at % text.len();
            let changed = format!("{}{letter}{}", &text[..at], &text[at + 1..]);
            // Hex may be written in either case, and blanks around a header's value are nothing.
            if changed.trim().eq_ignore_ascii_case(text) && (changed == text || case.name != "platform") {
                continue;
            }
            headers.insert(case.header, HeaderValue::from_str(&changed).unwrap());
            let verified = case.verifier.verify(&Incoming::new(&headers, BODY));
            prop_assert!(verified.is_err(), "{}: {changed}", case.name);
        }
    }

    #[test]
    fn a_truncated_header_is_refused(keep in 0usize..1000) {
        for case in cases() {
            let mut headers = signed(&*case.signer, BODY);
            let text = headers[case.header].to_str().unwrap();
            let cut = text[..keep % text.len()].to_owned();
            headers.insert(case.header, HeaderValue::from_str(&cut).unwrap());
            prop_assert!(case.verifier.verify(&Incoming::new(&headers, BODY)).is_err(), "{}: {cut}", case.name);
        }
    }

    #[test]
    fn no_header_makes_it_panic(text in prop::collection::vec(any::<u8>(), 0..120)) {
        let Ok(value) = HeaderValue::from_bytes(&text) else { return Ok(()) };
        for case in cases() {
            let mut headers = signed(&*case.signer, BODY);
            for name in [case.header, header::STANDARD_ID, header::STANDARD_TIMESTAMP] {
                headers.insert(name, value.clone());
            }
            prop_assert!(case.verifier.verify(&Incoming::new(&headers, BODY)).is_err());
        }
    }

    #[test]
    fn no_text_of_a_key_makes_it_panic(text in "\\PC{0,80}") {
        prop_assert!(Ed25519PublicKey::from_text(&text).is_err());
        prop_assert!(Ed25519PrivateKey::from_text(&text).is_err());
    }
}
