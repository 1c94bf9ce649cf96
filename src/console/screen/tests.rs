//! Pictures of all screens, and what must hold at every size.

use crate::console::model::Model;
use crate::console::symbols::SymbolSet;
use crate::console::theme::{Role, ThemeId};
use crate::console::ui::{Finding, Pending, PendingChange, ScreenId, TripView};
use crate::console::widget::pen::{Look, Pen};
use crate::console::widget::text::width;
use crate::console::{demo, screen, view};
use crate::profile::Value;
use crate::record::Body;
use crate::runtime::link::view::LinkState;
use crate::units::{Amperes, Phases, Seconds};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::fmt::Write as _;
use std::sync::Arc;

fn draw(model: &Model, w: u16, h: u16) -> Buffer {
    let area = Rect::new(0, 0, w, h);
    let mut buf = Buffer::empty(area);
    view::view(model, area, &mut buf);
    buf
}

fn text(buf: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buf.area.height {
        let row: String = (0..buf.area.width).map(|x| buf[(x, y)].symbol()).collect();
        writeln!(out, "{}", row.trim_end()).unwrap();
    }
    out
}

/// Prints screens to be looked at: `SCREEN=0..6 SIZE=80x24 cargo test --lib look -- --ignored --nocapture`.
#[test]
#[ignore = "for eyes, not for machines"]
fn look() {
    let mut model = demo::model();
    let var = |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let size = var("SIZE", "80x24");
    let (w, h) = size.split_once('x').unwrap();
    if var("SYMBOLS", "unicode") == "ascii" {
        model.ui.symbols = SymbolSet::Ascii;
    }
    if var("HEALTHY", "") == "1" {
        model.snapshot = std::sync::Arc::new(demo::healthy());
    }
    model.ui.selected = var("SELECTED", "0").parse().unwrap();
    if let Ok(seq) = var("TRIP", "").parse() {
        model.ui.trip = Some(TripView { seq, sample: None });
    }
    if var("PENDING", "") == "1" {
        model.ui.pending = Some(pending());
    }
    for s in var("SCREEN", "0").split(',') {
        model.ui.screen = ScreenId::ALL[s.parse::<usize>().unwrap()];
        println!("{}", text(&draw(&model, w.parse().unwrap(), h.parse().unwrap())));
    }
}

/// The plants that every picture is taken of.
fn plants() -> Vec<(&'static str, Model)> {
    let tripped = demo::model();
    let mut healthy = demo::model();
    healthy.snapshot = Arc::new(demo::healthy());
    let mut lost = demo::model();
    for link in &mut lost.links {
        link.state = LinkState::Offline;
        link.reason = "127.0.0.1:1883 refused the connection, next try in 4 s".into();
        link.rate_out = 0.0;
        link.rate_in = 0.0;
    }
    vec![("tripped", tripped), ("healthy", healthy), ("comm-lost", lost)]
}

/// Every screen of a model, one below the other.
fn album(model: &Model, w: u16, h: u16) -> String {
    let mut model = model.clone();
    let mut out = String::new();
    for screen in ScreenId::ALL {
        model.ui.screen = screen;
        out.push_str(&text(&draw(&model, w, h)));
        out.push('\n');
    }
    out
}

#[test]
fn pictures_of_all_screens() {
    for (plant, mut model) in plants() {
        model.ui.selected = if plant == "healthy" { 1 } else { 2 };
        for (w, h) in [(80, 24), (120, 40), (200, 60)] {
            for symbols in [SymbolSet::Unicode, SymbolSet::Ascii] {
                model.ui.symbols = symbols;
                insta::assert_snapshot!(format!("{plant}_{w}x{h}_{symbols}"), album(&model, w, h));
            }
        }
    }
}

#[test]
fn a_trip_opens_as_a_card_with_its_waveform() {
    let mut model = demo::model();
    model.ui.screen = ScreenId::Events;
    let seq = model.records.iter().find(|r| matches!(r.body, Body::Trip(_))).unwrap().seq;
    model.ui.trip = Some(TripView { seq, sample: None });
    for (w, h) in [(80, 24), (120, 40), (200, 60)] {
        insta::assert_snapshot!(format!("trip_{w}x{h}"), text(&draw(&model, w, h)));
    }
}

