//! Whether a broker lets us in: a connection that says nothing and leaves.

use super::config::{Login, Wire};
use super::opening::open;
use super::url::BrokerUrl;
use bytes::BytesMut;
use tokio::io::AsyncWriteExt;

/// Connects as a link would, with a client id of its own and no will, and disconnects.
///
/// # Errors
/// Why the broker does not let us in, in words.
pub async fn probe(broker: &BrokerUrl, wire: &Wire, login: Option<&Login>) -> Result<(), String> {
    let connect = rumqttc::Connect::new(format!("breaker-console-doctor-{}", std::process::id()));
    let mut opened =
        open(broker.clone(), wire.clone(), login.cloned(), connect).await.map_err(|closed| closed.reason)?;
    let mut out = BytesMut::new();
    // Two bytes into memory cannot fail; and a broker that closes first has answered the question all the same.
    let _ = rumqttc::Disconnect.write(&mut out);
    let _ = opened.write.write_all(&out).await;
    let _ = opened.write.shutdown().await;
    Ok(())
}
