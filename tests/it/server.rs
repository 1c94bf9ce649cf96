//! The LwM2M server over the embedded broker, asked over HTTP, with a device played by an MQTT client.

#![expect(clippy::unwrap_used, reason = "test code; the lint knows tests only by their attribute")]

use breaker_console::profile::Profile;
use breaker_console::runtime::broker::Broker;
use breaker_console::runtime::credentials::Access;
use breaker_console::runtime::link::messenger::MessengerConfig;
use breaker_console::runtime::link::url::BrokerUrl;
use breaker_console::runtime::server::config::{HttpConfig, Token};
use breaker_console::runtime::server::{self, Server, ServerError};
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Longest wait for anything; nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(20);

fn any_port() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

fn http(listen: SocketAddr, token: Option<&str>) -> HttpConfig {
    HttpConfig { listen, chosen: true, token: token.map(|t| Token::new(t).unwrap()), hosts: Vec::new() }
}

async fn start(broker: SocketAddr, config: &HttpConfig) -> Result<Server, ServerError> {
    let messenger = MessengerConfig { brokers: vec![BrokerUrl::from(broker)], access: Access::default(), seed: 1 };
    let profile = Arc::new(Profile::parse(Profile::SHIPPED, "shipped").unwrap());
    server::start(config, messenger, profile, "test").await
}

struct Answer {
    status: u16,
    head: String,
    body: Value,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|l| {
            let (n, value) = l.split_once(": ")?;
            n.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// One request on a connection of its own.
async fn ask(to: SocketAddr, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut text = format!("{line} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(n, _)| n.eq_ignore_ascii_case("host")) {
        text += &format!("Host: {to}\r\n");
    }
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() {
        text += &format!("Content-Length: {}\r\n", body.len());
    }
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(format!("{text}\r\n{body}").as_bytes()).await.unwrap();
    let mut all = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut all)).await.expect("an answer").unwrap();
    let all = String::from_utf8(all).unwrap();
    let (head, body) = all.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: serde_json::from_str(body).unwrap_or(Value::Null) }
}

async fn get(to: SocketAddr, path: &str) -> Answer {
    ask(to, &format!("GET {path}"), &[], "").await
}

async fn post(to: SocketAddr, path: &str, body: &Value) -> Answer {
    ask(to, &format!("POST {path}"), &[("Content-Type", "application/json")], &body.to_string()).await
}