#[test]
fn a_pending_template_is_shown_as_a_diff() {
    let mut model = demo::model();
    model.ui.screen = ScreenId::Protection;
    model.ui.selected = 1;
    model.ui.pending = Some(pending());
    for (w, h) in [(80, 24), (120, 40)] {
        insta::assert_snapshot!(format!("pending_{w}x{h}"), text(&draw(&model, w, h)));
    }
}

fn pending() -> Pending {
    let change = |id: &str, old: f64, new: f64| PendingChange {
        id: id.into(),
        unit: "A".into(),
        old: Some(Value::Float(old)),
        new: Value::Float(new),
    };
    Pending {
        breaker: 1,
        template: Some("HighSensitivity".into()),
        changes: vec![change("LongTimePickup", 105.0, 80.0), change("ShortTimePickup", 600.0, 300.0)],
        unchanged: 7,
        findings: vec![
            Finding { fatal: true, text: "pickup 80 A lies below the present load of 76.4 A with its margin".into() },
            Finding { fatal: false, text: "short time pickup 300 A trips during a start of 6 times 76 A".into() },
        ],
    }
}

/// Every group of digits on the screen, with the signs that stand inside numbers, as (row, first column, text).
fn numbers(buf: &Buffer) -> Vec<(u16, u16, String)> {
    let mut found = Vec::new();
    for y in 0..buf.area.height {
        let mut run = String::new();
        for x in 0..=buf.area.width {
            let c = if x < buf.area.width { buf[(x, y)].symbol().chars().next().unwrap_or(' ') } else { ' ' };
            if part_of_number(c) {
                run.push(c);
            } else if !run.is_empty() {
                if run.bytes().any(|b| b.is_ascii_digit()) {
                    found.push((y, x - run.chars().count() as u16, std::mem::take(&mut run)));
                }
                run.clear();
            }
        }
    }
    found
}

const fn part_of_number(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | ':')
}

/// A text as cells: a wide character takes two.
fn cells(text: &str) -> Vec<char> {
    text.chars().flat_map(|c| std::iter::once(c).chain((width(&c.to_string()) == 2).then_some(' '))).collect()
}

/// Every number on the screen is one that was written there in one piece: not cut at an edge, not written over, not run
/// together with its neighbour.
fn assert_numbers_are_whole(buf: &Buffer, what: &str) {
    let written = crate::console::widget::pen::written::take();
    for (y, x, run) in numbers(buf) {
        let whole = written.iter().any(|(from, row, text)| {
            let chars = cells(text);
            let Some(start) = x.checked_sub(*from).map(usize::from) else { return false };
            let end = start + run.chars().count();
            *row == y
                && end <= chars.len()
                && chars[start..end].iter().copied().eq(run.chars())
                && (start == 0 || !part_of_number(chars[start - 1]))
                && (end == chars.len() || !part_of_number(chars[end]))
        });
        assert!(whole, "{what}: {run:?} at column {x} of row {y} is not a whole number\n{}", text(buf));
    }
}

#[test]
fn a_cut_number_would_be_found() {
    let area = Rect::new(0, 0, 10, 1);
    let look = Look::new(ThemeId::Mono, SymbolSet::Ascii);
    let mut buf = Buffer::empty(area);
    let mut pen = Pen::new(&mut buf, area, &look);
    pen.put(0, 0, "86.2 A", Role::Text);
    pen.sign(3, 0, "|", Role::Text);
    let result = std::panic::catch_unwind(|| assert_numbers_are_whole(&buf, "test"));
    assert!(result.is_err());
}

