//! Links in words.

use crate::console::symbols::Symbols;
use crate::console::theme::Role;
use crate::console::widget::line::Line;
use crate::console::widget::number::{DURATION, RATE};
use crate::runtime::link::view::{LinkState, LinkView};

/// State of a link as shape, word and colour.
pub(super) const fn state(link: &LinkView, s: &Symbols) -> (&'static str, &'static str, Role) {
    match link.state {
        LinkState::Off => (s.off, "OFF", Role::Dim),
        LinkState::Offline => (s.no, "OFFLINE", Role::Priority2),
        LinkState::Connecting => (s.off, "CONNECTING", Role::Moving),
        LinkState::Waiting => (s.off, "WAITING", Role::Moving),
        LinkState::Online => (s.on, "ONLINE", Role::Good),
        LinkState::Stopping => (s.off, "STOPPING", Role::Moving),
    }
}

/// Rate of messages out of a link.
pub(super) fn rate(per_second: f64) -> String {
    RATE.full(per_second)
}

/// Latency in milliseconds as text.
pub(super) fn latency(ms: f64) -> String {
    DURATION.full(ms / 1e3)
}

/// A link on one line, the most important first.
pub(super) fn line<'a>(link: &'a LinkView, s: &Symbols) -> Line<'a> {
    let (sign, word, role) = state(link, s);
    let mut line = Line::new()
        .item(&*link.name, Role::Text)
        .also(" ", Role::Dim)
        .also(sign, role)
        .also(" ", Role::Dim)
        .also(word, role);
    if link.state != LinkState::Online && !link.reason.is_empty() {
        line = line.item(&*link.reason, Role::Dim);
    }
    line = line.item(rate(link.rate_out), Role::Text);
    if let Some(seq) = link.seq {
        line = line.value("seq", seq.to_string());
    }
    if let Some(lifetime) = link.lifetime_s {
        line = line.value("lifetime", format!("{lifetime} s"));
    }
    if link.dropped > 0 {
        line = line.state("drop", link.dropped.to_string(), Role::Priority2);
    }
    if let Some((p50, _)) = link.latency_ms {
        line = line.value("p50", latency(p50));
    }
    line
}
