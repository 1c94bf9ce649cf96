//! Screen 7: both protocol paths, and the newest messages decoded.

use super::{Class, link};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::widget::line::Line;
use crate::console::widget::number::{BYTES, DURATION, NONE};
use crate::console::widget::pen::Pen;
use crate::console::widget::table::{Cell, Column, table};
use crate::console::widget::text::{clip, clock_ms, count, wrap};
use crate::runtime::link::view::{LinkView, MessageView};

/// Draws the screen.
pub(super) fn view(model: &Model, class: Class, pen: &mut Pen<'_>) {
    let (w, h) = (pen.width(), pen.height());
    if model.links.is_empty() {
        pen.panel("Comms", "").put(1, 0, "both paths are switched off", Role::Dim);
        return;
    }
    let top = if h >= 18 { 8 } else { 7 };
    let shown = model.links.len().min(usize::from(w / 38)).max(1);
    // The chosen link is always among those shown.
    let first = model.ui.link.min(model.links.len() - 1).saturating_sub(shown - 1);
    let each = w / shown as u16;
    for (i, l) in model.links.iter().enumerate().skip(first).take(shown) {
        let at = (i - first) as u16;
        let width = if usize::from(at) + 1 == shown { w - at * each } else { each };
        panel(l, i == model.ui.link, &mut pen.part(at * each, 0, width, top));
    }
    let Some(chosen) = model.links.get(model.ui.link).or_else(|| model.links.last()) else { return };
    let rest = h - top;
    if class == Class::Large {
        let left = w * 11 / 20;
        messages(model, chosen, &mut pen.part(0, top, left, rest));
        decoded(model, chosen, &mut pen.part(left, top, w - left, rest));
    } else {
        let below = if rest >= 12 { (rest * 2 / 5).max(6) } else { rest / 2 };
        messages(model, chosen, &mut pen.part(0, top, w, rest - below));
        decoded(model, chosen, &mut pen.part(0, h - below, w, below));
    }
}

fn panel(l: &LinkView, chosen: bool, pen: &mut Pen<'_>) {
    let s = pen.symbols();
    let (sign, word, role) = link::state(l, s);
    let title_role = if chosen { Role::Accent } else { Role::Title };
    let title = if chosen { format!("{} {}", s.pointer, l.name) } else { l.name.to_string() };
    let mut inside = pen.panel_in(&title, title_role, "");
    let room = usize::from(inside.width().saturating_sub(2));
    let mut state = Line::new().item(sign, role).also(" ", Role::Dim).also(word, role);
    state = state.item(clip(&l.broker, room.saturating_sub(word.len() + 6), s.ellipsis).into_owned(), Role::Dim);
    let mut session = Line::new();
    if let Some(seq) = l.seq {
        session = session.value("seq", format!("{seq}/255"));
    }
    if let Some(bd) = l.bd_seq {
        session = session.value("bdSeq", bd.to_string());
    }
    if let Some(left) = l.lifetime_s {
        session = session.value("lifetime", format!("{left} s left"));
    }
    let session = session.value("connects", count(l.connects));
    let latency = match l.latency_ms {
        Some((p50, p99)) => {
            Line::new().value("sample to socket  p50", DURATION.full(p50 / 1e3)).value("p99", DURATION.full(p99 / 1e3))
        }
        None => Line::new().value("sample to socket", NONE),
    };
    let lines = [
        state,
        Line::new()
            .value("out", link::rate(l.rate_out))
            .value("in", link::rate(l.rate_in))
            .value("sent", bytes(l.bytes_sent)),
        session,
        latency,
        Line::new().value("messages out", count(l.sent)).value("in", count(l.received)),
        tally(l),
    ];
    let h = inside.height();
    let mut y = 0;
    for (i, line) in lines.iter().enumerate() {
        if y >= h {
            break;
        }
        line.draw(&mut inside, 1, y);
        y += 1;
        if i == 0 && !l.misbehaving.is_empty() && y < h {
            let words = format!("MISBEHAVES: {}", l.misbehaving);
            inside.put(1, y, &clip(&words, room, s.ellipsis), Role::Inject);
            y += 1;
        }
        if i == 0 && !l.reason.is_empty() && y < h {
            inside.put(1, y, &clip(&l.reason, room, s.ellipsis), role);
            y += 1;
        }
    }
}

