//! How large a page may be.

/// The size of a page, unless told otherwise and at most. Beyond the bounds is refused, never cut to fit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageSize {
    pub(crate) default: usize,
    pub(crate) max: usize,
}

impl PageSize {
    /// The size that was asked for; what is wrong with it is added to `wrong`.
    pub(crate) fn check(self, limit: Option<u32>, wrong: &mut Vec<String>) -> usize {
        let limit = limit.map_or(self.default, |limit| limit as usize);
        if limit == 0 {
            wrong.push("limit must not be less than 1".to_owned());
        }
        if limit > self.max {
            wrong.push(format!("limit must not be greater than {}", self.max));
        }
        limit
    }
}
