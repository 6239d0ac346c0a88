//! Tests of the product.
