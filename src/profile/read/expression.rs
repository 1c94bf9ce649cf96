//! The text of a condition to a [`Condition`].
//!
//! ```text
//! any     = all { "OR" all }
//! all     = term { "AND" term }
//! term    = "(" any ")" | operand comparison operand
//! operand = id of a parameter | number | true | false | 'text' | name of an item of the other side's enumeration
//! ```

use super::parameters::Declared;
use crate::profile::{Comparison, Condition, Enumeration, Operand, Value, ValueKind, unit};

/// Deepest nesting of parentheses.
const MAX_DEPTH: usize = 16;
/// Most comparisons in one condition; a bound on the depth of the tree.
const MAX_TERMS: usize = 64;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Number(f64),
    Compare(Comparison),
    Open,
    Close,
}

pub(super) fn parse(text: &str, declared: &Declared) -> Result<Condition, String> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err("the condition is empty".to_owned());
    }
    if tokens.iter().filter(|t| matches!(t, Token::Compare(_))).count() > MAX_TERMS {
        return Err(format!("more than {MAX_TERMS} comparisons"));
    }
    let mut parser = Parser { tokens, at: 0, depth: 0, declared };
    let condition = parser.any()?;
    match parser.peek() {
        None => Ok(condition),
        Some(token) => Err(format!("{} is not expected here; AND or OR is", shown(Some(token)))),
    }
}

