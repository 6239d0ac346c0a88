mod filters;
mod model;
mod rules;
