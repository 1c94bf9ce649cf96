//! `application/link-format` (40, RFC 6690): objects of a registration, answers to Discover.

use super::{CodecError, Format};
use crate::lwm2m::path::Path;

/// What a link points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// `</>`: the client itself; its attributes speak of all below.
    Root,
    /// A path.
    Path(Path),
}

/// A link with its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where to.
    pub target: Target,
    /// Names with their values, quotes taken off; a name may stand alone.
    pub attributes: Vec<(String, Option<String>)>,
}

impl Link {
    /// A link without attributes.
    #[must_use]
    pub fn to(path: Path) -> Self {
        Self { target: Target::Path(path), attributes: Vec::new() }
    }

    /// With one attribute more.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over errors, numbers and sentences alike")]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.attributes.push((name.to_owned(), Some(value.to_string())));
        self
    }

    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name)?.1.as_deref()
    }
}

/// Writes links. Values are quoted unless they are numbers, as OMA writes them.
#[must_use]
pub fn encode(links: &[Link]) -> String {
    let mut out = String::new();
    for (n, link) in links.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        match link.target {
            Target::Root => out.push_str("</>"),
            Target::Path(path) => out.push_str(&format!("<{path}>")),
        }
        for (name, value) in &link.attributes {
            out.push(';');
            out.push_str(name);
            if let Some(value) = value {
                let bare = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
                if bare {
                    out.push_str(&format!("={value}"));
                } else {
                    out.push_str(&format!("=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")));
                }
            }
        }
    }
    out
}

/// Reads links; a link to somewhere that is no path is passed over, because a client may list other things too.
///
/// # Errors
/// When the text is no link format.
pub fn decode(bytes: &[u8]) -> Result<Vec<Link>, CodecError> {
    let bad = |detail: &str| CodecError::malformed(Format::Links, detail);
    let mut rest = std::str::from_utf8(bytes).map_err(|_| bad("the payload is no UTF-8 text"))?;
    let mut links = Vec::new();
    if rest.trim().is_empty() {
        return Ok(links);
    }
    loop {
        rest = rest.trim_start().strip_prefix('<').ok_or_else(|| bad("a link starts with <"))?;
        let (uri, after) = rest.split_once('>').ok_or_else(|| bad("a link ends with >"))?;
        rest = after;
        let mut attributes = Vec::new();
        while let Some(after) = rest.trim_start().strip_prefix(';') {
            let after = after.trim_start();
            let end = after.find(['=', ';', ',']).unwrap_or(after.len());
            let name = after[..end].trim();
            if name.is_empty() {
                return Err(bad("an attribute without a name"));
            }
            rest = &after[end..];
            let value = match rest.strip_prefix('=') {
                None => None,
                Some(after) => {
                    let (value, after) = value(after).ok_or_else(|| bad("a quoted value without an end"))?;
                    rest = after;
                    Some(value)
                }
            };
            attributes.push((name.to_owned(), value));
        }
        let target = if uri == "/" { Some(Target::Root) } else { uri.parse().ok().map(Target::Path) };
        if let Some(target) = target {
            links.push(Link { target, attributes });
        }
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(links);
        }
        rest = rest.strip_prefix(',').ok_or_else(|| bad("a comma stands between links"))?;
    }
}

/// A value, quoted or not, and what follows it.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        return Some((text[..end].trim().to_owned(), &text[end..]));
    };
    let mut out = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, &quoted[at + 1..])),
            '\\' => out.push(chars.next()?.1),
            c => out.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registration_example_of_oma_reads_and_writes() {
        // OMA TS LightweightM2M Core 1.1, 6.2.1.
        let text = "</>;rt=\"oma.lwm2m\";ct=110,</1/0>,</1/1>,</3>;ver=1.1,</3/0>";
        let links = decode(text.as_bytes()).unwrap();
        assert_eq!(links.len(), 5);
        assert_eq!(links[0].target, Target::Root);
        assert_eq!(links[0].attribute("rt"), Some("oma.lwm2m"));
        assert_eq!(links[3].attribute("ver"), Some("1.1"));
        assert_eq!(encode(&links), text);
    }

    #[test]
    fn commas_in_quotes_belong_to_the_value() {
        let links = decode(b"</3>;title=\"a, \\\"b\\\"; <c>\";obs, <http://x/y>;ct=\"1 2\",</4/0>").unwrap();
        assert_eq!(links.len(), 2);
        assert_eq!(links[0].attribute("title"), Some("a, \"b\"; <c>"));
        assert_eq!(links[0].attributes[1], ("obs".to_owned(), None));
    }

    #[test]
    fn what_is_no_link_format_is_refused() {
        for text in ["3/0", "</3", "</3>;", "</3>;=1", "</3>;a=\"b", "</3> </4>", "</3>,"] {
            assert!(decode(text.as_bytes()).is_err(), "{text}");
        }
    }
}