/// Asks again until the answer is as wanted.
async fn until(to: SocketAddr, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
    let wait = async {
        loop {
            let answer = get(to, path).await;
            if wanted(&answer) {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("the answer becomes as wanted")
}

/// A device that answers each command as `answer` says, or not at all.
fn device(
    broker: SocketAddr,
    id: &'static str,
    answer: impl Fn(&str, &Value) -> Option<Value> + Send + 'static,
) -> AsyncClient {
    let options = MqttOptions::new(id, broker.ip().to_string(), broker.port());
    let (client, mut eventloop) = AsyncClient::new(options, 100);
    let own = client.clone();
    tokio::spawn(async move {
        while let Ok(event) = eventloop.poll().await {
            match event {
                Event::Incoming(Packet::ConnAck(_)) => {
                    own.try_subscribe(format!("lwm2m/{id}/cmd/+"), QoS::AtLeastOnce).unwrap();
                }
                Event::Incoming(Packet::SubAck(_)) => {
                    let body = json!({ "endpoint": id, "lifetime": 60, "objects": { "3": { "0": { "9": 80 } } } });
                    own.try_publish(format!("lwm2m/{id}/reg"), QoS::AtLeastOnce, false, body.to_string()).unwrap();
                }
                Event::Incoming(Packet::Publish(p)) => {
                    let command = p.topic.rsplit('/').next().unwrap().to_owned();
                    let asked: Value = serde_json::from_slice(&p.payload).unwrap();
                    if let Some(mut body) = answer(&command, &asked) {
                        body["id"] = asked["id"].clone();
                        let topic = format!("lwm2m/{id}/resp/{command}");
                        own.try_publish(topic, QoS::AtLeastOnce, false, body.to_string()).unwrap();
                    }
                }
                _ => {}
            }
        }
    });
    client
}

#[tokio::test]
async fn a_command_is_answered_when_the_device_has_answered() {
    let broker = Broker::start(any_port()).await.unwrap();
    let server = start(broker.address(), &http(any_port(), None)).await.unwrap();
    let to = server.address;
    until(to, "/api/health", |a| a.body["broker"] == true).await;
    device(broker.address(), "b1", |command, asked| match command {
        "trip" => Some(json!({ "code": 204, "status": "ok", "heard": asked["reason"] })),
        "close" => Some(json!({ "code": 405, "status": "error",
            "error": { "cause": "Blocked-by-interlocking", "detail": "the spring is not charged" } })),
        "read" => Some(json!({ "code": 205, "status": "ok", "path": asked["path"], "value": 80 })),
        "write" => Some(json!({ "code": 400, "status": "error", "error": { "detail": "out of range" } })),
        _ => None,
    });
    let known = until(to, "/api/devices/b1", |a| a.status == 200).await;
    assert_eq!(known.body["status"], "online");
    assert_eq!(known.body["objects"]["3"]["0"]["9"], 80);

    let done =
        post(to, "/api/devices/b1/command", &json!({ "command": "trip", "params": { "reason": "Drill" } })).await;
    assert_eq!((done.status, &done.body["status"], &done.body["code"]), (200, &json!("ok"), &json!(204)));
    assert_eq!(done.body["result"]["heard"], "Drill");

    let refused = post(to, "/api/devices/b1/command", &json!({ "command": "close" })).await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    assert_eq!(refused.body["cause"], "Blocked-by-interlocking");
    assert_eq!(
        (&refused.body["lwm2m_code"], &refused.body["detail"]),
        (&json!(405), &json!("the spring is not charged"))
    );

    let silent = post(to, "/api/devices/b1/command", &json!({ "command": "open", "timeout_ms": 1000 })).await;
    assert_eq!(silent.status, 504);

    let read = get(to, "/api/devices/b1/objects/3/0/9").await;
    assert_eq!((read.status, &read.body["result"]["path"]), (200, &json!("/3/0/9")));
    let json_type = [("Content-Type", "application/json")];
    let write = ask(to, "PUT /api/devices/b1/objects/3/0/9", &json_type, r#"{"value":5}"#).await;
    assert_eq!(write.status, 422, "out of range");

    let later = ask(to, "POST /api/devices/b1/command?async=true", &json_type, r#"{"command":"trip"}"#).await;
    assert_eq!((later.status, &later.body["command"]), (202, &json!("trip")));
    let place = later.header("location").unwrap().to_owned();
    assert_eq!(until(to, &place, |a| a.body["status"] != "waiting").await.body["status"], "ok");

    let gone = ask(to, "DELETE /api/devices/b1", &[], "").await;
    assert_eq!((gone.status, get(to, "/api/devices/b1").await.status), (204, 404));
    server.stop().await;
    broker.stop().await;
}

#[tokio::test]
async fn every_mistake_is_a_problem() {
    let broker = Broker::start(any_port()).await.unwrap();
    let server = start(broker.address(), &http(any_port(), None)).await.unwrap();
    let to = server.address;
    let json_type = ("Content-Type", "application/json");
    let large = format!("{{\"command\":\"{}\"}}", "x".repeat(70_000));
    let command = "POST /api/devices/b1/command";
    for (line, headers, body, status) in [
        ("GET /nowhere", vec![], "", 404),
        ("GET /api/devices/b1", vec![], "", 404),
        ("GET /api/devices/b1/objects/x", vec![], "", 404),
        ("GET /api/devices/%00", vec![], "", 404),
        ("GET /api/commands/none", vec![], "", 404),
        ("PATCH /api/devices", vec![], "", 405),
        ("GET /api/devices?limit=0", vec![], "", 400),
        ("GET /api/devices?status=sleepy", vec![], "", 400),
        ("GET /api/events?types=noise", vec![], "", 400),
        (command, vec![json_type], r#"{"command":"trip"}"#, 404),
        (command, vec![json_type], "no json", 400),
        (command, vec![json_type], r#"{"command":5}"#, 422),
        (command, vec![json_type], r#"{"command":"trip","other":1}"#, 422),
        (command, vec![json_type], r#"{"command":"fly"}"#, 422),
        (command, vec![json_type], r#"{"command":"trip","timeout_ms":0}"#, 422),
        (command, vec![json_type], large.as_str(), 413),
        (command, vec![("Content-Type", "text/plain")], r#"{"command":"trip"}"#, 415),
        (command, vec![], r#"{"command":"trip"}"#, 415),
        (command, vec![json_type, ("Origin", "http://evil.example")], r#"{"command":"trip"}"#, 403),
        ("GET /api/devices", vec![("Host", "evil.example")], "", 421),
    ] {
        let answer = ask(to, line, &headers, body).await;
        assert_eq!(answer.status, status, "{line} {headers:?} {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{line}");
        assert_eq!(answer.body["status"], status, "{line}");
        assert!(!answer.body["detail"].as_str().unwrap().is_empty(), "{line}");
        assert_eq!(answer.header("allow").is_some(), status == 405, "{line}");
    }
    server.stop().await;
    broker.stop().await;
}

#[tokio::test]
async fn beyond_loopback_a_token_is_needed_and_asked_for() {
    let broker = Broker::start(any_port()).await.unwrap();
    let everywhere = "0.0.0.0:0".parse().unwrap();
    let error = start(broker.address(), &http(everywhere, None)).await.unwrap_err();
    assert!(error.to_string().contains("BREAKER_CONSOLE_HTTP_TOKEN"), "{error}");
    let server = start(broker.address(), &http(everywhere, Some("0123456789abcdef"))).await.unwrap();
    let to = SocketAddr::from(([127, 0, 0, 1], server.address.port()));
    let without = get(to, "/api/devices").await;
    assert_eq!((without.status, without.header("www-authenticate")), (401, Some("Bearer")));
    let with = ask(to, "GET /api/devices", &[("Authorization", "Bearer 0123456789abcdef")], "").await;
    assert_eq!(with.status, 200);
    let page = get(to, "/").await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    server.stop().await;
    broker.stop().await;
}

#[tokio::test]
async fn a_taken_address_names_the_option() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let error = start(address, &http(address, None)).await.unwrap_err().to_string();
    assert!(error.contains(&address.to_string()) && error.contains("--http"), "{error}");
}

/// The events of a stream, as id, name and data.
struct Stream(BufReader<TcpStream>);

impl Stream {
    async fn open(to: SocketAddr, query: &str, last: Option<&str>) -> Self {
        let mut stream = TcpStream::connect(to).await.unwrap();
        let last = last.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let text = format!("GET /api/events{query} HTTP/1.1\r\nHost: {to}\r\nAccept: text/event-stream\r\n{last}\r\n");
        stream.write_all(text.as_bytes()).await.unwrap();
        Self(BufReader::new(stream))
    }

    async fn next(&mut self) -> (String, String, String) {
        let mut event = (String::new(), String::new(), String::new());
        loop {
            let mut line = String::new();
            let read = tokio::time::timeout(PATIENCE, self.0.read_line(&mut line)).await.expect("an event").unwrap();
            assert!(read > 0, "the stream ended");
            if let Some(id) = line.strip_prefix("id: ") {
                id.trim().clone_into(&mut event.0);
            } else if let Some(name) = line.strip_prefix("event: ") {
                name.trim().clone_into(&mut event.1);
            } else if let Some(data) = line.strip_prefix("data: ") {
                data.trim().clone_into(&mut event.2);
            } else if line.trim().is_empty() && !event.1.is_empty() {
                return event;
            }
        }
    }
}

#[tokio::test]
async fn a_stream_is_taken_up_where_it_was_cut() {
    let broker = Broker::start(any_port()).await.unwrap();
    let server = start(broker.address(), &http(any_port(), None)).await.unwrap();
    let to = server.address;
    until(to, "/api/health", |a| a.body["broker"] == true).await;
    let mut stream = Stream::open(to, "?types=registered,trip", None).await;
    let hello = stream.next().await;
    assert_eq!((hello.1.as_str(), hello.0.as_str()), ("hello", "test-0"));
    let client = device(broker.address(), "b1", |_, _| None);
    let (id, name, data) = stream.next().await;
    assert_eq!((name.as_str(), id.as_str()), ("registered", "test-1"));
    let data: Value = serde_json::from_str(&data).unwrap();
    assert_eq!((&data["event_type"], &data["device_id"]), (&json!("device_registered"), &json!("b1")));
    drop(stream);
    for n in 1..=3 {
        let body = json!({ "event_type": "breaker_trip", "trip_id": n }).to_string();
        client.publish("lwm2m/b1/event", QoS::AtLeastOnce, false, body).await.unwrap();
    }
    until(to, "/api/events", |a| a.body.as_array().is_some_and(|l| l.len() == 4)).await;
    let mut stream = Stream::open(to, "", Some(&id)).await;
    assert_eq!(stream.next().await.1, "hello");
    for n in 1..=3 {
        let (id, name, data) = stream.next().await;
        assert_eq!((name.as_str(), id), ("trip", format!("test-{}", n + 1)));
        assert_eq!(serde_json::from_str::<Value>(&data).unwrap()["data"]["trip_id"], n);
    }
    let mut stream = Stream::open(to, "", Some("another-17")).await;
    assert_eq!(stream.next().await.1, "gap", "a place in another start of the server");
    server.stop().await;
    broker.stop().await;
}

#[tokio::test]
async fn the_interface_describes_itself() {
    let broker = Broker::start(any_port()).await.unwrap();
    let server = start(broker.address(), &http(any_port(), None)).await.unwrap();
    let document = get(server.address, "/api/openapi.json").await.body;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    for path in ["/api/devices", "/api/devices/{id}/command", "/api/events", "/api/devices/{id}/objects/{object}"] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let commands = &document["components"]["schemas"]["CommandRequest"]["properties"]["command"]["enum"];
    assert!(commands.as_array().unwrap().contains(&json!("trip")), "{commands}");
    let metrics = ask(server.address, "GET /metrics", &[], "").await;
    assert!(metrics.header("content-type").unwrap().contains("version=0.0.4"));
    server.stop().await;
    broker.stop().await;
}
