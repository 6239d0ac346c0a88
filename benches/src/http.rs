//! Over loopback: our server against a bare axum route that returns the same bytes, loaded by the same generator.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use bytes::Bytes;
use smbcrm_mem::MemServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

use crate::crm::{Subject, ids_of};
use crate::people::{People, Person};

/// How many connections are kept busy.
pub const CONNECTIONS: usize = 64;

/// Our server and the bare route, each in a runtime of its own of two threads, and the generator in a third.
#[derive(Debug)]
pub struct Loopback {
    generator: Runtime,
    _ours: Runtime,
    _bare: Runtime,
    _server: MemServer,
    /// Requests for contacts of ours.
    pub to_ours: Target,
    /// The same requests to the bare route.
    pub to_bare: Target,
}

/// Whom to ask, and what.
#[derive(Debug, Clone)]
pub struct Target {
    address: SocketAddr,
    requests: Arc<[String]>,
}

impl Loopback {
    /// Starts both, with so many contacts on our side.
    ///
    /// # Errors
    /// When there is no port, or no thread, to be had.
    pub fn start(contacts: usize) -> io::Result<Self> {
        let people: Vec<Person> = People::new(42).take(contacts).collect();
        let subject = Subject::of(&people);
        let ids = ids_of(&subject.crm, subject.location(), &people[..contacts.min(1_000)]);
        let runtime = || Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let (generator, ours, bare) = (runtime()?, runtime()?, runtime()?);
        let server = ours.block_on(MemServer::builder().crm(subject.crm.clone()).start())?;
        let requests = ids.iter().map(|id| {
            format!(
                "GET /contacts/{id} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\nVersion: 2021-07-28\r\n\
                 Accept: application/json\r\n\r\n",
                server.token()
            )
        });
        let to_ours = Target { address: server.address(), requests: requests.collect() };
        let body = generator.block_on(to_ours.body())?;
        let address = bare.block_on(serve_bare(body))?;
        let to_bare = Target { address, requests: Arc::clone(&to_ours.requests) };
        Ok(Self { generator, _ours: ours, _bare: bare, _server: server, to_ours, to_bare })
    }

    /// Requests a second over all connections, kept up for a time.
    ///
    /// # Errors
    /// When a connection breaks, or an answer is not 200.
    pub fn rate(&self, target: &Target, time: Duration) -> io::Result<f64> {
        self.generator.block_on(async {
            let (stop, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
            let start = Instant::now();
            let workers: Vec<_> = (0..CONNECTIONS)
                .map(|number| {
                    let (stop, count, target) = (Arc::clone(&stop), Arc::clone(&count), target.clone());
                    tokio::spawn(async move {
                        let mut connection = Connection::open(target.address).await?;
                        for request in target.requests.iter().cycle().skip(number) {
                            if stop.load(Ordering::Relaxed) {
                                break;
                            }
                            connection.ask(request).await?;
                            count.fetch_add(1, Ordering::Relaxed);
                        }
                        io::Result::Ok(())
                    })
                })
                .collect();
            tokio::time::sleep(time).await;
            let (answered, took) = (count.load(Ordering::Relaxed), start.elapsed());
            stop.store(true, Ordering::Relaxed);
            for worker in workers {
                worker.await??;
            }
            Ok(answered as f64 / took.as_secs_f64())
        })
    }
}

impl Target {
    async fn body(&self) -> io::Result<Bytes> {
        let mut connection = Connection::open(self.address).await?;
        let request = self.requests.first().ok_or(io::ErrorKind::NotFound)?;
        connection.ask(request).await.map(Bytes::copy_from_slice)
    }
}

async fn serve_bare(body: Bytes) -> io::Result<SocketAddr> {
    let answer = move || std::future::ready(([(CONTENT_TYPE, "application/json")], body.clone()));
    let router = Router::new().route("/contacts/{id}", get(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// The least of a client: one request after the other, answers of a stated length.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(8_192) })
    }

    /// The body of the answer, which must be a success.
    async fn ask(&mut self, request: &str) -> io::Result<&[u8]> {
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let Some(head) = self.buffer.windows(4).position(|end| end == b"\r\n\r\n") else { continue };
            let text = std::str::from_utf8(&self.buffer[..head]).map_err(io::Error::other)?;
            let length = text.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            let length = length.ok_or(io::ErrorKind::InvalidData)?;
            if !text.starts_with("HTTP/1.1 200") {
                return Err(io::Error::other(text.to_owned()));
            }
            if self.buffer.len() >= head + 4 + length {
                return Ok(&self.buffer[head + 4..]);
            }
        }
    }
}
