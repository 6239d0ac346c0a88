//! The engine, tested through the API.
