//! The behaviour of the crate as its users see it, for the most part as tables that anyone can
//! add a row to: see the folder `cases`.

mod common;
mod corpus;
mod damage;
mod dates;
mod folder;
mod hostile;
mod markdown;
mod posts;
