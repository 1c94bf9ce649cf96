//! What may stand in a topic as group, edge node, device or host id.

/// Why a text is no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing there.
    #[error("the {what} id is empty")]
    Empty {
        /// Which id.
        what: &'static str,
    },
    /// A character that MQTT or Sparkplug reserves.
    #[error("the {what} id {id:?} contains {found:?}; +, /, # and control characters are not allowed in a topic level")]
    Reserved {
        /// Which id.
        what: &'static str,
        /// The id.
        id: String,
        /// The character.
        found: char,
    },
    /// `STATE` stands at the place of a group id in host topics.
    #[error("STATE cannot be a group id: host application topics use it at that place")]
    StateGroup,
}

/// Checks one id. `tck-id-intro-group-id-chars` and its siblings for the other ids.
///
/// # Errors
/// When the id is empty, contains a reserved character, or is a group called `STATE`.
pub fn check(what: &'static str, id: &str) -> Result<(), IdError> {
    if id.is_empty() {
        return Err(IdError::Empty { what });
    }
    if let Some(found) = id.chars().find(|c| matches!(c, '+' | '/' | '#') || c.is_control()) {
        return Err(IdError::Reserved { what, id: id.to_owned(), found });
    }
    if what == "group" && id == "STATE" {
        return Err(IdError::StateGroup);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tck_id_intro_group_id_chars() {
        for bad in ["", "a+b", "a/b", "#", "a\u{0}b", "a\nb"] {
            assert!(check("group", bad).is_err(), "{bad:?}");
        }
        assert_eq!(check("group", "STATE"), Err(IdError::StateGroup));
        for good in ["IIoT", "Halle 3", "Ünterverteilung", "MDB-A", "a.b"] {
            assert_eq!(check("group", good), Ok(()), "{good:?}");
        }
    }

    #[test]
    fn an_error_says_what_and_why() {
        let text = check("device", "a/b").unwrap_err().to_string();
        assert!(text.contains("device") && text.contains("\"a/b\"") && text.contains("'/'"), "{text}");
    }
}
