//! An attached terminal against a run that is none, and lines that are none.

use super::remote::{LARGEST, Remote};
use super::wire::{self, Fault, ToRun, ToTerminal};
use crate::console::terminal::{Input, Terminal};
use crossterm::event::{Event, KeyCode, KeyEvent};
use tokio::sync::mpsc;

type Typed = mpsc::Sender<ToRun>;
type Told = mpsc::Receiver<ToTerminal>;

fn remote(size: (u16, u16)) -> (Remote, Typed, Told) {
    let (typed, events) = mpsc::channel(4);
    let (out, told) = mpsc::channel(8);
    (Remote::new(size, events, out).unwrap(), typed, told)
}

/// Draws one word, and gives all that went out.
fn draw(remote: &mut Remote, told: &mut Told, word: &str) -> String {
    remote.draw(|frame| frame.render_widget(word, frame.area())).unwrap();
    let mut text = String::new();
    while let Ok(message) = told.try_recv() {
        let ToTerminal::Frame(frame) = message else { panic!("{message:?}") };
        text += &frame;
    }
    text
}

#[tokio::test]
async fn a_terminal_that_does_not_read_gets_no_further_frame() {
    let (mut remote, _typed, mut told) = remote((80, 24));
    assert!(remote.ready());
    remote.draw(|frame| frame.render_widget("one", frame.area())).unwrap();
    assert!(!remote.ready());
    while remote.bell().is_ok() && told.len() < told.max_capacity() {}
    remote.bell().unwrap();
    assert_eq!(told.len(), told.max_capacity(), "what is said is bounded, too");
    while told.try_recv().is_ok() {}
    assert!(remote.ready());
}

#[tokio::test]
async fn only_what_changed_is_sent_and_all_of_it_after_an_absence() {
    let (mut remote, typed, mut told) = remote((80, 24));
    assert!(draw(&mut remote, &mut told, "closed").contains("closed"));
    assert!(!draw(&mut remote, &mut told, "closer").contains("close"));
    remote.suspend().unwrap();
    assert!(!remote.ready());
    assert!(matches!(told.try_recv(), Ok(ToTerminal::Suspend)));
    typed.send(ToRun::Resumed { columns: 40, rows: 10 }).await.unwrap();
    assert!(matches!(remote.next().await, Ok(Input::Continue)));
    remote.resume().unwrap();
    assert!(remote.ready());
    assert_eq!(remote.size().unwrap(), (40, 10));
    assert!(draw(&mut remote, &mut told, "closer").contains("closer"));
}

#[tokio::test]
async fn a_size_that_no_terminal_has_is_not_drawn() {
    let (mut remote, typed, mut told) = remote((u16::MAX, u16::MAX));
    assert_eq!(remote.size().unwrap(), LARGEST);
    typed.send(ToRun::Events(vec![Event::Resize(0, u16::MAX)])).await.unwrap();
    let Ok(Input::Events(events)) = remote.next().await else { panic!("no events") };
    assert_eq!(events, [Event::Resize(1, LARGEST.1)], "the console is told what is drawn");
    draw(&mut remote, &mut told, "x");
}

#[tokio::test]
async fn lines_have_a_bound_and_an_end() {
    let mut buffer = Vec::new();
    let mut read = &b"one\ntwo\ncut"[..];
    assert_eq!(wire::line(&mut read, 10, &mut buffer).await.unwrap(), Some(&b"one\n"[..]));
    assert_eq!(wire::line(&mut read, 4, &mut buffer).await.unwrap(), Some(&b"two\n"[..]));
    assert_eq!(wire::line(&mut read, 10, &mut buffer).await.unwrap(), None, "a line that was cut is none");
    let mut long = &b"0123456789\n"[..];
    assert!(matches!(wire::line(&mut long, 10, &mut buffer).await, Err(Fault::TooLong(10))));
}

#[tokio::test]
async fn every_event_arrives_as_it_was() {
    let events = vec![
        Event::Key(KeyEvent::from(KeyCode::Char('ö'))),
        Event::Key(KeyEvent::from(KeyCode::F(12))),
        Event::Paste("a\nb\u{1b}\"".to_owned()),
        Event::Resize(3, 4),
        Event::FocusLost,
    ];
    let mut bytes = Vec::new();
    wire::write(&mut bytes, &ToRun::Events(events.clone())).await.unwrap();
    assert_eq!(bytes.iter().position(|b| *b == b'\n'), Some(bytes.len() - 1), "one line");
    match wire::read(&mut &bytes[..], 1000, &mut Vec::new()).await.unwrap() {
        Some(ToRun::Events(arrived)) => assert_eq!(arrived, events),
        other => panic!("{other:?}"),
    }
}

#[test]
fn another_version_is_told_before_its_fields_are_looked_at() {
    assert!(matches!(wire::hello(b"{\"hello\":{\"protocol\":7}}"), Err(Fault::Protocol(Some(7)))));
    assert!(matches!(wire::hello(b"{\"hello\":{\"protocol\":1}}"), Err(Fault::NotUnderstood(_))));
    assert!(matches!(wire::hello(b"{\"hello\":{\"protocol\":\"1\"}}"), Err(Fault::Protocol(None))));
    assert!(matches!(wire::hello(b"[]"), Err(Fault::Protocol(None))));
    assert!(matches!(wire::hello(b"{"), Err(Fault::NotUnderstood(_))));
}
