//! Connections that break on purpose: bytes on the socket that no HTTP library would write.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::struck::Broken;

/// How long a connection on which nothing comes any more is kept open at most.
const LONGEST: Duration = Duration::from_secs(600);

/// Writes what there is to write of the answer, and leaves the connection as the fault says.
pub(super) async fn play(stream: TcpStream, broken: Broken, answer: Response<Bytes>) {
    if let Err(error) = act(stream, broken, answer).await {
        tracing::debug!(%error, "the client left before the fault was played");
    }
}

async fn act(mut stream: TcpStream, broken: Broken, answer: Response<Bytes>) -> std::io::Result<()> {
    let body = answer.body().clone();
    let half = &body[..body.len() / 2];
    match broken {
        // Closing with a zero linger time sends a reset instead of the usual farewell.
        Broken::Reset => return stream.set_zero_linger(),
        Broken::Silence => return linger(stream).await,
        Broken::Cut | Broken::Stall => {
            // One that has no body is cut all the same.
            stream.write_all(&head(&answer, Length::Known(body.len().max(2)))).await?;
            stream.write_all(half).await?;
        }
        Broken::Chunk => {
            stream.write_all(&head(&answer, Length::Chunked)).await?;
            if !half.is_empty() {
                stream.write_all(format!("{:x}\r\n", half.len()).as_bytes()).await?;
                stream.write_all(half).await?;
                stream.write_all(b"\r\n").await?;
            }
            stream.write_all(b"no length\r\n").await?;
        }
        Broken::Length => {
            stream.write_all(&head(&answer, Length::Known(body.len() + 16))).await?;
            stream.write_all(&body).await?;
        }
    }
    stream.flush().await?;
    if broken == Broken::Stall { linger(stream).await } else { stream.shutdown().await }
}

/// Keeps the connection until the client closes it.
async fn linger(mut stream: TcpStream) -> std::io::Result<()> {
    let mut ignored = [0; 1024];
    let closed = async {
        while stream.read(&mut ignored).await? > 0 {}
        Ok(())
    };
    tokio::time::timeout(LONGEST, closed).await.unwrap_or(Ok(()))
}

#[derive(Clone, Copy)]
enum Length {
    Known(usize),
    Chunked,
}

fn head(answer: &Response<Bytes>, length: Length) -> Vec<u8> {
    let status = answer.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
    for (name, value) in answer.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    let length = match length {
        Length::Known(bytes) => format!("content-length: {bytes}\r\n\r\n"),
        Length::Chunked => "transfer-encoding: chunked\r\n\r\n".to_owned(),
    };
    head.extend_from_slice(length.as_bytes());
    head
}
