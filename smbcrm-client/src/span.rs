//! One tracing span an attempt, with OpenTelemetry's stable HTTP names.
//!
//! The path's ids and the query's values are people's data, so `url.full` shows the operation's template and the
//! query's names. Headers and bodies are never recorded.

use smbcrm_core::operation::Operation;
use tracing::Span;
use tracing::field::Empty;
use url::Url;

use crate::attempt::{Failure, Outcome};
use crate::base_url::BaseUrl;

/// Opens the span of attempt number `resend` (0 is the first). With no subscriber this costs next to nothing.
pub(crate) fn open(operation: &'static Operation, base: &BaseUrl, url: &Url, resend: u32) -> Span {
    let span = tracing::info_span!(
        "smbcrm.request",
        otel.name = Empty,
        otel.kind = "client",
        http.request.method = operation.method.as_str(),
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        url.full = Empty,
        url.template = operation.path,
        server.address = base.host.as_str(),
        server.port = base.port,
        error.r#type = Empty,
        smbcrm.operation = %operation,
    );
    if !span.is_disabled() {
        span.record("otel.name", format!("{} {}", operation.method.as_str(), operation.path));
        span.record("url.full", redacted(operation, base, url));
        if resend > 0 {
            span.record("http.request.resend_count", resend);
        }
    }
    span
}

/// Records how the attempt ended.
pub(crate) fn close(span: &Span, outcome: &Outcome) {
    if span.is_disabled() {
        return;
    }
    match outcome {
        Outcome::Answer(answer) => {
            span.record("http.response.status_code", answer.status);
            if answer.status >= 400 {
                span.record("error.type", answer.status.to_string());
            }
        }
        Outcome::Failed(Failure { how, .. }) => {
            span.record("error.type", how.name());
        }
    }
}

fn redacted(operation: &Operation, base: &BaseUrl, url: &Url) -> String {
    let mut text = format!("{}{}", base.as_str(), operation.path);
    for (at, (name, _)) in url.query_pairs().enumerate() {
        text.push(if at == 0 { '?' } else { '&' });
        text.push_str(&name);
        text.push_str("=REDACTED");
    }
    text
}
