use super::*;
use crate::console::demo;
use crate::console::view::view;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

fn line(text: &str, style: Style) -> String {
    let mut buf = Buffer::empty(Rect::new(0, 0, text.chars().count() as u16, 1));
    buf.set_string(0, 0, text, style);
    svg(&buf)
}

#[test]
fn every_glyph_has_its_place() {
    let out = line("a b<", Style::new());
    assert!(out.contains("x=\"0 18 27\""), "{out}");
    assert!(out.contains(">ab&lt;</text>"), "{out}");
}

#[test]
fn braille_blocks_and_boxes_are_geometry() {
    // Dots 1 and 8 of the cell: upper left, lower right.
    let out = line("\u{2881}", Style::new());
    assert!(out.contains("d=\"M2.25 2.25h0M6.75 15.75h0\""), "{out}");
    assert!(!out.contains("<text"));
    let out = line("▄", Style::new());
    assert!(out.contains("d=\"M0 9h9v9h-9z\""), "{out}");
    let out = line("▍", Style::new());
    assert!(out.contains("d=\"M0 0h3.375v18h-3.375z\""), "{out}");
    let out = line("━", Style::new());
    assert!(out.contains("stroke-width=\"3\" d=\"M0 9L9 9\""), "{out}");
}

#[test]
fn reverse_swaps_colours_and_backgrounds_run_together() {
    let style = Style::new().fg(Color::Indexed(196)).bg(Color::Indexed(21)).add_modifier(Modifier::REVERSED);
    let out = line("ab", style);
    assert!(out.contains("<path fill=\"#ff0000\" shape-rendering=\"crispEdges\" d=\"M0 0h18v18h-18z\"/>"), "{out}");
    assert!(out.contains("fill=\"#0000ff\""), "{out}");
}

#[test]
fn the_same_screen_is_the_same_picture_and_all_its_lines_are_geometry() {
    let model = demo::model();
    let area = Rect::new(0, 0, 120, 40);
    let draw = || {
        let mut buf = Buffer::empty(area);
        view(&model, area, &mut buf);
        svg(&buf)
    };
    let out = draw();
    assert_eq!(out, draw());
    let texts: String = out.lines().filter(|l| l.starts_with("<text")).collect();
    let line = texts.chars().find(|c| ('\u{2500}'..='\u{259f}').contains(c) || ('\u{2800}'..='\u{28ff}').contains(c));
    assert_eq!(line, None);
    assert_eq!(out.matches("<text").count(), out.matches("</text>").count());
}
