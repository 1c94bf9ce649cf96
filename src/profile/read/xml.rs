//! Text to a tree of elements, with line numbers and with limits.
//!
//! A document type definition is refused, so no entity but the five of XML and character references can occur; depth,
//! size and attributes an element are limited, so that no file can make the reader work long.

use super::notes::Notes;
use crate::profile::NAMESPACE;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

/// Greatest file: the shipped profile is 30 times smaller.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Deepest element; the schema needs 5.
const MAX_DEPTH: usize = 16;
/// Most attributes of one element; the schema needs 13.
const MAX_ATTRIBUTES: usize = 64;

/// An element with what is inside it.
pub(super) struct Element {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
}

/// The root element; none when the text is so broken that nothing in it can be judged.
pub(super) fn tree(text: &str, notes: &mut Notes) -> Option<Element> {
    if text.len() > MAX_BYTES {
        notes.add(1, "file", format!("is {} bytes long; the greatest is {MAX_BYTES}", text.len()));
        return None;
    }
    Walk { lines: Lines::new(text), open: Vec::new(), root: None, foreign: 0, notes }.run(text)
}

struct Walk<'a> {
    lines: Lines,
    open: Vec<Element>,
    root: Option<Element>,
    /// How many elements are open that are no part of the schema: inside `Extensions`, or of another namespace.
    foreign: usize,
    notes: &'a mut Notes,
}

impl Walk<'_> {
    fn run(mut self, text: &str) -> Option<Element> {
        let mut reader = NsReader::from_str(text);
        loop {
            let line = self.lines.at(reader.buffer_position());
            let (namespace, event) = match reader.read_resolved_event() {
                Ok(read) => read,
                Err(error) => {
                    let line = self.lines.at(reader.error_position()).max(line);
                    return self.fatal(line, "XML", &error.to_string());
                }
            };
            let ours = namespace == ResolveResult::Bound(Namespace(NAMESPACE));
            match event {
                Event::Start(tag) => self.start(&tag, ours, line, false)?,
                Event::Empty(tag) => self.start(&tag, ours, line, true)?,
                Event::End(_) => self.end(),
                Event::Text(content) => self.text(&content.xml10_content(), line)?,
                Event::CData(content) => self.text(&content.xml10_content(), line)?,
                Event::GeneralRef(reference) => self.reference(&reference, line)?,
                Event::DocType(_) => {
                    return self.fatal(line, "DOCTYPE", "a document type definition is not allowed; remove it");
                }
                Event::Decl(declaration) => {
                    if let Some(Ok(encoding)) = declaration.encoding()
                        && !encoding.eq_ignore_ascii_case("utf-8")
                    {
                        self.notes.add(line, "XML", format!("encoding {encoding} is not supported; use UTF-8"));
                    }
                }
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        if let Some(unclosed) = self.open.first() {
            let (line, name) = (unclosed.line, unclosed.name.clone());
            return self.fatal(line, &name, "the element is not closed");
        }
        if self.root.is_none() {
            return self.fatal(1, "file", "holds no element; the root is Profile");
        }
        self.root
    }

    fn fatal<T>(&mut self, line: usize, name: &str, reason: &str) -> Option<T> {
        self.notes.add(line, name, reason.to_owned());
        None
    }

    /// None stops the walk.
    fn start(&mut self, tag: &BytesStart<'_>, ours: bool, line: usize, empty: bool) -> Option<()> {
        let name = tag.local_name().as_ref().to_owned();
        if self.open.len() + self.foreign >= MAX_DEPTH {
            return self.fatal(line, &name, "elements are nested deeper than any profile needs");
        }
        let inside_extensions = self.open.last().is_some_and(|e| e.name == "Extensions");
        if self.foreign > 0 || inside_extensions {
            self.foreign += usize::from(!empty);
            return Some(());
        }
        if self.open.is_empty() {
            if self.root.is_some() {
                return self.fatal(line, &name, "a second root element; the file holds one Profile");
            }
            if !ours || name != "Profile" {
                let reason = format!("the root must be Profile in the namespace {NAMESPACE}");
                return self.fatal(line, &name, &reason);
            }
        } else if !ours {
            self.notes.add(line, &name, format!("wrong namespace; only Extensions may hold others than {NAMESPACE}"));
            self.foreign += usize::from(!empty);
            return Some(());
        }
        let attributes = self.attributes(tag, &name, line)?;
        let element = Element { name, line, attributes, children: Vec::new(), text: String::new() };
        self.open.push(element);
        if empty {
            self.end();
        }
        Some(())
    }

    fn attributes(&mut self, tag: &BytesStart<'_>, name: &str, line: usize) -> Option<Vec<(String, String)>> {
        let mut attributes = Vec::new();
        for (n, attribute) in tag.attributes().enumerate() {
            if n == MAX_ATTRIBUTES {
                return self.fatal(line, name, "more attributes than any element has");
            }
            match attribute {
                Err(error) => self.notes.add(line, name, error.to_string()),
                Ok(attribute) => {
                    let key = attribute.key.as_ref();
                    // Declarations of namespaces and hints for schema validators are not content.
                    if key == "xmlns" || key.starts_with("xmlns:") || key.starts_with("xsi:") {
                        continue;
                    }
                    match attribute.normalized_value(XmlVersion::Implicit1_0) {
                        Ok(value) => attributes.push((key.to_owned(), value.into_owned())),
                        Err(error) => self.notes.add(line, name, format!("attribute {key}: {error}")),
                    }
                }
            }
        }
        Some(attributes)
    }

    fn end(&mut self) {
        if self.foreign > 0 {
            self.foreign -= 1;
        } else if let Some(done) = self.open.pop() {
            match self.open.last_mut() {
                Some(parent) => parent.children.push(done),
                None => self.root = Some(done),
            }
        }
    }

    fn text(&mut self, content: &str, line: usize) -> Option<()> {
        match self.open.last_mut() {
            _ if self.foreign > 0 => Some(()),
            Some(element) => {
                element.text.push_str(content);
                Some(())
            }
            None if content.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() => Some(()),
            None => self.fatal(line, "XML", "text outside the root element"),
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>, line: usize) -> Option<()> {
        let resolved = match reference.resolve_char_ref() {
            Ok(Some(character)) => Some(character.to_string()),
            Ok(None) => quick_xml::escape::resolve_predefined_entity(reference).map(str::to_owned),
            Err(_) => None,
        };
        if let Some(text) = resolved {
            return self.text(&text, line);
        }
        let name: &str = reference;
        self.notes.add(line, "XML", format!("entity &{name}; is not known; a profile defines none"));
        Some(())
    }
}

/// Byte offsets to line numbers.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(offset, _)| offset).collect())
    }

    /// The line, from 1, on which this byte stands.
    fn at(&self, offset: u64) -> usize {
        self.0.partition_point(|newline| (*newline as u64) < offset) + 1
    }
}
