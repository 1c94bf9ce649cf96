//! Faults on purpose of an LwM2M client: a session around the client's that bends what passes through it, in both
//! dialects. The client itself stays as it should be; `docs/misbehaviour.md` tells what each fault does.

use crate::control::Answer;
use crate::point::Frame;
use crate::record::Record;
use crate::session::misbehaviour::{Misbehaviour, Misbehaviours};
use crate::session::{Connect, Incoming, Publish, Session, Standing};
use crate::time::UtcMillis;
use minicbor::{Decoder, Encoder};
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// How late a late answer is: longer than any caller waits.
const LATE_MS: i64 = 15_000;
/// Lifetime of a registration that is left to run out, seconds.
const SHORT_LIFETIME_S: u64 = 20;

/// Keys of the envelope of OMA's MQTT binding (LightweightM2M 1.2 Transport, 7).
mod key {
    pub(super) const OPERATION: u64 = 1;
    pub(super) const TOKEN: u64 = 2;
    pub(super) const LIFETIME: u64 = 8;
    pub(super) const RESULT: u64 = 18;
}

/// What a message of the client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Registration,
    /// Whatever keeps a registration alive or reports values and events.
    Report,
    Answer,
    Other,
}

/// A client that can misbehave.
pub struct Misbehaving<S> {
    inner: S,
    on: Misbehaviours,
    now: UtcMillis,
    /// Answers that wait to be late.
    late: VecDeque<(UtcMillis, Publish)>,
    ready: VecDeque<Publish>,
    reconnect: bool,
}

impl<S: Session> Misbehaving<S> {
    /// Around a client; everything off.
    pub const fn new(inner: S) -> Self {
        Self {
            inner,
            on: Misbehaviours::none(),
            now: UtcMillis(0),
            late: VecDeque::new(),
            ready: VecDeque::new(),
            reconnect: false,
        }
    }

    /// What becomes of a message; none when it is not sent, or not now.
    fn bend(&mut self, mut publish: Publish) -> Option<Publish> {
        let kind = kind(&publish);
        if self.on.has(Misbehaviour::Unreachable) {
            return None;
        }
        if self.on.has(Misbehaviour::LifetimeExpires) {
            match kind {
                Kind::Registration => shorten_lifetime(&mut publish),
                Kind::Report => return None,
                Kind::Answer | Kind::Other => {}
            }
        }
        if kind == Kind::Answer && self.on.has(Misbehaviour::WrongToken) {
            change_token(&mut publish);
        }
        if kind == Kind::Answer && self.on.has(Misbehaviour::LateAnswer) {
            self.late.push_back((UtcMillis(self.now.0 + LATE_MS), publish));
            return None;
        }
        if kind == Kind::Report && self.on.has(Misbehaviour::DuplicateNotify) {
            self.ready.push_back(publish.clone());
        }
        Some(publish)
    }
}

/// The kind of a message of either dialect: by topic in JSON, by operation in OMA's binding.
fn kind(publish: &Publish) -> Kind {
    if let Some(entries) = entries(&publish.payload) {
        if number(&publish.payload, &entries, key::RESULT).is_some() {
            return Kind::Answer;
        }
        // Register; Update, Notify and Send; De-register is none of them.
        return match number(&publish.payload, &entries, key::OPERATION) {
            Some(6) => Kind::Registration,
            Some(7 | 23 | 24) => Kind::Report,
            _ => Kind::Other,
        };
    }
    let mut levels = publish.topic.rsplit('/');
    match (levels.next(), levels.next()) {
        (_, Some("resp")) => Kind::Answer,
        (Some("reg"), _) => Kind::Registration,
        (Some("update" | "event" | "bulk"), _) => Kind::Report,
        _ => Kind::Other,
    }
}

fn shorten_lifetime(publish: &mut Publish) {
    if let Some(bytes) = replaced(&publish.payload, key::LIFETIME, SHORT_LIFETIME_S) {
        publish.payload = bytes.into();
    } else if let Ok(Json::Object(mut body)) = serde_json::from_slice(&publish.payload) {
        for name in ["lifetime", "lt"] {
            if let Some(lifetime) = body.get_mut(name) {
                *lifetime = json!(SHORT_LIFETIME_S);
            }
        }
        publish.payload = Json::Object(body).to_string().into();
    }
}