/// A model in one of many states: values at their extremes, names of any length, cursors anywhere.
fn odd_model(seed: u64) -> Model {
    let mut model = demo::model();
    let pick = |n: u64, of: u64| (seed / n) % of;
    let mut snapshot = (*model.snapshot).clone();
    let big = [0.04, 1.0, 999.96, 12_345.6, 65_000.0, f64::NAN][pick(1, 6) as usize];
    for (i, b) in snapshot.breakers.iter_mut().enumerate() {
        let b = Arc::make_mut(b);
        b.measured.current = Phases::splat(Amperes(big));
        b.measured.active.0 = big * 831.0;
        b.measured.voltage.a.0 = big;
        if pick(6, 2) == 1 {
            b.load = "Fördertechnik Halle 12 Süd, 変圧器".into();
            b.designation = format!("Q{:03}", i * 37 + 1).into();
        }
        if pick(12, 2) == 1 {
            b.scope = Arc::default();
            b.trend = Arc::default();
            b.elements.clear();
            b.measured.current_spectrum = Phases::default();
            b.curves = Arc::from([]);
        }
        for e in &mut b.elements {
            e.started = pick(24, 2) == 1;
            e.progress = 0.4;
            e.time_to_operate = Some(Seconds(12.34));
        }
    }
    let copies = [1, 5, 30][pick(48, 3) as usize];
    snapshot.breakers = (0..copies).flat_map(|_| snapshot.breakers.clone()).collect();
    if pick(144, 2) == 1 {
        snapshot.bus.frequency = None;
    }
    model.snapshot = Arc::new(snapshot);
    model.ui.selected = pick(7, 100) as usize;
    model.ui.screen = ScreenId::ALL[pick(288, 7) as usize];
    model.ui.symbols = SymbolSet::ALL[pick(11, 3) as usize];
    model.ui.theme = ThemeId::ALL[pick(13, 5) as usize];
    model.ui.voltages = pick(17, 2) == 1;
    model.ui.cursor.events = pick(19, 40) as usize;
    model.ui.cursor.alarms = pick(23, 40) as usize;
    model.ui.cursor.settings = pick(29, 40) as usize;
    model.ui.cursor.messages = pick(31, 40) as usize;
    model.ui.cursor.harmonic = pick(37, 60) as usize;
    model.ui.link = pick(41, 4) as usize;
    if pick(43, 4) == 0 {
        model.ui.trip = Some(TripView { seq: pick(47, 14), sample: Some(pick(53, 5000) as usize) });
    }
    if pick(59, 4) == 0 {
        model.ui.pending = Some(pending());
    }
    if pick(61, 8) == 0 {
        model.links.clear();
    }
    model
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn at_every_size_nothing_panics_and_no_number_is_cut(w in 1_u16..=300, h in 1_u16..=100, seed in any::<u64>()) {
        let model = odd_model(seed);
        crate::console::widget::pen::written::take();
        let area = Rect::new(0, 0, w, h);
        let mut buf = Buffer::empty(area);
        screen::view(&model, area, &mut buf);
        assert_numbers_are_whole(&buf, &format!("{w}x{h} {:?}", model.ui.screen));
    }

    #[test]
    fn small_sizes_too(w in 1_u16..=100, h in 1_u16..=30, seed in any::<u64>()) {
        let model = odd_model(seed);
        crate::console::widget::pen::written::take();
        let area = Rect::new(0, 0, w, h);
        let mut buf = Buffer::empty(area);
        screen::view(&model, area, &mut buf);
        assert_numbers_are_whole(&buf, &format!("{w}x{h} {:?}", model.ui.screen));
        let all = text(&buf);
        for (word, cut) in [("CLOSED", "CLOSE"), ("TRIPPED", "TRIPPE"), ("OPENING", "OPENIN")] {
            prop_assert_eq!(all.matches(word).count(), all.matches(cut).count(), "{}", all);
        }
    }
}

#[test]
fn the_ascii_set_draws_ascii_only() {
    let mut model = demo::model();
    model.ui.symbols = SymbolSet::Ascii;
    for (w, h) in [(80, 24), (120, 40), (200, 60)] {
        for c in album(&model, w, h).chars() {
            assert!(c.is_ascii(), "{c:?} at {w}x{h}");
        }
    }
}

/// Prints what a frame costs: `cargo test --release --lib cost_of_a_frame -- --ignored --nocapture`.
#[test]
#[ignore = "a figure for people; a time on a shared machine is no assertion"]
fn cost_of_a_frame() {
    let mut model = demo::model();
    model.ui.selected = 1;
    for (w, h) in [(80, 24), (120, 40), (200, 60)] {
        for screen in ScreenId::ALL {
            model.ui.screen = screen;
            let mut buf = Buffer::empty(Rect::new(0, 0, w, h));
            let area = buf.area;
            let mut costs: Vec<u128> = (0..200)
                .map(|_| {
                    let start = std::time::Instant::now();
                    view::view(&model, area, &mut buf);
                    start.elapsed().as_micros()
                })
                .collect();
            costs.sort_unstable();
            println!("{w}x{h} {:<12} median {:>5} us  p95 {:>5} us", screen.title(), costs[100], costs[190]);
            crate::console::widget::pen::written::take();
        }
    }
}
