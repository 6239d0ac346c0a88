//! The HTTP side, held to the wire.

mod sockets;
