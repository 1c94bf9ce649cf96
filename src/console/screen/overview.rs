//! Screen 1: the one-line diagram, the totals, the selected breaker.

use super::{Class, event, link, list, state, strip, wall};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::widget::line::Line;
use crate::console::widget::number::{ACTIVE, FREQUENCY, PERCENT, VOLTAGE};
use crate::console::widget::oneline::{Node, OneLine};
use crate::console::widget::pen::Pen;
use crate::console::widget::table::{Cell, Column, table};
use crate::console::widget::text::{clip, clock, clock_ms, width};

/// Draws the screen.
pub(super) fn view(model: &Model, class: Class, pen: &mut Pen<'_>) {
    let (w, h) = (pen.width(), pen.height());
    match class {
        Class::Large => wall::view(model, pen),
        Class::Medium => {
            let top = (h / 2).clamp(14, 19);
            let right = (w / 3).clamp(38, 60);
            let strip_rows = 9;
            bus(model, &mut pen.part(0, 0, w - right, top));
            alarms(model, &mut pen.part(w - right, 0, right, top));
            strip::view(model, &mut pen.part(0, top, w, strip_rows));
            let rest = h - top - strip_rows;
            if rest >= 3 {
                recent(model, &mut pen.part(0, top + strip_rows, w - right, rest));
                links(model, &mut pen.part(w - right, top + strip_rows, right, rest));
            }
        }
        _ => {
            let strip_rows = if h >= 18 { 8 } else { 5 };
            bus(model, &mut pen.part(0, 0, w, h - strip_rows));
            strip::view(model, &mut pen.part(0, h - strip_rows, w, strip_rows));
        }
    }
}

/// The diagram, or the list where the diagram does not fit, with the totals below.
pub(super) fn bus(model: &Model, pen: &mut Pen<'_>) {
    let snapshot = &model.snapshot;
    let s = pen.symbols();
    let source = source_words(model);
    let title = format!("{}  {source}", snapshot.plant);
    let counts = counts(model);
    let short = width(&title) + width(&counts) + 8 > usize::from(pen.width());
    let mut inside = pen.panel(if short { &snapshot.plant } else { &title }, &counts);
    let (w, h) = (inside.width(), inside.height());
    let legend = h >= 15;
    let below = if legend { 3 } else { 1 };
    if h < 4 {
        return;
    }
    let bus_live = state::bus_is_live(snapshot);
    let mut feeders: Vec<Node<'_>> = snapshot
        .breakers
        .iter()
        .enumerate()
        .map(|(i, b)| {
            let look = state::of(b, s);
            let (current, percent) = state::greatest_current(b);
            Node {
                sign: look.sign,
                role: look.role,
                word: look.word,
                designation: &b.designation,
                load: &b.load,
                current,
                percent,
                power: b.measured.active.0,
                live: state::is_live(b, bus_live),
                flag: state::flags(b, s).into_iter().next(),
                selected: i == model.ui.selected,
            }
        })
        .collect();
    let main = snapshot.bus.main.filter(|i| *i < feeders.len()).map(|i| feeders.remove(i));
    let diagram = OneLine { source: &source, source_live: state::source_is_live(snapshot), bus_live, main, feeders };
    if diagram.fits(w.saturating_sub(2), h - below - 1) {
        diagram.draw(&mut inside.part(1, 1, w - 2, h - below - 1));
    } else {
        list::breakers(model, &mut inside.part(0, 0, w, h - below));
    }
    if legend {
        Line::new()
            .item(s.closed, Role::Closed)
            .also(" closed", Role::Dim)
            .item(s.open, Role::Open)
            .also(" open", Role::Dim)
            .item(s.tripped, Role::Tripped)
            .also(" tripped", Role::Dim)
            .item(s.locked, Role::Tripped)
            .also(" locked out", Role::Dim)
            .item(s.fault, Role::Fault)
            .also(" fault, disagree", Role::Dim)
            .item(s.bus_live, Role::Energised)
            .also(" live", Role::Dim)
            .item(s.bus_dead, Role::Dead)
            .also(" dead", Role::Dim)
            .draw(&mut inside, 1, h - 2);
    }
    totals(model).draw(&mut inside, 1, h - 1);
}

fn source_words(model: &Model) -> String {
    let bus = &model.snapshot.bus;
    match bus.frequency {
        Some(f) => {
            let v = bus.line_voltage;
            let mean = (v.a.0 + v.b.0 + v.c.0) / 3.0;
            format!("{}  {}", VOLTAGE.full(mean), FREQUENCY.full(f.0))
        }
        None => "DEAD".to_owned(),
    }
}