fn shown(token: Option<&Token>) -> String {
    match token {
        None => "the end".to_owned(),
        Some(Token::Word(word)) => format!("'{word}'"),
        Some(Token::Text(text)) => format!("the text '{text}'"),
        Some(Token::Number(number)) => format!("{number}"),
        Some(Token::Compare(comparison)) => format!("'{}'", comparison.symbol()),
        Some(Token::Open) => "'('".to_owned(),
        Some(Token::Close) => "')'".to_owned(),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first == '(' || first == ')' {
            tokens.push(if first == '(' { Token::Open } else { Token::Close });
            1
        } else if first == '\'' {
            let end = rest[1..].find('\'').ok_or_else(|| format!("the text {rest} is not closed"))?;
            tokens.push(Token::Text(rest[1..=end].to_owned()));
            end + 2
        } else if let Some((symbol, comparison)) = Comparison::SYMBOLS.iter().find(|(s, _)| rest.starts_with(s)) {
            tokens.push(Token::Compare(*comparison));
            symbol.len()
        } else if first.is_ascii_digit() || first == '-' || first == '.' {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(rest.len());
            let number: f64 = rest[..end].parse().map_err(|_| format!("'{}' is no number", &rest[..end]))?;
            if !number.is_finite() {
                return Err(format!("'{}' is not a finite number", &rest[..end]));
            }
            tokens.push(Token::Number(number));
            end
        } else if first.is_ascii_alphabetic() {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..end].to_owned()));
            end
        } else {
            return Err(format!("{first:?} is not expected in a condition"));
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    declared: &'a Declared,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let there = matches!(self.peek(), Some(Token::Word(w)) if w == word);
        self.at += usize::from(there);
        there
    }

    fn any(&mut self) -> Result<Condition, String> {
        let mut left = self.all()?;
        while self.takes_word("OR") {
            left = Condition::Or(Box::new(left), Box::new(self.all()?));
        }
        Ok(left)
    }

    fn all(&mut self) -> Result<Condition, String> {
        let mut left = self.term()?;
        while self.takes_word("AND") {
            left = Condition::And(Box::new(left), Box::new(self.term()?));
        }
        Ok(left)
    }

    fn term(&mut self) -> Result<Condition, String> {
        if self.peek() == Some(&Token::Open) {
            self.at += 1;
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err("parentheses are nested too deep".to_owned());
            }
            let inside = self.any()?;
            self.depth -= 1;
            return match self.next() {
                Some(Token::Close) => Ok(inside),
                other => Err(format!("')' is missing before {}", shown(other.as_ref()))),
            };
        }
        let left = self.next();
        let comparison = match self.next() {
            Some(Token::Compare(comparison)) => comparison,
            other => {
                return Err(format!("a comparison such as > is missing before {}", shown(other.as_ref())));
            }
        };
        let right = self.next();
        self.comparison(left, comparison, right)
    }

    fn comparison(&self, left: Option<Token>, with: Comparison, right: Option<Token>) -> Result<Condition, String> {
        let listed = [&left, &right].into_iter().find_map(|token| self.enumeration(token.as_ref()));
        let sides = (self.operand(left, listed)?, self.operand(right, listed)?);
        if let (Operand::Constant(_), Operand::Constant(_)) = sides {
            return Err("compares two constants; one side must be a parameter".to_owned());
        }
        if self.sound(&sides.0) && self.sound(&sides.1) {
            self.check(&sides.0, with, &sides.1)?;
        }
        Ok(Condition::Compare(sides.0, with, sides.1))
    }

    /// Whether the definition of the operand could be read; its own fault is enough otherwise.
    fn sound(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Parameter(ix) => {
                self.declared.sound[ix.0] && unit::find(&self.declared.parameters[ix.0].unit).is_some()
            }
            Operand::Constant(_) => true,
        }
    }

    fn check(&self, left: &Operand, with: Comparison, right: &Operand) -> Result<(), String> {
        let kinds = (self.kind(left), self.kind(right));
        if kinds.0 != kinds.1 && !(kinds.0.is_number() && kinds.1.is_number()) {
            return Err(format!("compares {} with {}", kinds.0.word(), kinds.1.word()));
        }
        if matches!(kinds.0, ValueKind::Time | ValueKind::ObjectLink) {
            return Err(format!("a {} cannot be compared", kinds.0.word()));
        }
        if !kinds.0.is_number() && !matches!(with, Comparison::Equal | Comparison::NotEqual) {
            return Err(format!("{} can be compared only with == and !=", kinds.0.word()));
        }
        if let (Operand::Parameter(a), Operand::Parameter(b)) = (left, right) {
            let (a, b) = (&self.declared.parameters[a.0], &self.declared.parameters[b.0]);
            if a.unit != b.unit {
                return Err(format!("'{}' is in '{}' and '{}' in '{}'", a.id, a.unit, b.id, b.unit));
            }
        }
        Ok(())
    }

    fn enumeration(&self, token: Option<&Token>) -> Option<&Enumeration> {
        let Some(Token::Word(word)) = token else { return None };
        let (_, parameter) = self.declared.find(word)?;
        self.declared.enumeration_of(parameter)
    }

    fn kind(&self, operand: &Operand) -> ValueKind {
        match operand {
            Operand::Parameter(ix) => self.declared.parameters[ix.0].kind,
            Operand::Constant(value) => value.kind(),
        }
    }

    fn operand(&self, token: Option<Token>, listed: Option<&Enumeration>) -> Result<Operand, String> {
        let value = match token {
            Some(Token::Number(number)) if number.fract() == 0.0 && number.abs() < 9e15 => Value::Int(number as i64),
            Some(Token::Number(number)) => Value::Float(number),
            Some(Token::Text(text)) => Value::Text(text.into()),
            Some(Token::Word(word)) => match word.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => {
                    if let Some((ix, _)) = self.declared.find(&word) {
                        return Ok(Operand::Parameter(ix));
                    }
                    let Some(list) = listed else { return Err(format!("'{word}' names no parameter")) };
                    let Some(number) = list.number(&word) else {
                        return Err(format!("'{word}' names no parameter, nor is it one of {}", list.names()));
                    };
                    Value::Int(number)
                }
            },
            other => return Err(format!("a value is missing before {}", shown(other.as_ref()))),
        };
        Ok(Operand::Constant(value))
    }
}
