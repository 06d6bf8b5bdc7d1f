//! Buffers that are reused.
//!
//! We provide this file: it only saves filling new memory with zeros.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Buffers whose bytes were sent, and which can be filled again. A new
/// buffer would have to be filled with zeros first.
#[derive(Default)]
pub(crate) struct BufferPool {
    free: Mutex<Vec<Vec<u8>>>,
}

impl BufferPool {
    /// Returns a buffer of at least `length` bytes.
    pub(crate) fn take(&self, length: usize) -> Vec<u8> {
        let mut free =
            self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let suits = |buffer: &Vec<u8>| buffer.len() == length;
        match free.iter().position(suits) {
            Some(at) => free.swap_remove(at),
            None => {
                // Buffers of another length won't be needed again.
                free.clear();
                vec![0; length]
            }
        }
    }
}

impl BufferPool {
    /// Lends the first `length` bytes of a buffer, to be sent. Once
    /// they have been sent, the buffer returns to the pool.
    pub(crate) fn lend(
        self: &Arc<Self>,
        buffer: Vec<u8>,
        length: usize,
    ) -> Bytes {
        let pool = Arc::clone(self);
        let whole = Bytes::from_owner(PooledBuffer { buffer, pool });
        whole.slice(..length)
    }
}

/// A buffer on its way to the client. When it's dropped, the buffer
/// returns to the pool.
struct PooledBuffer {
    buffer: Vec<u8>,
    pool: Arc<BufferPool>,
}

impl AsRef<[u8]> for PooledBuffer {
    fn as_ref(&self) -> &[u8] {
        &self.buffer
    }
}

impl Drop for PooledBuffer {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        let free = &self.pool.free;
        let mut free =
            free.lock().unwrap_or_else(PoisonError::into_inner);
        // One buffer is filled while another one is sent, so one spare
        // is enough.
        if free.is_empty() {
            free.push(buffer);
        }
    }
}
