//! (room lwm2m)
