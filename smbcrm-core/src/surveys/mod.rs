//! Surveys: what they are called and what visitors submitted to them.
//!
//! A survey is a form on several pages; what visitors submit looks the same, so [`crate::forms`] declares it.

mod model;

pub use model::*;

use crate::api;
use crate::error::Result;
use crate::operation::Product;

/// The product's facts.
pub static SURVEYS: Product = Product {
    name: "surveys",
    version: "2021-07-28",
    summary: "Surveys and what visitors submitted to them.",
};

/// Surveys and what visitors submitted to them.
#[api(product = SURVEYS)]
pub trait Surveys: Send + Sync {
    /// Lists what visitors submitted to surveys, newest first.
    ///
    /// Of the last thirty days, unless told otherwise.
    #[get(
        "/surveys/submissions",
        id = "get-surveys-submissions",
        scope = "surveys.readonly",
        location = "locationId"
    )]
    async fn list_submissions(&self, query: ListSurveySubmissions) -> Result<SurveySubmissionPage>;

    /// Lists the surveys of a sub-account.
    #[get("/surveys/", id = "get-surveys", scope = "surveys.readonly", location = "locationId")]
    async fn list(&self, query: ListSurveys) -> Result<SurveyPage>;
}
