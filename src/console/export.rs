//! A screen as a picture: SVG that looks the same whatever fonts the viewer has.
//!
//! Text is set glyph by glyph at exact positions. Signs that have to meet their neighbours are no text at all: braille
//! becomes dots, blocks become rectangles, box lines become strokes. The same buffer gives the same bytes.

mod boxes;
mod colour;
mod shapes;

use colour::Ink;
use ratatui::buffer::Buffer;
use ratatui::style::Modifier;
use ratatui::text::Span;
use shapes::Shape;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Width of a cell in SVG units.
const CELL_WIDTH: f32 = 9.0;
/// Height of a cell.
const CELL_HEIGHT: f32 = 18.0;
/// Size of the letters: their advance in most fonts is six tenths of it.
const FONT_SIZE: u16 = 15;
/// Where the letters stand, from the top of the cell.
const BASELINE: f32 = 13.5;

/// The buffer as SVG.
#[must_use]
pub fn svg(buf: &Buffer) -> String {
    let mut picture = Picture::default();
    for y in 0..buf.area.height {
        picture.row(buf, y);
    }
    picture.finish(f32::from(buf.area.width) * CELL_WIDTH, f32::from(buf.area.height) * CELL_HEIGHT)
}

/// What has been collected, by the colour it is drawn in; the maps are sorted, so that the order never changes.
#[derive(Default)]
struct Picture {
    /// Rectangles behind the text.
    backs: BTreeMap<String, String>,
    /// Filled parts of signs.
    fills: BTreeMap<String, String>,
    /// Strokes of box lines: colour and tenths of the stroke width.
    strokes: BTreeMap<(String, u16), String>,
    /// Dots of braille.
    dots: BTreeMap<String, String>,
    /// Runs of text in reading order.
    texts: String,
}

impl Picture {
    fn row(&mut self, buf: &Buffer, y: u16) {
        let top = f32::from(y) * CELL_HEIGHT;
        let mut back = Back::default();
        let mut run = Run::default();
        let mut x = 0;
        while x < buf.area.width {
            let cell = &buf[(buf.area.x + x, buf.area.y + y)];
            let ink = Ink::of(cell);
            let cells = Span::raw(cell.symbol()).width().max(1) as u16;
            let left = f32::from(x) * CELL_WIDTH;
            let width = f32::from(cells) * CELL_WIDTH;
            self.back(&mut back, &ink, left, top, width);
            match shapes::of(cell.symbol()) {
                Some(shapes) => {
                    for shape in shapes {
                        self.shape(&shape, &ink, left, top);
                    }
                }
                None if cell.symbol().trim().is_empty() && !ink.modifiers.contains(Modifier::UNDERLINED) => {}
                None => {
                    if !run.takes(&ink) {
                        self.text(std::mem::take(&mut run), top);
                        run.ink = Some(ink);
                    }
                    run.glyphs.push_str(cell.symbol());
                    // SVG counts positions by UTF-16 units; with one for each, a viewer never finds its own.
                    run.places.extend(cell.symbol().encode_utf16().map(|_| left));
                }
            }
            x += cells;
        }
        self.text(run, top);
        self.flush(back, top);
    }

    fn back(&mut self, back: &mut Back, ink: &Ink, left: f32, top: f32, width: f32) {
        if back.colour.as_deref() == Some(&ink.back) {
            back.width += width;
            return;
        }
        let before = std::mem::replace(back, Back { colour: Some(ink.back.clone()), left, width });
        self.flush(before, top);
    }

    fn flush(&mut self, back: Back, top: f32) {
        let Some(colour) = back.colour.filter(|c| c != colour::PAPER) else { return };
        rectangle(self.backs.entry(colour).or_default(), back.left, top, back.width, CELL_HEIGHT);
    }

