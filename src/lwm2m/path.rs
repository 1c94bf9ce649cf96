//! Paths to objects, instances, resources and resource instances: `/object/instance/resource/item`.

use super::number;
use std::fmt;
use std::str::FromStr;

/// A path of one to four numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    /// Object id.
    pub object: u16,
    /// Object instance id.
    pub instance: Option<u16>,
    /// Resource id; only with an instance.
    pub resource: Option<u16>,
    /// Resource instance id; only with a resource.
    pub item: Option<u16>,
}

impl Path {
    /// The path of an object.
    #[must_use]
    pub const fn object(object: u16) -> Self {
        Self { object, instance: None, resource: None, item: None }
    }

    /// The path of a resource of instance 0.
    #[must_use]
    pub const fn resource(object: u16, resource: u16) -> Self {
        Self { object, instance: Some(0), resource: Some(resource), item: None }
    }

    /// The path one level below; the path itself when there is none.
    #[must_use]
    pub const fn child(mut self, id: u16) -> Self {
        if self.instance.is_none() {
            self.instance = Some(id);
        } else if self.resource.is_none() {
            self.resource = Some(id);
        } else if self.item.is_none() {
            self.item = Some(id);
        }
        self
    }

    /// The path one level above; none above an object.
    #[must_use]
    pub const fn parent(mut self) -> Option<Self> {
        if self.item.is_some() {
            self.item = None;
        } else if self.resource.is_some() {
            self.resource = None;
        } else if self.instance.is_some() {
            self.instance = None;
        } else {
            return None;
        }
        Some(self)
    }

    /// The path without a resource instance.
    #[must_use]
    pub const fn without_item(mut self) -> Self {
        self.item = None;
        self
    }

    /// How many numbers it has, 1 to 4.
    #[must_use]
    pub const fn depth(self) -> usize {
        1 + self.instance.is_some() as usize + self.resource.is_some() as usize + self.item.is_some() as usize
    }

    /// Its numbers, from the object down.
    pub fn ids(self) -> impl Iterator<Item = u16> {
        std::iter::once(self.object).chain([self.instance, self.resource, self.item].into_iter().flatten())
    }

    /// From one to four numbers; none otherwise, and for the reserved number 65535.
    #[must_use]
    pub fn of(ids: &[u16]) -> Option<Self> {
        let (object, rest) = ids.split_first()?;
        if rest.len() > 3 || ids.contains(&u16::MAX) {
            return None;
        }
        Some(rest.iter().fold(Self::object(*object), |path, id| path.child(*id)))
    }

    /// Writes it as text, for those who write hundreds of thousands a second.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        for id in self.ids() {
            out.push(b'/');
            number::write_integer(out, i64::from(id));
        }
    }

    /// Whether the other path is this one or below it.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        let level = |mine: Option<u16>, its: Option<u16>| mine.is_none() || mine == its;
        self.object == other.object
            && level(self.instance, other.instance)
            && level(self.resource, other.resource)
            && level(self.item, other.item)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ids().try_for_each(|id| write!(f, "/{id}"))
    }
}

/// A text that is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no path: write /object, /object/instance or /object/instance/resource with numbers up to 65534")]
pub struct PathError(String);

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let bad = || PathError(text.chars().take(80).collect());
        let mut ids = Vec::with_capacity(4);
        for part in text.strip_prefix('/').unwrap_or(text).split('/') {
            // OMA TS LightweightM2M Core 7.1: identifiers are decimal, without leading zeros; 65535 is reserved.
            let plain = part == "0" || (!part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit()));
            ids.push(part.parse::<u16>().ok().filter(|_| plain && ids.len() < 4).ok_or_else(bad)?);
        }
        Self::of(&ids).ok_or_else(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_written() {
        for text in ["/3", "/3/0", "/9/0/31", "/65534/65534/65534", "/3/0/7/1"] {
            assert_eq!(text.parse::<Path>().unwrap().to_string(), text);
        }
        assert_eq!("3/0/1".parse(), Ok(Path::resource(3, 1)));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", "/", "//", "/03", "/3/", "/3/0/1/2/3", "/65535", "/-1", "/+1", "/3/x", "/3/ 0"] {
            assert!(text.parse::<Path>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_path_covers_itself_and_what_is_below() {
        let path = |text: &str| text.parse::<Path>().unwrap();
        assert!(path("/3").covers(path("/3/0/1")));
        assert!(path("/3/0/1").covers(path("/3/0/1")));
        assert!(!path("/3/0/1").covers(path("/3/0")));
        assert!(!path("/3/1").covers(path("/3/0/1")));
        assert_eq!(path("/3/0/1").parent(), Some(path("/3/0")));
        assert_eq!(path("/3").parent(), None);
    }
}