fn counts(model: &Model) -> String {
    let words: Vec<&str> = {
        let s = model.ui.symbols.symbols();
        model.snapshot.breakers.iter().map(|b| state::of(b, s).word).collect()
    };
    let mut parts = Vec::new();
    for (word, name) in
        [("CLOSED", "closed"), ("OPEN", "open"), ("TRIPPED", "tripped"), ("FAULT", "fault"), ("DISAGREE", "disagree")]
    {
        let n = words.iter().filter(|w| **w == word).count();
        if n > 0 {
            parts.push(format!("{n} {name}"));
        }
    }
    parts.join("  ")
}

/// Sums over the bus.
fn totals<'a>(model: &Model) -> Line<'a> {
    let bus = &model.snapshot.bus;
    let mut line = Line::new().value("P", ACTIVE.full(bus.power.0));
    if bus.frequency.is_none() {
        return line.state("bus", "DEAD", Role::Priority1);
    }
    let v = bus.line_voltage;
    let mean = (v.a.0 + v.b.0 + v.c.0) / 3.0;
    if mean > 0.0 {
        // Greatest deviation from the mean, NEMA MG 1.
        let worst = v.iter().map(|x| (x.0 - mean).abs()).fold(0.0, f64::max);
        line = line
            .value("Vab", VOLTAGE.full(v.a.0))
            .value("Vbc", VOLTAGE.full(v.b.0))
            .value("Vca", VOLTAGE.full(v.c.0))
            .value("unbalance", PERCENT.full(worst / mean * 100.0));
    }
    let standing = model.injections();
    if standing > 0 { line.item(format!("INJ {standing}"), Role::Inject) } else { line }
}

/// The most urgent alarms.
pub(super) fn alarms(model: &Model, pen: &mut Pen<'_>) {
    let all = model.alarms();
    let active = all.iter().filter(|(_, a)| a.active).count();
    let unseen = all.iter().filter(|(_, a)| !a.acknowledged).count();
    let mut inside = pen.panel(&format!("Alarms  {active} active"), &format!("{unseen} unack"));
    if all.is_empty() {
        inside.put(1, 0, "none", Role::Dim);
        return;
    }
    super::alarms::rows(model, &all, None, &mut inside);
}

/// The newest records.
pub(super) fn recent(model: &Model, pen: &mut Pen<'_>) {
    const COLUMNS: [Column; 4] = [
        Column::words("TIME", 12, 1),
        Column::words("BKR", 5, 0),
        Column::words("CLASS", 5, 3),
        Column::rest("EVENT", 16, 0),
    ];
    let mut inside = pen.panel("Recent events", "newest first");
    let s = inside.symbols();
    let n = model.records.len();
    table(&mut inside, &COLUMNS, n, None, |i| {
        let record = &model.records[n - 1 - i];
        let (class, role) = event::class(record);
        let row: Vec<Cell<'_>> = vec![
            (clock_ms(record.utc).into(), Role::Dim),
            (event::place(record, &model.snapshot).into(), Role::Text),
            (class.into(), role),
            (event::text(record, s).into(), role),
        ];
        row
    });
}

/// Both paths in a few lines each.
pub(super) fn links(model: &Model, pen: &mut Pen<'_>) {
    let mut inside = pen.panel("Comms", &clock(model.snapshot.utc));
    let s = inside.symbols();
    // One line each when the longer form would hide a link.
    if model.links.len() * 3 > usize::from(inside.height()) {
        for (y, l) in (0..inside.height()).zip(&model.links) {
            link::line(l, s).draw(&mut inside, 1, y);
        }
        return;
    }
    let mut y = 0;
    for l in &model.links {
        let (sign, word, role) = link::state(l, s);
        Line::new().item(&*l.name, Role::Strong).item(sign, role).also(" ", Role::Dim).also(word, role).draw(
            &mut inside,
            1,
            y,
        );
        y += 1;
        if !l.reason.is_empty() {
            let room = usize::from(inside.width().saturating_sub(4));
            inside.put(3, y, &clip(&l.reason, room, s.ellipsis), Role::Dim);
            y += 1;
        }
        let mut line = Line::new().value("out", link::rate(l.rate_out)).value("in", link::rate(l.rate_in));
        if let Some((p50, p99)) = l.latency_ms {
            line = line.value("p50", link::latency(p50)).value("p99", link::latency(p99));
        }
        line.draw(&mut inside, 3, y);
        y += 1;
        let mut line = Line::new();
        if let Some(seq) = l.seq {
            line = line.value("seq", seq.to_string());
        }
        if let Some(bd) = l.bd_seq {
            line = line.value("bdSeq", bd.to_string());
        }
        if let Some(left) = l.lifetime_s {
            line = line.value("lifetime", format!("{left} s"));
        }
        line.value("drop", l.dropped.to_string()).draw(&mut inside, 3, y);
        y += 1;
    }
    if model.links.is_empty() {
        inside.put(1, 0, "both paths are switched off", Role::Dim);
    }
}