    fn shape(&mut self, shape: &Shape, ink: &Ink, left: f32, top: f32) {
        let at = |x: f32, y: f32| (left + x * CELL_WIDTH, top + y * CELL_HEIGHT);
        match *shape {
            Shape::Fill(x, y, w, h) => {
                let (x, y) = at(x, y);
                rectangle(self.fills.entry(ink.fore.clone()).or_default(), x, y, w * CELL_WIDTH, h * CELL_HEIGHT);
            }
            Shape::Shade(share) => {
                let colour = ink.mixed(share);
                rectangle(self.fills.entry(colour).or_default(), left, top, CELL_WIDTH, CELL_HEIGHT);
            }
            Shape::Dot(x, y) => {
                let (x, y) = at(x, y);
                write(self.dots.entry(ink.fore.clone()).or_default(), &format!("M{} {}h0", number(x), number(y)));
            }
            Shape::Line { from, to, tenths } => {
                let ((x, y), (u, v)) = (at(from.0, from.1), at(to.0, to.1));
                let path = self.strokes.entry((ink.fore.clone(), tenths)).or_default();
                write(path, &format!("M{} {}L{} {}", number(x), number(y), number(u), number(v)));
            }
        }
    }

    fn text(&mut self, run: Run, top: f32) {
        let Some(ink) = run.ink.filter(|_| !run.glyphs.is_empty()) else { return };
        let places: Vec<String> = run.places.iter().map(|x| number(*x)).collect();
        let mut style = String::new();
        for (modifier, attribute) in [
            (Modifier::BOLD, " font-weight=\"bold\""),
            (Modifier::ITALIC, " font-style=\"italic\""),
            (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        ] {
            if ink.modifiers.contains(modifier) {
                style.push_str(attribute);
            }
        }
        let line = format!(
            "<text y=\"{}\" x=\"{}\" fill=\"{}\"{style}>{}</text>\n",
            number(top + BASELINE),
            places.join(" "),
            ink.fore,
            escaped(&run.glyphs)
        );
        self.texts.push_str(&line);
    }

    fn finish(self, width: f32, height: f32) -> String {
        let (w, h) = (number(width), number(height));
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
             font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"{FONT_SIZE}\" \
             xml:space=\"preserve\">\n<rect width=\"{w}\" height=\"{h}\" fill=\"{}\"/>\n",
            colour::PAPER
        );
        for (colour, path) in self.backs.iter().chain(&self.fills) {
            write(&mut out, &format!("<path fill=\"{colour}\" shape-rendering=\"crispEdges\" d=\"{path}\"/>\n"));
        }
        for ((colour, tenths), path) in &self.strokes {
            let width = number(f32::from(*tenths) / 10.0);
            write(&mut out, &format!("<path stroke=\"{colour}\" stroke-width=\"{width}\" d=\"{path}\"/>\n"));
        }
        for (colour, path) in &self.dots {
            // A line of no length with round ends is a circle, and an eighth of its bytes.
            let head = format!("<path stroke=\"{colour}\" stroke-width=\"2.6\" stroke-linecap=\"round\"");
            write(&mut out, &format!("{head} d=\"{path}\"/>\n"));
        }
        out.push_str(&self.texts);
        out.push_str("</svg>\n");
        out
    }
}

/// A run of cells with one background.
#[derive(Default)]
struct Back {
    colour: Option<String>,
    left: f32,
    width: f32,
}

/// A run of glyphs in one style.
#[derive(Default)]
struct Run {
    ink: Option<Ink>,
    glyphs: String,
    places: Vec<f32>,
}

impl Run {
    fn takes(&self, ink: &Ink) -> bool {
        self.ink.as_ref().is_some_and(|own| own.fore == ink.fore && own.modifiers == ink.modifiers)
    }
}

fn rectangle(path: &mut String, x: f32, y: f32, w: f32, h: f32) {
    write(path, &format!("M{} {}h{}v{}h-{}z", number(x), number(y), number(w), number(h), number(w)));
}

fn write(out: &mut String, text: &str) {
    out.write_str(text).expect("a string takes all");
}

/// A number without needless digits; three decimals are finer than any screen.
fn number(x: f32) -> String {
    let text = format!("{x:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests;
