//! The other face of screen 7: what a Sparkplug host that only listens sees on the broker, and which rules are broken.

use crate::console::model::Model;
use crate::console::symbols::Symbols;
use crate::console::theme::Role;
use crate::console::widget::line::Line;
use crate::console::widget::pen::Pen;
use crate::console::widget::table::{Cell, Column, table};
use crate::console::widget::text::{age, clip, count, wrap};
use crate::sparkplug::host::words::tame;
use crate::sparkplug::host::{EntityView, HostView, Life, NodeView};

const COLUMNS: [Column; 8] = [
    Column::rest("NODE / DEVICE", 26, 0),
    Column::words("STATE", 15, 0),
    Column::numbers("SINCE", 6, 3),
    Column::numbers("SEQ", 3, 2),
    Column::numbers("BDSEQ", 5, 5),
    Column::numbers("METRICS", 7, 1),
    Column::numbers("STALE", 5, 4),
    Column::numbers("BROKEN", 6, 1),
];

/// Draws the screen.
pub(super) fn view(model: &Model, pen: &mut Pen<'_>) {
    let (w, h) = (pen.width(), pen.height());
    let Some(host) = model.host.as_deref() else {
        pen.panel("Host view", "").put(1, 0, "connecting to the broker", Role::Dim);
        return;
    };
    let below = if h >= 12 { (h / 3).clamp(5, 16) } else { 0 };
    let all = rows(host);
    let cursor = model.ui.cursor.host.min(all.len().saturating_sub(1));
    nodes(model, host, &all, cursor, &mut pen.part(0, 0, w, h - below));
    if below > 0 {
        findings(host, all.get(cursor).copied(), &mut pen.part(0, h - below, w, below));
    }
}

/// A row: the node, and the position of its device; none for the node itself.
type Row<'a> = (&'a NodeView, Option<usize>);

fn rows(host: &HostView) -> Vec<Row<'_>> {
    host.nodes
        .iter()
        .flat_map(|n| std::iter::once((n, None)).chain((0..n.devices.len()).map(move |i| (n, Some(i)))))
        .collect()
}

fn nodes(model: &Model, host: &HostView, all: &[Row<'_>], cursor: usize, pen: &mut Pen<'_>) {
    let title = format!("Host view  {} edge nodes, listens only", count(host.nodes.len() as u64));
    let remark = if host.online { "" } else { "no connection to the broker" };
    let mut inside = pen.panel(&title, remark);
    if all.is_empty() {
        inside.put(1, 0, "nothing heard yet; births of edges that were there before are not asked for", Role::Dim);
        return;
    }
    let s = inside.symbols();
    table(&mut inside, &COLUMNS, all.len(), Some(cursor), |i| {
        let (node, device) = all[i];
        let entity = device.map_or(&node.own, |d| &node.devices[d].1);
        let name = device.map_or_else(
            || tame(&format!("{}/{}", node.group, node.node)).into_owned(),
            |d| format!("  {}", tame(&node.devices[d].0)),
        );
        let (state, role) = state(entity, s);
        let of_node = |value: Option<String>| value.filter(|_| device.is_none()).unwrap_or_default();
        let broken = of_node((node.breaches > 0).then(|| count(node.breaches)));
        let row: Vec<Cell<'_>> = vec![
            (name.into(), if device.is_none() { Role::Strong } else { Role::Text }),
            (state.into(), role),
            (age(entity.since, model.snapshot.utc).into(), Role::Dim),
            (of_node(node.seq.map(|n| n.to_string())).into(), Role::Text),
            (of_node(node.bd_seq.map(|n| n.to_string())).into(), Role::Text),
            (count(entity.metrics as u64).into(), Role::Text),
            (count(entity.stale as u64).into(), if entity.stale > 0 { Role::Priority3 } else { Role::Dim }),
            (broken.into(), Role::Priority2),
        ];
        row
    });
}

fn state(entity: &EntityView, s: &Symbols) -> (String, Role) {
    let (sign, role) = match entity.life {
        Life::Online => (s.on, Role::Good),
        Life::Offline => (s.no, Role::Priority2),
        Life::Unheard | Life::Unborn => (s.off, Role::Dim),
    };
    (format!("{sign} {}", entity.life.word()), role)
}

