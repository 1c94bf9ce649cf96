//! TLS and credentials: what lets a link in, and what it says when it is not let in.

use crate::link::{Bench, PATIENCE};
use crate::tls_broker::{Authority, Rules, Saw, start};
use breaker_console::runtime::link::config::{Login, Wire};
use breaker_console::runtime::link::probe::probe;
use breaker_console::runtime::link::tls::{Tls, TlsError, TlsFiles};
use breaker_console::runtime::link::url::BrokerUrl;
use breaker_console::runtime::link::view::LinkState;
use breaker_console::sparkplug::EdgeConfig;

fn wire(files: &TlsFiles) -> Wire {
    Wire { tls: Some(Tls::load(files).unwrap()), ..Wire::default() }
}

/// Why a client with these files is not let in.
async fn refused(url: &BrokerUrl, files: &TlsFiles) -> String {
    probe(url, &wire(files), None).await.unwrap_err()
}

#[tokio::test]
async fn a_link_is_born_over_tls_and_asks_for_the_host_by_name() {
    let authority = Authority::new("born");
    let rules = Rules { pair: Some(authority.sign("broker", &["localhost"])), ..Rules::default() };
    let (url, mut saw) = start(rules).await;
    let mut bench =
        Bench::start_with(vec![url.clone()], wire(&authority.trusted()), EdgeConfig::new("IIoT", "MDB-A"), 1);
    bench.send_frame().await;
    bench.state(LinkState::Online).await;
    assert_eq!(saw.recv().await.unwrap(), Saw::Tls(Some("localhost".into()), None));
    assert_eq!(saw.recv().await.unwrap(), Saw::Connect("sp-IIoT-MDB-A".into()));
    assert_eq!(saw.recv().await.unwrap(), Saw::Publish("spBv1.0/IIoT/NBIRTH/MDB-A".into()));
    assert_eq!(bench.link.view.borrow().broker.as_ref(), url.to_string());
    bench.link.stop().await;
}

#[tokio::test]
async fn certificates_that_are_wrong_are_told_apart() {
    let authority = Authority::new("wrong");
    let stranger = Authority::new("stranger");
    let of = |pair| async { start(Rules { pair: Some(pair), ..Rules::default() }).await.0 };
    let trusted = authority.trusted();

    let url = of(stranger.sign("broker", &["localhost"])).await;
    let reason = refused(&url, &trusted).await;
    assert!(reason.contains("signed by nobody we trust") && reason.contains("--tls-ca"), "{reason}");

    let url = of(authority.sign("other", &["broker.example"])).await;
    let reason = refused(&url, &trusted).await;
    assert!(reason.contains("is for broker.example, not for localhost"), "{reason}");
    assert!(reason.contains("--tls-name"), "{reason}");
    let named = TlsFiles { name: Some("broker.example".into()), ..trusted.clone() };
    assert_eq!(probe(&url, &wire(&named), None).await, Ok(()));

    let url = of(authority.expired("old", &["localhost"])).await;
    let reason = refused(&url, &trusted).await;
    assert!(reason.contains("has expired: it was valid until 2021-02-03T00:00:00"), "{reason}");
}

#[tokio::test]
async fn a_broker_that_wants_a_client_certificate_says_so() {
    let authority = Authority::new("client");
    let stranger = Authority::new("client-stranger");
    let rules = Rules {
        pair: Some(authority.sign("broker", &["localhost"])),
        clients: Some(authority.ca()),
        ..Rules::default()
    };
    let (url, _saw) = start(rules).await;
    let reason = refused(&url, &authority.trusted()).await;
    assert!(reason.contains("wants a client certificate") && reason.contains("--tls-cert"), "{reason}");

    let with = |pair: crate::tls_broker::Pair| TlsFiles {
        certificate: Some(pair.certificate),
        key: Some(pair.key),
        ..authority.trusted()
    };
    let ours = with(authority.sign("edge", &["MDB-A"]));
    assert_eq!(probe(&url, &wire(&ours), None).await, Ok(()));
    let reason = refused(&url, &with(stranger.sign("edge", &["MDB-A"]))).await;
    assert!(reason.contains("client certificate") && reason.contains("--tls-cert"), "{reason}");
    let reason = refused(&url, &with(authority.expired("old-edge", &["MDB-A"]))).await;
    assert!(reason.contains("our client certificate has expired"), "{reason}");
}

