//! Who may ask at all: by host, by origin, by token.
//!
//! A page of another site that an operator has open must not command a breaker. It could try in three ways: by a form
//! or a script that posts here (its `Origin` or `Sec-Fetch-Site` gives it away), by a host name of its own that it lets
//! point here (DNS rebinding: the `Host` header gives it away), or by a simple request that needs no permission of the
//! browser (bodies must be JSON, which such a request cannot carry).

use super::config::HttpConfig;
use super::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Who may ask.
pub(super) struct Guard {
    /// The token's digest: comparing digests tells nothing about the token by the time it takes.
    token: Option<[u8; 32]>,
    /// Names by which the server may be reached.
    hosts: Vec<String>,
    /// Reached only from this host.
    loopback: bool,
}

impl Guard {
    pub(super) fn new(config: &HttpConfig, address: SocketAddr) -> Self {
        let mut hosts = vec!["localhost".to_owned()];
        hosts.extend(config.hosts.iter().map(|h| h.to_ascii_lowercase()));
        Self {
            token: config.token.as_ref().map(|t| Sha256::digest(t.text()).into()),
            hosts,
            loopback: address.ip().is_loopback(),
        }
    }

    fn check(&self, method: &Method, path: &str, headers: &HeaderMap) -> Result<(), Problem> {
        let host = text(headers, &header::HOST).unwrap_or_default();
        if !self.knows(host) {
            return Err(Problem::misdirected(host));
        }
        self.same_site(method, path, headers, host)?;
        if is_open(path) || self.token.is_none_or(|wanted| shows(headers, &wanted)) {
            Ok(())
        } else {
            Err(Problem::unauthorized())
        }
    }

    /// Beyond loopback the token protects; a rebound name cannot know it.
    fn knows(&self, host: &str) -> bool {
        let name = without_port(host).to_ascii_lowercase();
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match address {
            Ok(ip) => !self.loopback || ip.is_loopback() || self.hosts.contains(&name),
            Err(_) => !name.is_empty() && (!self.loopback || self.hosts.contains(&name)),
        }
    }

    fn same_site(&self, method: &Method, path: &str, headers: &HeaderMap, host: &str) -> Result<(), Problem> {
        let site = text(headers, "sec-fetch-site");
        let reads = *method == Method::GET || *method == Method::HEAD;
        let navigates = text(headers, "sec-fetch-mode") == Some("navigate");
        let foreign = match site {
            None | Some("same-origin" | "none") => false,
            // A link from elsewhere may open a page; it may not fetch.
            Some(_) => !(reads && (navigates || is_page(path))),
        };
        if foreign {
            return Err(Problem::forbidden("a page of another site asked; this server answers only its own page"));
        }
        match text(headers, &header::ORIGIN) {
            Some(origin) if !reads && !is_origin(origin, host) => Err(Problem::forbidden(format!(
                "the request comes from {origin}, which is not the page of this server"
            ))),
            _ => Ok(()),
        }
    }
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name).map(|v| v.to_str().unwrap_or("?"))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => name,
        _ => host,
    }
}

fn is_origin(origin: &str, host: &str) -> bool {
    origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"))
        .is_some_and(|o| o.eq_ignore_ascii_case(host))
}

/// Files of the page.
fn is_page(path: &str) -> bool {
    matches!(path, "/" | "/app.js" | "/style.css" | "/icon.svg")
}

/// What needs no token: the page itself, which asks for one, whether the server lives, and how to speak to it.
fn is_open(path: &str) -> bool {
    is_page(path) || matches!(path, "/healthz" | "/api/openapi.json")
}

