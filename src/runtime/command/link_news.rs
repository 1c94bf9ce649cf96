//! What is new about the links, for a log: nobody looks at a screen.

use crate::runtime::link::view::{LinkState, LinkView};
use std::sync::Arc;
use tokio::sync::watch;

/// What was said last of each link.
#[derive(Debug, Default)]
pub(super) struct LinkNews {
    said: Vec<Option<(LinkState, Arc<str>)>>,
}

/// A link that stands differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct News {
    pub(super) name: Arc<str>,
    pub(super) state: &'static str,
    pub(super) broker: Arc<str>,
    pub(super) reason: Arc<str>,
}

impl LinkNews {
    /// What has changed since the last call. Attempts to connect are no news.
    pub(super) fn take(&mut self, links: &[watch::Receiver<LinkView>]) -> Vec<News> {
        self.said.resize(links.len(), None);
        links.iter().zip(&mut self.said).filter_map(|(link, said)| Self::of(&link.borrow(), said)).collect()
    }

    fn of(view: &LinkView, said: &mut Option<(LinkState, Arc<str>)>) -> Option<News> {
        let state = match view.state {
            LinkState::Online => "online",
            LinkState::Waiting => "waiting",
            LinkState::Offline => "offline",
            LinkState::Off | LinkState::Connecting | LinkState::Stopping => return None,
        };
        // A link that was never on has nothing to say before the first attempt has failed.
        if view.state == LinkState::Offline && view.reason.is_empty() {
            return None;
        }
        let now = (view.state, Arc::clone(&view.reason));
        if said.as_ref() == Some(&now) {
            return None;
        }
        *said = Some(now);
        let (name, broker, reason) = (&view.name, &view.broker, &view.reason);
        Some(News { name: Arc::clone(name), state, broker: Arc::clone(broker), reason: Arc::clone(reason) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_is_said_once() {
        let (show, link) = watch::channel(LinkView::default());
        let links = [link];
        let mut news = LinkNews::default();
        let mut states = Vec::new();
        for (state, reason) in [
            (LinkState::Connecting, ""),
            (LinkState::Offline, ""),
            (LinkState::Offline, "nothing listens there"),
            (LinkState::Connecting, "nothing listens there"),
            (LinkState::Offline, "nothing listens there"),
            (LinkState::Online, ""),
            (LinkState::Online, ""),
            (LinkState::Offline, "closed"),
        ] {
            show.send_replace(LinkView { state, reason: reason.into(), ..LinkView::default() });
            states.extend(news.take(&links).into_iter().map(|n| (n.state, n.reason.to_string())));
        }
        let expected = [("offline", "nothing listens there"), ("online", ""), ("offline", "closed")];
        assert_eq!(states, expected.map(|(state, reason)| (state, reason.to_owned())));
    }
}
