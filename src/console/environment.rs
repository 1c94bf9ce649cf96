//! What the environment says about the terminal.

use super::symbols::SymbolSet;
use super::theme::ThemeId;

/// No colours when `NO_COLOR` is set to anything (no-color.org).
pub(super) fn theme() -> ThemeId {
    let asked = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    if asked { ThemeId::Mono } else { ThemeId::default() }
}

/// The full set where the locale says UTF-8, except on the console of Linux, whose font holds 512 signs.
pub(super) fn symbols() -> SymbolSet {
    let set = |name| std::env::var(name).ok().filter(|v| !v.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default();
    let utf8 = locale.to_lowercase().replace('-', "").contains("utf8");
    if utf8 && set("TERM").as_deref() != Some("linux") { SymbolSet::Unicode } else { SymbolSet::Ascii }
}