fn change_token(publish: &mut Publish) {
    let token = entries(&publish.payload).and_then(|all| number(&publish.payload, &all, key::TOKEN));
    if let Some(bytes) = token.and_then(|t| replaced(&publish.payload, key::TOKEN, t.wrapping_add(1000))) {
        publish.payload = bytes.into();
    } else if let Ok(Json::Object(mut body)) = serde_json::from_slice(&publish.payload) {
        let id = body.get("id").and_then(Json::as_str).unwrap_or("0").to_owned();
        // It stays an id of the same form: only its last digit is another.
        let (head, last) = id.split_at(id.len() - id.chars().next_back().map_or(0, char::len_utf8));
        body.insert("id".to_owned(), json!(format!("{head}{}", if last == "0" { "1" } else { "0" })));
        publish.payload = Json::Object(body).to_string().into();
    }
}

/// Keys of an envelope with the place of their values; none when it is none.
fn entries(payload: &[u8]) -> Option<Vec<(u64, Range<usize>)>> {
    let mut decoder = Decoder::new(payload);
    let count = decoder.map().ok()??;
    let mut all = Vec::new();
    for _ in 0..count {
        let key = decoder.u64().ok()?;
        let start = decoder.position();
        decoder.skip().ok()?;
        all.push((key, start..decoder.position()));
    }
    (decoder.position() == payload.len()).then_some(all)
}

fn number(payload: &[u8], entries: &[(u64, Range<usize>)], wanted: u64) -> Option<u64> {
    let (_, at) = entries.iter().find(|(key, _)| *key == wanted)?;
    Decoder::new(payload.get(at.clone())?).u64().ok()
}

/// The same envelope with another number under a key; none when there is no such key.
fn replaced(payload: &[u8], wanted: u64, value: u64) -> Option<Vec<u8>> {
    let all = entries(payload)?;
    all.iter().find(|(key, _)| *key == wanted)?;
    let mut out = Encoder::new(Vec::new());
    out.map(all.len() as u64).ok()?;
    for (key, at) in all {
        out.u64(key).ok()?;
        if key == wanted {
            out.u64(value).ok()?;
        } else {
            out.writer_mut().extend_from_slice(payload.get(at)?);
        }
    }
    Some(out.into_writer())
}

impl<S: Session> Session for Misbehaving<S> {
    fn name(&self) -> Arc<str> {
        self.inner.name()
    }

    fn connect(&mut self, now: UtcMillis) -> Connect {
        self.now = now;
        self.reconnect = false;
        self.inner.connect(now)
    }

    fn unreached(&mut self, now: UtcMillis) {
        self.inner.unreached(now);
    }

    fn subscribed(&mut self, now: UtcMillis) {
        self.now = now;
        self.inner.subscribed(now);
    }

    fn disconnected(&mut self, now: UtcMillis) {
        self.now = now;
        self.late.clear();
        self.ready.clear();
        self.inner.disconnected(now);
    }

    fn received(&mut self, topic: &str, payload: &[u8], retained: bool, now: UtcMillis) {
        self.now = now;
        if !self.on.has(Misbehaviour::Unreachable) {
            self.inner.received(topic, payload, retained, now);
        }
    }

    fn frame(&mut self, frame: &Arc<Frame>, now: UtcMillis) {
        self.now = now;
        self.inner.frame(frame, now);
    }

    fn record(&mut self, record: &Record, now: UtcMillis) {
        self.now = now;
        self.inner.record(record, now);
    }

    fn answer(&mut self, number: u64, answer: &Answer, now: UtcMillis) {
        self.now = now;
        self.inner.answer(number, answer, now);
    }

    fn timeout(&mut self, now: UtcMillis) {
        self.now = now;
        while self.late.front().is_some_and(|(due, _)| *due <= now) {
            self.ready.extend(self.late.pop_front().map(|(_, publish)| publish));
        }
        if self.inner.next_timeout().is_some_and(|due| due <= now) {
            self.inner.timeout(now);
        }
    }

    fn next_timeout(&self) -> Option<UtcMillis> {
        let late = self.late.front().map(|(due, _)| *due);
        [late, self.inner.next_timeout()].into_iter().flatten().min()
    }

    fn stop(&mut self, now: UtcMillis) {
        self.now = now;
        self.inner.stop(now);
    }

    fn wants_reconnect(&mut self) -> bool {
        std::mem::take(&mut self.reconnect) || self.inner.wants_reconnect()
    }

    fn wants_cut(&mut self) -> bool {
        self.inner.wants_cut()
    }

