use super::*;

#[test]
fn look() {
    for keys in ["", "i", "T enter", "?", ":", "g", "4 e", "d", "2 ] ] c"] {
        for (w, h) in [(80, 24), (120, 40), (60, 18), (40, 12)] {
            let mut m = demo::model();
            press(&mut m, keys);
            println!("== {keys} {w}x{h}\n{}", text(&drawn(&mut m, w, h)));
        }
    }
}
