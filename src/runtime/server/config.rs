//! How the HTTP side is set up.

use std::fmt;
use std::net::SocketAddr;

/// How the HTTP side is set up.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Somebody chose the address: then it has to be had.
    pub chosen: bool,
    /// What callers have to show; none lets everybody in who can connect.
    pub token: Option<Token>,
    /// Further names under which the server is reached.
    pub hosts: Vec<String>,
}

/// A secret that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Token {
    /// The shortest that is taken.
    pub const SHORTEST: usize = 16;

    /// A token from text; white space around it does not count.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it, without repeating it.
    pub fn new(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.len() < Self::SHORTEST {
            return Err(format!("a token has {} characters at least", Self::SHORTEST));
        }
        // RFC 6750, section 2.1: what may stand behind "Bearer".
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b)) {
            return Err("a token has only letters, digits and - . _ ~ + / =".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_enough_plain_and_never_printed() {
        let token = Token::new(" 0123456789abcdef\n").unwrap();
        assert_eq!(token.text(), "0123456789abcdef");
        assert!(!format!("{token:?}").contains("0123"));
        for bad in ["", "short", "0123456789abcde", "0123456789abcd ef", "0123456789abcdéf"] {
            assert!(Token::new(bad).is_err(), "{bad:?}");
        }
    }
}
