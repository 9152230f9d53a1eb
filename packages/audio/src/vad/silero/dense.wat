;; One dense layer: for each row of weights its sum of products with x, plus the row's bias, at least `least`.
;; All addresses are byte offsets; rows come in fours, columns in fours, numbers are 32-bit floats.
;; Written to dense.ts by bench/dense.mjs.
(module
  (memory (import "network" "memory") 1)
  (func (export "dense")
    (param $weights i32) (param $bias i32) (param $x i32) (param $y i32)
    (param $rows i32) (param $rowBytes i32) (param $least f32)
    (local $xEnd i32) (local $yEnd i32) (local $at i32)
    (local $second i32) (local $third i32) (local $fourth i32)
    (local $four v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $xEnd (i32.add (local.get $x) (local.get $rowBytes)))
    (local.set $yEnd (i32.add (local.get $y) (i32.shl (local.get $rows) (i32.const 2))))
    (loop $rows
      ;; Four rows at a time, so that each number of x is loaded once for four products.
      (local.set $at (local.get $x))
      (local.set $second (i32.add (local.get $weights) (local.get $rowBytes)))
      (local.set $third (i32.add (local.get $second) (local.get $rowBytes)))
      (local.set $fourth (i32.add (local.get $third) (local.get $rowBytes)))
      (local.set $a (v128.const f32x4 0 0 0 0))
      (local.set $b (v128.const f32x4 0 0 0 0))
      (local.set $c (v128.const f32x4 0 0 0 0))
      (local.set $d (v128.const f32x4 0 0 0 0))
      (loop $columns
        (local.set $four (v128.load align=4 (local.get $at)))
        (local.set $a
          (f32x4.add (local.get $a) (f32x4.mul (local.get $four) (v128.load align=4 (local.get $weights)))))
        (local.set $b
          (f32x4.add (local.get $b) (f32x4.mul (local.get $four) (v128.load align=4 (local.get $second)))))
        (local.set $c
          (f32x4.add (local.get $c) (f32x4.mul (local.get $four) (v128.load align=4 (local.get $third)))))
        (local.set $d
          (f32x4.add (local.get $d) (f32x4.mul (local.get $four) (v128.load align=4 (local.get $fourth)))))
        (local.set $weights (i32.add (local.get $weights) (i32.const 16)))
        (local.set $second (i32.add (local.get $second) (i32.const 16)))
        (local.set $third (i32.add (local.get $third) (i32.const 16)))
        (local.set $fourth (i32.add (local.get $fourth) (i32.const 16)))
        (br_if $columns
          (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $xEnd))))
      (local.set $weights (local.get $fourth))
      ;; Four partial sums for each row: first to a02 b02 a13 b13 and the same of c and d, then to a b c d.
      (local.set $a
        (f32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b))
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b))))
      (local.set $c
        (f32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d))
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d))))
      (local.set $four
        (f32x4.add
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $a) (local.get $c))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $a) (local.get $c))))
      (v128.store align=4 (local.get $y)
        (f32x4.max
          (f32x4.splat (local.get $least))
          (f32x4.add (local.get $four) (v128.load align=4 (local.get $bias)))))
      (local.set $bias (i32.add (local.get $bias) (i32.const 16)))
      (br_if $rows (i32.lt_u (local.tee $y (i32.add (local.get $y) (i32.const 16))) (local.get $yEnd))))))
