//! The resolver: from the name of a host to its addresses.
//!
//! We provide this file: it calls the functions that you write, once
//! for IPv4 and once for IPv6.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::asking::cache::Cache;
use crate::{
    Answer, Name, NameError, Question, RecordType, RetrySchedule,
    Servers, exchange, find_answer,
};

/// The response code of a name that does not exist.
const NO_SUCH_NAME: u8 = 3;

/// Asks a server for addresses, and remembers what the server
/// said.
pub struct Resolver {
    servers: Box<dyn Servers>,
    schedule: RetrySchedule,
    random: Mutex<Box<dyn FnMut() -> u16 + Send>>,
    cache: Mutex<Cache>,
}

impl Resolver {
    /// Returns a resolver with an empty cache, which keeps the answers
    /// to at most 1024 questions. `random` is called for the id of each
    /// question. It must not return consecutive numbers, because
    /// anybody who can guess an id can forge the answer (RFC 5452).
    pub fn new(
        servers: Box<dyn Servers>,
        schedule: RetrySchedule,
        random: Box<dyn FnMut() -> u16 + Send>,
    ) -> Self {
        Self {
            servers,
            schedule,
            random: Mutex::new(random),
            cache: Mutex::default(),
        }
    }

    /// Returns the addresses of `host`, IPv6 first, or an empty list if
    /// the name has none. `localhost` and the names below it are this
    /// machine, so the server isn't asked about them (RFC 6761, section
    /// 6.3).
    ///
    /// Asks for both families at once. If one of the two questions
    /// fails, the addresses from the other one are the result.
    ///
    /// # Errors
    ///
    /// `Failed(3)` for a name that doesn't exist, and every error of
    /// [`exchange`] and [`find_answer`].
    pub async fn lookup(
        &self,
        host: &str,
    ) -> Result<Vec<IpAddr>, NameError> {
        if is_local(host) {
            let v6 = Ipv6Addr::LOCALHOST.into();
            return Ok(vec![v6, Ipv4Addr::LOCALHOST.into()]);
        }
        let name: Name = host.parse()?;
        let (v6, v4) = tokio::join!(
            self.ask(&name, RecordType::Aaaa),
            self.ask(&name, RecordType::A),
        );
        let mut all = Vec::new();
        let mut failure = None;
        for answer in [v6, v4] {
            match answer {
                Ok(Answer::Addresses { addresses, .. }) => {
                    all.extend(addresses);
                }
                Ok(Answer::NoData { .. }) => {}
                Ok(Answer::NoSuchName { .. }) => {
                    failure = Some(NameError::Failed(NO_SUCH_NAME));
                }
                Err(error) => failure = Some(error),
            }
        }
        match failure {
            Some(error) if all.is_empty() => Err(error),
            _ => Ok(all),
        }
    }

    /// Returns the cached answer about `name`, or asks the server.
    async fn ask(
        &self,
        name: &Name,
        kind: RecordType,
    ) -> Result<Answer, NameError> {
        let name = name.clone();
        let question = Question { name, kind };
        if let Some(answer) = lock(&self.cache).get(&question) {
            return Ok(answer);
        }
        let id = (lock(&self.random))();
        let servers = &*self.servers;
        let asked = exchange(servers, id, &question, &self.schedule);
        let answer = find_answer(&asked.await?, &question)?;
        lock(&self.cache).put(question, answer.clone());
        Ok(answer)
    }
}

/// Returns whether `host` is `localhost`, or a name below it.
fn is_local(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or(host);
    last.eq_ignore_ascii_case("localhost")
}

/// A panic elsewhere can't have left either of them half-changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