/// What went wrong, and what waits for a better time.
fn tally(l: &LinkView) -> Line<'static> {
    let bad = |n: u64| if n > 0 { Role::Priority2 } else { Role::Text };
    let line = Line::new().state("dropped", count(l.dropped), bad(l.dropped)).state(
        "malformed",
        count(l.malformed),
        bad(l.malformed),
    );
    if l.kept > 0 { line.state("kept", count(l.kept), Role::Text) } else { line }
}

fn bytes(n: u64) -> String {
    BYTES.full(n as f64)
}

/// The message under the cursor; the cursor counts back from the newest.
fn chosen_message<'a>(model: &Model, l: &'a LinkView) -> Option<&'a MessageView> {
    let n = l.messages.len();
    n.checked_sub(1 + model.ui.cursor.messages.min(n.saturating_sub(1))).and_then(|i| l.messages.get(i))
}

fn messages(model: &Model, l: &LinkView, pen: &mut Pen<'_>) {
    const COLUMNS: [Column; 5] = [
        Column::words("TIME", 12, 1),
        Column::words("", 1, 0),
        Column::numbers("BYTES", 6, 3),
        Column::rest("TOPIC", 44, 0),
        Column::words("FIRST ITEM", 34, 4),
    ];
    let n = l.messages.len();
    let mut inside = pen.panel(&format!("Messages  {}", l.name), &format!("newest first, {} kept", count(n as u64)));
    let s = inside.symbols();
    if n == 0 {
        inside.put(1, 0, "no message yet", Role::Dim);
        return;
    }
    // What the topic column has at least; its own end must be read, so it is shortened here from the front.
    let room = usize::from(inside.width().saturating_sub(24)).clamp(20, 90);
    table(&mut inside, &COLUMNS, n, Some(model.ui.cursor.messages.min(n - 1)), |i| {
        let m = &l.messages[n - 1 - i];
        let first = m.decoded.first().map_or("", String::as_str);
        let row: Vec<Cell<'_>> = vec![
            (clock_ms(m.utc).into(), Role::Dim),
            (if m.outgoing { s.up } else { s.down }.into(), if m.outgoing { Role::Text } else { Role::Accent }),
            (count(m.size as u64).into(), Role::Dim),
            (topic(&m.topic, room, s.ellipsis).into(), if m.outgoing { Role::Text } else { Role::Accent }),
            (clip(first, 34, s.ellipsis).into_owned().into(), Role::Dim),
        ];
        row
    });
}

/// A topic in at most `room` cells: its end tells the device, so its beginning goes first, level by level.
fn topic(topic: &str, room: usize, ellipsis: &str) -> String {
    let mut rest = topic;
    while crate::console::widget::text::width(rest) + ellipsis.len() > room {
        match rest.split_once('/') {
            Some((_, tail)) => rest = tail,
            None => return String::new(),
        }
    }
    if rest.len() == topic.len() { topic.to_owned() } else { format!("{ellipsis}{rest}") }
}

fn decoded(model: &Model, l: &LinkView, pen: &mut Pen<'_>) {
    let Some(m) = chosen_message(model, l) else {
        pen.panel("Decoded", "");
        return;
    };
    let direction = if m.outgoing { "sent" } else { "received" };
    let mut inside = pen.panel(&format!("Decoded  {direction}"), &format!("{} bytes", count(m.size as u64)));
    let s = inside.symbols();
    let room = usize::from(inside.width().saturating_sub(2));
    let h = usize::from(inside.height());
    inside.put(1, 0, &topic(&m.topic, room, s.ellipsis), Role::Accent);
    let lines: Vec<String> = m.decoded.iter().take(h).flat_map(|item| wrap(item, room, s.ellipsis)).collect();
    let fits = lines.len() < h;
    for (i, line) in lines.iter().take(if fits { h } else { h.saturating_sub(2) }).enumerate() {
        inside.put(1, i as u16 + 1, line, Role::Text);
    }
    if !fits && h >= 2 {
        let more = format!("{} items in all", count(m.decoded.len() as u64));
        inside.put(1, h as u16 - 1, &more, Role::Dim);
    }
}
