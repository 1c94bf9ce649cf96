//! Paths to objects, instances and resources: `/object/instance/resource`.

use std::fmt;
use std::str::FromStr;

/// A path of one to three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    /// Object id.
    pub object: u16,
    /// Object instance id.
    pub instance: Option<u16>,
    /// Resource id; only with an instance.
    pub resource: Option<u16>,
}

impl Path {
    /// The path of a resource of instance 0.
    #[must_use]
    pub const fn resource(object: u16, resource: u16) -> Self {
        Self { object, instance: Some(0), resource: Some(resource) }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", self.object)?;
        for id in [self.instance, self.resource].into_iter().flatten() {
            write!(f, "/{id}")?;
        }
        Ok(())
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
        let mut ids = text.strip_prefix('/').unwrap_or(text).split('/').map(|part| {
            // OMA TS LightweightM2M Core 7.1: identifiers are decimal, without leading zeros; 65535 is reserved.
            let plain = part == "0" || (!part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit()));
            part.parse::<u16>().ok().filter(|id| plain && *id != u16::MAX).ok_or_else(bad)
        });
        let object = ids.next().ok_or_else(bad)??;
        let instance = ids.next().transpose()?;
        let resource = ids.next().transpose()?;
        if ids.next().is_some() { Err(bad()) } else { Ok(Self { object, instance, resource }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_written() {
        for text in ["/3", "/3/0", "/9/0/31", "/65534/65534/65534"] {
            assert_eq!(text.parse::<Path>().unwrap().to_string(), text);
        }
        assert_eq!("3/0/1".parse(), Ok(Path::resource(3, 1)));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", "/", "//", "/03", "/3/", "/3/0/1/2", "/65535", "/-1", "/+1", "/3/x", "/3/ 0"] {
            assert!(text.parse::<Path>().is_err(), "{text:?}");
        }
    }
}