/// The rules broken by the node under the cursor, or by anybody.
fn findings(host: &HostView, row: Option<Row<'_>>, pen: &mut Pen<'_>) {
    let of_node = |f: &&crate::sparkplug::host::Finding| {
        row.is_none_or(|(n, _)| f.place.group == n.group && f.place.node == n.node)
    };
    let shown: Vec<_> = host.findings.iter().filter(of_node).collect();
    let name = row.map_or_else(String::new, |(n, _)| tame(&n.node).into_owned());
    let title = format!("Rules broken  {name}");
    let mut inside = pen.panel(&title, &format!("{} in all", count(host.breaches)));
    let s = inside.symbols();
    let room = usize::from(inside.width().saturating_sub(2));
    let h = inside.height();
    let mut y = 0;
    if let Some((node, _)) = row {
        let mut line = Line::new().value("messages", count(node.messages)).value("births", count(node.own.births));
        if node.held > 0 {
            line = line.state("held back", count(node.held as u64), Role::Priority3);
        }
        if let Some(cause) = &node.cause {
            line = line.value("births needed", clip(&tame(cause), room / 2, s.ellipsis).into_owned());
        }
        line.draw(&mut inside, 1, y);
        y += 1;
    }
    if shown.is_empty() {
        inside.put(1, y, "none", Role::Good);
    }
    for finding in shown {
        let text = format!("{} x  {}", count(finding.count), tame(&finding.to_string()));
        for line in wrap(&text, room, s.ellipsis) {
            if y >= h {
                return;
            }
            inside.put(1, y, &line, Role::Text);
            y += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::console::action::Action;
    use crate::console::demo;
    use crate::console::model::Model;
    use crate::console::ui::ScreenId;
    use crate::console::update::{Cmd, Msg, perform, update};
    use crate::console::view;
    use crate::sparkplug::host::{EntityView, Finding, HostView, Life, NodeView, Place, Rule};
    use crate::time::UtcMillis;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use std::sync::Arc;

    fn text(model: &Model, w: u16, h: u16) -> String {
        let area = Rect::new(0, 0, w, h);
        let mut buf = Buffer::empty(area);
        view::view(model, area, &mut buf);
        (0..h).map(|y| (0..w).map(|x| buf[(x, y)].symbol()).collect::<String>() + "\n").collect()
    }

    fn seen() -> HostView {
        let entity = |life, metrics, stale| EntityView { life, since: demo::NOW, births: 1, metrics, stale };
        let node = NodeView {
            group: "Foreign".into(),
            node: "pump\u{1b}house".into(),
            own: entity(Life::Online, 12, 0),
            seq: Some(117),
            bd_seq: Some(4),
            messages: 999,
            cause: Some("unknown alias 7".into()),
            breaches: 3,
            devices: vec![("pump-1".into(), entity(Life::Offline, 34, 34))],
            ..NodeView::default()
        };
        let finding = Finding {
            rule: Rule::NbirthSeq,
            place: Place { group: "Foreign".into(), node: "pump\u{1b}house".into(), device: None },
            detail: "seq 5".into(),
            count: 3,
            first: UtcMillis(0),
            last: UtcMillis(0),
        };
        HostView { online: true, nodes: vec![node], findings: vec![finding], breaches: 3, ..HostView::default() }
    }

    #[test]
    fn a_key_lets_the_host_look_and_shows_what_it_sees() {
        let mut model = demo::model();
        model.ui.screen = ScreenId::Comms;
        assert_eq!(perform(&mut model, Action::HostToggle), [Cmd::Observe(true)]);
        assert!(text(&model, 120, 40).contains("connecting to the broker"));
        update(&mut model, Msg::Host(Some(Arc::new(seen()))));
        let shown = text(&model, 120, 40);
        for wanted in [
            "1 edge nodes",
            "pump-1",
            "offline",
            "117",
            "unknown alias 7",
            "3 x Foreign/",
            "tck-id-topics-nbirth-seq-num",
        ] {
            assert!(shown.contains(wanted), "{wanted} in\n{shown}");
        }
        assert!(!shown.contains('\u{1b}'), "a name of strangers cannot steer the terminal");
        perform(&mut model, Action::Last);
        assert_eq!(model.ui.cursor.host, 1);
        assert_eq!(perform(&mut model, Action::HostToggle), [Cmd::Observe(false)]);
        assert!(!text(&model, 120, 40).contains("Host view"));
    }

    #[test]
    fn every_size_can_be_drawn() {
        let mut model = demo::model();
        model.ui.screen = ScreenId::Comms;
        model.ui.host = true;
        model.host = Some(Arc::new(seen()));
        for (w, h) in (1..=130).step_by(3).flat_map(|w| (1..=50).step_by(2).map(move |h| (w, h))) {
            text(&model, w, h);
        }
    }
}