#[tokio::test]
async fn server_name_and_protocols_are_those_asked_for() {
    let authority = Authority::new("alpn");
    let rules = Rules {
        pair: Some(authority.sign("broker", &["iot.example"])),
        alpn: vec!["x-amzn-mqtt-ca"],
        ..Rules::default()
    };
    let (url, mut saw) = start(rules).await;
    let named = TlsFiles { name: Some("iot.example".into()), ..authority.trusted() };
    let offered = TlsFiles { alpn: vec!["mqtt".into(), "x-amzn-mqtt-ca".into()], ..named.clone() };
    assert_eq!(probe(&url, &wire(&offered), None).await, Ok(()));
    assert_eq!(saw.recv().await.unwrap(), Saw::Tls(Some("iot.example".into()), Some("x-amzn-mqtt-ca".into())));
    let other = TlsFiles { alpn: vec!["mqtt".into()], ..named };
    let reason = refused(&url, &other).await;
    assert!(reason.contains("ALPN") && reason.contains("--alpn"), "{reason}");
}

#[tokio::test]
async fn tls_and_plain_are_never_taken_for_each_other() {
    let authority = Authority::new("mixed");
    let (plain, _saw) = start(Rules::default()).await;
    let reason = refused(&BrokerUrl { tls: true, ..plain }, &authority.trusted()).await;
    assert!(reason.contains("does it speak TLS on this port"), "{reason}");

    let rules = Rules { pair: Some(authority.sign("broker", &["localhost"])), ..Rules::default() };
    let (url, _saw) = start(rules).await;
    let reason = probe(&BrokerUrl { tls: false, ..url.clone() }, &Wire::default(), None).await.unwrap_err();
    assert!(reason.contains("does it want TLS (mqtts://)"), "{reason}");
    let reason = probe(&url, &Wire::default(), None).await.unwrap_err();
    assert!(reason.contains("TLS is asked for"), "no TLS set up is no reason to go without: {reason}");
}

#[tokio::test]
async fn a_wrong_password_is_told() {
    let (url, _saw) = start(Rules { login: Some(("panel", "swordfish")), ..Rules::default() }).await;
    let login = |password: &str| Login { user: "panel".into(), password: password.into() };
    assert_eq!(probe(&url, &Wire::default(), Some(&login("swordfish"))).await, Ok(()));
    let reason = probe(&url, &Wire::default(), Some(&login("trout"))).await.unwrap_err();
    assert!(reason.contains("refused the user or the password") && !reason.contains("trout"), "{reason}");
    assert!(!format!("{:?}", login("trout")).contains("trout"));
}

#[tokio::test]
async fn a_list_of_plain_and_tls_brokers_is_walked_in_order() {
    let authority = Authority::new("walk");
    let stranger = Authority::new("walk-stranger");
    let bad = Rules { pair: Some(stranger.sign("broker", &["localhost"])), ..Rules::default() };
    let (bad, _saw) = start(bad).await;
    let (plain, _saw) = start(Rules::default()).await;
    let wire = wire(&authority.trusted());
    let mut bench = Bench::start_with(vec![bad.clone(), plain.clone()], wire, EdgeConfig::new("IIoT", "MDB-A"), 1);
    bench.send_frame().await;
    let wait = bench.link.view.wait_for(|v| v.state == LinkState::Offline && !v.reason.is_empty());
    let reason = tokio::time::timeout(PATIENCE, wait).await.unwrap().unwrap().reason.to_string();
    assert!(reason.starts_with(&format!("{bad}: the broker's certificate is signed by nobody")), "{reason}");
    bench.state(LinkState::Online).await;
    assert_eq!(bench.link.view.borrow().broker.as_ref(), plain.to_string());
    // A handshake that failed used up no bdSeq: CONNECT was not written.
    assert!(bench.kept.lock().unwrap().iter().all(|(_, content)| content.trim() == "0"));
    bench.link.stop().await;
}

#[test]
fn files_that_cannot_be_used_are_told_at_the_start() {
    let authority = Authority::new("files");
    let (one, other) = (authority.sign("one", &["a"]), authority.sign("other", &["b"]));
    let says = |files: TlsFiles| Tls::load(&files).unwrap_err().to_string();
    let missing = TlsFiles { ca: Some("/nowhere/ca.pem".into()), ..TlsFiles::default() };
    assert!(says(missing).contains("check --tls-ca"));
    let no_certificate = TlsFiles { ca: Some(one.key.clone()), ..TlsFiles::default() };
    assert!(says(no_certificate).contains("a CA certificate cannot be read"));
    let half = TlsFiles { certificate: Some(one.certificate.clone()), ..authority.trusted() };
    assert!(matches!(Tls::load(&half), Err(TlsError::Half)));
    let no_key = TlsFiles {
        certificate: Some(one.certificate.clone()),
        key: Some(other.certificate.clone()),
        ..authority.trusted()
    };
    assert!(says(no_key).contains("a private key cannot be read"));
    let crossed = TlsFiles { certificate: Some(one.certificate), key: Some(other.key), ..authority.trusted() };
    assert!(says(crossed).contains("the key is not that of the certificate"));
    let name = TlsFiles { name: Some("no name!".into()), ..authority.trusted() };
    assert!(says(name).contains("--tls-name"));
}
