//! Parts of a picture: each takes plain data and draws it into a rectangle.