    fn misbehaviours(&self) -> &'static [Misbehaviour] {
        Misbehaviour::lwm2m()
    }

    fn misbehave(&mut self, what: Misbehaviour, on: bool, now: UtcMillis) -> Result<(), &'static str> {
        if !Misbehaviour::lwm2m().contains(&what) {
            return Err("an LwM2M client does not have it");
        }
        self.now = now;
        if self.on.has(what) != on {
            self.on.set(what, on);
            // A new connection begins with a registration: with the short lifetime, or with the true one again.
            self.reconnect |= what == Misbehaviour::LifetimeExpires || (what == Misbehaviour::Unreachable && !on);
        }
        Ok(())
    }

    fn poll_publish(&mut self) -> Option<Publish> {
        if let Some(publish) = self.ready.pop_front() {
            return Some(publish);
        }
        while let Some(publish) = self.inner.poll_publish() {
            let bent = self.bend(publish);
            if bent.is_some() {
                return bent;
            }
        }
        None
    }

    fn poll_request(&mut self) -> Option<Incoming> {
        self.inner.poll_request()
    }

    fn poll_store(&mut self) -> Option<(String, String)> {
        self.inner.poll_store()
    }

    fn standing(&self, now: UtcMillis) -> Standing {
        Standing { misbehaving: self.on, ..self.inner.standing(now) }
    }

    fn describe(&self, topic: &str, payload: &[u8]) -> Vec<String> {
        self.inner.describe(topic, payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Qos;

    /// A client that sends what it is given.
    #[derive(Default)]
    struct Client {
        out: VecDeque<Publish>,
        received: usize,
    }

    impl Session for Client {
        fn name(&self) -> Arc<str> {
            "client".into()
        }
        fn connect(&mut self, _now: UtcMillis) -> Connect {
            let will = message("lwm2m/a/status", b"{}");
            Connect { client_id: String::new(), will: Some(will), subscriptions: Vec::new(), keep_alive_s: 30 }
        }
        fn subscribed(&mut self, _now: UtcMillis) {}
        fn disconnected(&mut self, _now: UtcMillis) {}
        fn received(&mut self, _topic: &str, _payload: &[u8], _retained: bool, _now: UtcMillis) {
            self.received += 1;
        }
        fn frame(&mut self, _frame: &Arc<Frame>, _now: UtcMillis) {}
        fn record(&mut self, _record: &Record, _now: UtcMillis) {}
        fn answer(&mut self, _number: u64, _answer: &Answer, _now: UtcMillis) {}
        fn timeout(&mut self, _now: UtcMillis) {}
        fn next_timeout(&self) -> Option<UtcMillis> {
            None
        }
        fn stop(&mut self, _now: UtcMillis) {}
        fn poll_publish(&mut self) -> Option<Publish> {
            self.out.pop_front()
        }
        fn poll_request(&mut self) -> Option<Incoming> {
            None
        }
        fn standing(&self, _now: UtcMillis) -> Standing {
            Standing::default()
        }
        fn describe(&self, _topic: &str, _payload: &[u8]) -> Vec<String> {
            Vec::new()
        }
    }

    fn message(topic: &str, payload: &[u8]) -> Publish {
        let payload = payload.to_vec().into();
        Publish { topic: topic.into(), payload, qos: Qos::AtLeastOnce, retain: false, sampled: None }
    }

    fn with(what: Misbehaviour) -> Misbehaving<Client> {
        let mut session = Misbehaving::new(Client::default());
        session.misbehave(what, true, UtcMillis(0)).unwrap();
        session
    }

    fn send(session: &mut Misbehaving<Client>, topic: &str, payload: &[u8]) -> Vec<Vec<u8>> {
        session.inner.out.push_back(message(topic, payload));
        std::iter::from_fn(|| session.poll_publish()).map(|p| p.payload.to_vec()).collect()
    }

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
    }

    /// `{18: 205, 2: 56, 19: 0, 7: "Smart"}` and the same with token 1056.
    const ANSWER: &str = "a41218cd02183813000745536d617274";
    const OTHER: &str = "a41218cd0219042013000745536d617274";
    /// `{1: 23, 2: 8, 19: 0, 7: "2"}`.
    const NOTIFY: &str = "a4011702081300074132";
    /// `{1: 6, 2: 42, 8: 3600, 9: "1.2"}` and the same with a lifetime of 20.
    const REGISTER: &str = "a4010602182a08190e100963312e32";
    const SHORT: &str = "a4010602182a08140963312e32";

    #[test]
    fn wrong_token_changes_the_token_of_answers_only() {
        let mut session = with(Misbehaviour::WrongToken);
        assert_eq!(send(&mut session, "lwm2m/rd/a", &hex(ANSWER)), [hex(OTHER)]);
        assert_eq!(send(&mut session, "lwm2m/rd/a", &hex(NOTIFY)), [hex(NOTIFY)]);
        let answers = send(&mut session, "lwm2m/a/resp/trip", br#"{"code":204,"id":"abc-1"}"#);
        let body: Json = serde_json::from_slice(&answers[0]).unwrap();
        assert_eq!((body["id"].as_str(), body["code"].as_u64()), (Some("abc-0"), Some(204)));
        session.misbehave(Misbehaviour::WrongToken, false, UtcMillis(0)).unwrap();
        assert_eq!(send(&mut session, "lwm2m/rd/a", &hex(ANSWER)), [hex(ANSWER)]);
    }

    #[test]
    fn late_answer_keeps_answers_for_fifteen_seconds() {
        let mut session = with(Misbehaviour::LateAnswer);
        assert!(send(&mut session, "lwm2m/rd/a", &hex(ANSWER)).is_empty());
        assert_eq!(send(&mut session, "lwm2m/rd/a", &hex(NOTIFY)), [hex(NOTIFY)], "reports do not wait");
        assert_eq!(session.next_timeout(), Some(UtcMillis(15_000)));
        session.timeout(UtcMillis(14_999));
        assert!(session.poll_publish().is_none());
        session.timeout(UtcMillis(15_000));
        assert_eq!(session.poll_publish().map(|p| p.payload.to_vec()), Some(hex(ANSWER)));
    }

    #[test]
    fn duplicate_notify_sends_reports_twice_and_answers_once() {
        let mut session = with(Misbehaviour::DuplicateNotify);
        assert_eq!(send(&mut session, "lwm2m/rd/a", &hex(NOTIFY)).len(), 2);
        assert_eq!(send(&mut session, "lwm2m/a/event", b"{}").len(), 2);
        assert_eq!(send(&mut session, "lwm2m/rd/a", &hex(ANSWER)).len(), 1);
    }

    #[test]
    fn unreachable_lets_nothing_in_or_out_and_registers_again_afterwards() {
        let mut session = with(Misbehaviour::Unreachable);
        session.received("lwm2m/a/cmd/trip", b"", false, UtcMillis(1));
        assert_eq!(session.inner.received, 0);
        assert!(send(&mut session, "lwm2m/rd/a", &hex(NOTIFY)).is_empty());
        assert!(!session.wants_reconnect());
        session.misbehave(Misbehaviour::Unreachable, false, UtcMillis(2)).unwrap();
        assert!(session.wants_reconnect() && !session.wants_reconnect());
        session.received("lwm2m/a/cmd/trip", b"", false, UtcMillis(3));
        assert_eq!(session.inner.received, 1);
    }

    #[test]
    fn lifetime_expires_registers_for_twenty_seconds_and_reports_nothing() {
        let mut session = with(Misbehaviour::LifetimeExpires);
        assert!(session.wants_reconnect(), "it registers anew");
        assert_eq!(send(&mut session, "lwm2m/rd/a", &hex(REGISTER)), [hex(SHORT)]);
        assert!(send(&mut session, "lwm2m/rd/a", &hex(NOTIFY)).is_empty());
        assert!(send(&mut session, "lwm2m/a/update", b"{}").is_empty());
        assert_eq!(send(&mut session, "lwm2m/rd/a", &hex(ANSWER)).len(), 1);
        let reg = send(&mut session, "lwm2m/a/reg", br#"{"lifetime":3600,"lt":3600,"endpoint":"a"}"#);
        let body: Json = serde_json::from_slice(&reg[0]).unwrap();
        assert_eq!(body, json!({ "lifetime": 20, "lt": 20, "endpoint": "a" }));
        session.misbehave(Misbehaviour::LifetimeExpires, false, UtcMillis(0)).unwrap();
        assert!(session.wants_reconnect());
    }

    #[test]
    fn a_fault_of_the_other_path_is_refused() {
        let mut session = Misbehaving::new(Client::default());
        assert!(session.misbehave(Misbehaviour::SkipSeq, true, UtcMillis(0)).is_err());
        assert!(session.standing(UtcMillis(0)).misbehaving.is_empty());
    }
}