fn shows(headers: &HeaderMap, wanted: &[u8; 32]) -> bool {
    let given = text(headers, &header::AUTHORIZATION).and_then(|v| {
        let (scheme, token) = v.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    given.is_some_and(|token| <[u8; 32]>::from(Sha256::digest(token)) == *wanted)
}

/// Lets a request through, or answers it; every answer gets the headers that keep a browser from harm.
pub(super) async fn guard(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let checked = guard.check(request.method(), request.uri().path(), request.headers());
    let mut response = match checked {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::server::config::Token;
    use axum::http::HeaderName;

    fn guard(listen: &str, token: Option<&str>) -> Guard {
        let listen = listen.parse().unwrap();
        let token = token.map(|t| Token::new(t).unwrap());
        Guard::new(&HttpConfig { listen, chosen: true, token, hosts: vec!["breakers.example".into()] }, listen)
    }

    fn status(guard: &Guard, method: &Method, path: &str, headers: &[(&str, &str)]) -> u16 {
        let headers: HeaderMap =
            headers.iter().map(|(n, v)| (n.parse::<HeaderName>().unwrap(), v.parse().unwrap())).collect();
        guard.check(method, path, &headers).err().map_or(200, |p| p.status().as_u16())
    }

    const LOCAL: (&str, &str) = ("host", "127.0.0.1:8080");

    #[test]
    fn a_rebound_name_is_another_host() {
        let guard = guard("127.0.0.1:8080", None);
        for (host, expected) in [
            ("127.0.0.1:8080", 200),
            ("localhost:8080", 200),
            ("LOCALHOST", 200),
            ("[::1]:8080", 200),
            ("127.0.0.1:9999", 200),
            ("breakers.example", 200),
            ("evil.example:8080", 421),
            ("127.0.0.1.evil.example", 421),
            ("192.168.1.5:8080", 421),
            ("", 421),
        ] {
            assert_eq!(status(&guard, &Method::GET, "/api/devices", &[("host", host)]), expected, "{host}");
        }
    }

    #[test]
    fn other_sites_cannot_post_nor_fetch() {
        let guard = guard("127.0.0.1:8080", None);
        let post = |more: &[(&str, &str)]| {
            status(&guard, &Method::POST, "/api/devices/b1/command", &[&[LOCAL], more].concat())
        };
        assert_eq!(post(&[]), 200, "a program sends no origin");
        assert_eq!(post(&[("origin", "http://127.0.0.1:8080"), ("sec-fetch-site", "same-origin")]), 200);
        assert_eq!(post(&[("origin", "http://evil.example")]), 403);
        assert_eq!(post(&[("origin", "http://127.0.0.1:8081")]), 403, "another port is another origin");
        assert_eq!(post(&[("origin", "null")]), 403);
        for site in ["cross-site", "same-site"] {
            assert_eq!(post(&[("sec-fetch-site", site)]), 403);
            assert_eq!(post(&[("sec-fetch-site", site), ("sec-fetch-mode", "navigate")]), 403, "a form");
        }
        let get = |path: &str, mode: &str| {
            let headers = [LOCAL, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", mode)];
            status(&guard, &Method::GET, path, &headers)
        };
        assert_eq!(get("/api/devices", "no-cors"), 403);
        assert_eq!(get("/", "navigate"), 200, "a link");
    }

    #[test]
    fn with_a_token_only_the_page_and_the_health_are_open() {
        let guard = guard("0.0.0.0:8080", Some("0123456789abcdef"));
        let get = |path: &str, authorization: Option<&str>| {
            let mut headers = vec![("host", "plant.example:8080")];
            headers.extend(authorization.map(|a| ("authorization", a)));
            status(&guard, &Method::GET, path, &headers)
        };
        for path in ["/", "/app.js", "/style.css", "/healthz", "/api/openapi.json"] {
            assert_eq!(get(path, None), 200, "{path}");
        }
        for path in ["/api/devices", "/api/events", "/metrics"] {
            assert_eq!(get(path, None), 401, "{path}");
            assert_eq!(get(path, Some("Bearer 0123456789abcdef")), 200, "{path}");
            assert_eq!(get(path, Some("bearer 0123456789abcdef")), 200, "{path}");
            for wrong in ["Bearer 0123456789abcdeg", "Bearer", "0123456789abcdef", "Basic 0123456789abcdef"] {
                assert_eq!(get(path, Some(wrong)), 401, "{path} {wrong}");
            }
        }
    }
}
