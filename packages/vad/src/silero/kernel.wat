;; What Silero's network calculates with, four or eight numbers at a time. Addresses are byte offsets into the memory,
;; counts are of numbers. Written to kernel.ts by bench/kernel.mjs.
(module
  ;; 256 KiB: the weights of all layers, and what lies between them.
  (memory (export "memory") 4)

  ;; e^x within 3 parts in a million: 2 to the whole part of x / ln 2, times a series for the rest.
  (func $exp (param $x v128) (result v128)
    (local $whole v128)
    (local.set $x
      (f32x4.min (f32x4.splat (f32.const 80)) (f32x4.max (f32x4.splat (f32.const -80)) (local.get $x))))
    (local.set $whole (f32x4.nearest (f32x4.mul (local.get $x) (f32x4.splat (f32.const 1.44269504)))))
    (local.set $x
      (f32x4.sub (local.get $x) (f32x4.mul (local.get $whole) (f32x4.splat (f32.const 0.69314718)))))
    (f32x4.mul
      (i32x4.shl
        (i32x4.add (i32x4.trunc_sat_f32x4_s (local.get $whole)) (i32x4.splat (i32.const 127)))
        (i32.const 23))
      (f32x4.add (f32x4.splat (f32.const 1)) (f32x4.mul (local.get $x)
        (f32x4.add (f32x4.splat (f32.const 1)) (f32x4.mul (local.get $x)
          (f32x4.add (f32x4.splat (f32.const 0.5)) (f32x4.mul (local.get $x)
            (f32x4.add (f32x4.splat (f32.const 0.166666667)) (f32x4.mul (local.get $x)
              (f32x4.add (f32x4.splat (f32.const 0.0416666667)) (f32x4.mul (local.get $x)
                (f32x4.splat (f32.const 0.00833333333))))))))))))))

  (func $sigmoid (param $x v128) (result v128)
    (f32x4.div
      (f32x4.splat (f32.const 1))
      (f32x4.add (f32x4.splat (f32.const 1)) (call $exp (f32x4.neg (local.get $x))))))

  (func $tanh (param $x v128) (result v128)
    (f32x4.sub
      (f32x4.mul (f32x4.splat (f32.const 2)) (call $sigmoid (f32x4.add (local.get $x) (local.get $x))))
      (f32x4.splat (f32.const 1))))

  ;; Four floats that stand 64 floats apart, from `at` on.
  (func $fourApart (param $at i32) (result v128)
    (v128.load32_lane offset=768 3 (local.get $at)
      (v128.load32_lane offset=512 2 (local.get $at)
        (v128.load32_lane offset=256 1 (local.get $at)
          (v128.load32_zero (local.get $at))))))

  ;; Magnitude spectra of four windows of 128 samples that begin 64 samples apart; lane n of a vector is window n.
  ;; A Fourier transform of radix 2 over 64 complex values, then the even and the odd samples told apart.
  ;; samples: 320 floats. window: 128 floats. order: where in `work` each pair of samples goes, 64 byte offsets of 16 bits.
  ;; cos, sin: 65 floats, of 0 to minus half a turn. work: room for 64 pairs of vectors. y: 4 times 65 floats.
  (func (export "spectra")
    (param $samples i32) (param $window i32) (param $order i32) (param $cos i32) (param $sin i32)
    (param $work i32) (param $y i32)
    (local $n i32) (local $at i32) (local $other i32)
    (local $span i32) (local $step i32) (local $j i32)
    (local $c v128) (local $s v128) (local $re v128) (local $im v128) (local $otherRe v128) (local $otherIm v128)
    (local $evenRe v128) (local $evenIm v128) (local $oddRe v128) (local $oddIm v128)
    (loop $pairs
      (local.set $at (i32.add (local.get $work) (i32.load16_u (local.get $order))))
      (v128.store (local.get $at)
        (f32x4.mul (call $fourApart (local.get $samples)) (v128.load32_splat (local.get $window))))
      (v128.store offset=16 (local.get $at)
        (f32x4.mul
          (call $fourApart (i32.add (local.get $samples) (i32.const 4)))
          (v128.load32_splat offset=4 (local.get $window))))
      (local.set $samples (i32.add (local.get $samples) (i32.const 8)))
      (local.set $window (i32.add (local.get $window) (i32.const 8)))
      (local.set $order (i32.add (local.get $order) (i32.const 2)))
      (br_if $pairs (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 64))))

    ;; Spans in bytes of `work`, steps in bytes of the tables.
    (local.set $span (i32.const 32))
    (local.set $step (i32.const 256))
    (loop $stages
      (local.set $j (i32.const 0))
      (local.set $n (i32.const 0))
      (loop $turns
        (local.set $c (v128.load32_splat (i32.add (local.get $cos) (local.get $n))))
        (local.set $s (v128.load32_splat (i32.add (local.get $sin) (local.get $n))))
        (local.set $at (i32.add (local.get $work) (local.get $j)))
        (loop $butterflies
          (local.set $other (i32.add (local.get $at) (local.get $span)))
          (local.set $otherRe (v128.load (local.get $other)))
          (local.set $otherIm (v128.load offset=16 (local.get $other)))
          (local.set $re
            (f32x4.sub
              (f32x4.mul (local.get $otherRe) (local.get $c)) (f32x4.mul (local.get $otherIm) (local.get $s))))
          (local.set $im
            (f32x4.add
              (f32x4.mul (local.get $otherRe) (local.get $s)) (f32x4.mul (local.get $otherIm) (local.get $c))))
          (local.set $otherRe (v128.load (local.get $at)))
          (local.set $otherIm (v128.load offset=16 (local.get $at)))
          (v128.store (local.get $at) (f32x4.add (local.get $otherRe) (local.get $re)))
          (v128.store offset=16 (local.get $at) (f32x4.add (local.get $otherIm) (local.get $im)))
          (v128.store (local.get $other) (f32x4.sub (local.get $otherRe) (local.get $re)))
          (v128.store offset=16 (local.get $other) (f32x4.sub (local.get $otherIm) (local.get $im)))
          (br_if $butterflies
            (i32.lt_u
              (local.tee $at (i32.add (local.get $at) (i32.shl (local.get $span) (i32.const 1))))
              (i32.add (local.get $work) (i32.const 2048)))))
        (local.set $n (i32.add (local.get $n) (local.get $step)))
        (br_if $turns
          (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 32))) (local.get $span))))
      (local.set $step (i32.shr_u (local.get $step) (i32.const 1)))
      (br_if $stages
        (i32.lt_u (local.tee $span (i32.shl (local.get $span) (i32.const 1))) (i32.const 2048))))

    ;; Bin n stands at n and at 64 − n, both modulo 64.
    (local.set $n (i32.const 0))
    (loop $bins
      (local.set $at
        (i32.add (local.get $work) (i32.and (i32.shl (local.get $n) (i32.const 5)) (i32.const 2047))))
      (local.set $other
        (i32.add (local.get $work)
          (i32.and (i32.shl (i32.sub (i32.const 64) (local.get $n)) (i32.const 5)) (i32.const 2047))))
      (local.set $re (v128.load (local.get $at)))
      (local.set $im (v128.load offset=16 (local.get $at)))
      (local.set $otherRe (v128.load (local.get $other)))
      (local.set $otherIm (v128.load offset=16 (local.get $other)))
      (local.set $evenRe (f32x4.add (local.get $re) (local.get $otherRe)))
      (local.set $evenIm (f32x4.sub (local.get $im) (local.get $otherIm)))
      (local.set $oddRe (f32x4.add (local.get $im) (local.get $otherIm)))
      (local.set $oddIm (f32x4.sub (local.get $otherRe) (local.get $re)))
      (local.set $c (v128.load32_splat (local.get $cos)))
      (local.set $s (v128.load32_splat (local.get $sin)))
      (local.set $re
        (f32x4.add (local.get $evenRe)
          (f32x4.sub (f32x4.mul (local.get $oddRe) (local.get $c)) (f32x4.mul (local.get $oddIm) (local.get $s)))))
      (local.set $im
        (f32x4.add (local.get $evenIm)
          (f32x4.add (f32x4.mul (local.get $oddRe) (local.get $s)) (f32x4.mul (local.get $oddIm) (local.get $c)))))
      (local.set $re
        (f32x4.mul (f32x4.splat (f32.const 0.5))
          (f32x4.sqrt
            (f32x4.add
              (f32x4.mul (local.get $re) (local.get $re)) (f32x4.mul (local.get $im) (local.get $im))))))
      (v128.store32_lane 0 (local.get $y) (local.get $re))
      (v128.store32_lane offset=260 1 (local.get $y) (local.get $re))
      (v128.store32_lane offset=520 2 (local.get $y) (local.get $re))
      (v128.store32_lane offset=780 3 (local.get $y) (local.get $re))
      (local.set $y (i32.add (local.get $y) (i32.const 4)))
      (local.set $cos (i32.add (local.get $cos) (i32.const 4)))
      (local.set $sin (i32.add (local.get $sin) (i32.const 4)))
      (br_if $bins (i32.le_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 64)))))

  ;; Floats at `x` as 16-bit integers at `y`, scaled so that the largest is 32767; returns what a step of them is worth.
  ;; count: a multiple of 8.
  (func (export "quantize") (param $x i32) (param $y i32) (param $count i32) (result f32)
    (local $at i32) (local $end i32) (local $largest f32) (local $four v128)
    (local.set $at (local.get $x))
    (local.set $end (i32.add (local.get $x) (i32.shl (local.get $count) (i32.const 2))))
    (loop $fours
      (local.set $four (f32x4.max (local.get $four) (f32x4.abs (v128.load (local.get $at)))))
      (br_if $fours
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end))))
    (local.set $largest
      (f32.max
        (f32.max (f32x4.extract_lane 0 (local.get $four)) (f32x4.extract_lane 1 (local.get $four)))
        (f32.max (f32x4.extract_lane 2 (local.get $four)) (f32x4.extract_lane 3 (local.get $four)))))
    ;; Of zeroes only, the quotient is infinite and 0 times it no number, which is converted to 0.
    (local.set $four (f32x4.splat (f32.div (f32.const 32767) (local.get $largest))))
    (loop $eights
      (v128.store (local.get $y)
        (i16x8.narrow_i32x4_s
          (i32x4.trunc_sat_f32x4_s (f32x4.nearest (f32x4.mul (local.get $four) (v128.load (local.get $x)))))
          (i32x4.trunc_sat_f32x4_s
            (f32x4.nearest (f32x4.mul (local.get $four) (v128.load offset=16 (local.get $x)))))))
      (local.set $y (i32.add (local.get $y) (i32.const 16)))
      (br_if $eights
        (i32.lt_u (local.tee $x (i32.add (local.get $x) (i32.const 32))) (local.get $end))))
    (f32.div (local.get $largest) (f32.const 32767)))

  ;; One dense layer: for each row of 8-bit weights the sum of its products with the 16-bit numbers at `x`, scaled, plus
  ;; the row's bias, at least `least`. rows: a multiple of 4. columns: a multiple of 16, at most 512, or sums overflow.
  (func (export "dense")
    (param $weights i32) (param $scales i32) (param $bias i32) (param $x i32) (param $xScale f32) (param $y i32)
    (param $rows i32) (param $columns i32) (param $least f32)
    (local $xEnd i32) (local $yEnd i32) (local $at i32)
    (local $second i32) (local $third i32) (local $fourth i32)
    (local $eight v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $xEnd (i32.add (local.get $x) (i32.shl (local.get $columns) (i32.const 1))))
    (local.set $yEnd (i32.add (local.get $y) (i32.shl (local.get $rows) (i32.const 2))))
    (loop $rows
      ;; Four rows at a time, so that each number of x is loaded once for four products.
      (local.set $at (local.get $x))
      (local.set $second (i32.add (local.get $weights) (local.get $columns)))
      (local.set $third (i32.add (local.get $second) (local.get $columns)))
      (local.set $fourth (i32.add (local.get $third) (local.get $columns)))
      (local.set $a (v128.const i32x4 0 0 0 0))
      (local.set $b (v128.const i32x4 0 0 0 0))
      (local.set $c (v128.const i32x4 0 0 0 0))
      (local.set $d (v128.const i32x4 0 0 0 0))
      (loop $columns
        (local.set $eight (v128.load (local.get $at)))
        (local.set $a
          (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (local.get $eight) (v128.load8x8_s (local.get $weights)))))
        (local.set $b
          (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (local.get $eight) (v128.load8x8_s (local.get $second)))))
        (local.set $c
          (i32x4.add (local.get $c) (i32x4.dot_i16x8_s (local.get $eight) (v128.load8x8_s (local.get $third)))))
        (local.set $d
          (i32x4.add (local.get $d) (i32x4.dot_i16x8_s (local.get $eight) (v128.load8x8_s (local.get $fourth)))))
        (local.set $eight (v128.load offset=16 (local.get $at)))
        (local.set $a
          (i32x4.add (local.get $a)
            (i32x4.dot_i16x8_s (local.get $eight) (v128.load8x8_s offset=8 (local.get $weights)))))
        (local.set $b
          (i32x4.add (local.get $b)
            (i32x4.dot_i16x8_s (local.get $eight) (v128.load8x8_s offset=8 (local.get $second)))))
        (local.set $c
          (i32x4.add (local.get $c)
            (i32x4.dot_i16x8_s (local.get $eight) (v128.load8x8_s offset=8 (local.get $third)))))
        (local.set $d
          (i32x4.add (local.get $d)
            (i32x4.dot_i16x8_s (local.get $eight) (v128.load8x8_s offset=8 (local.get $fourth)))))
        (local.set $weights (i32.add (local.get $weights) (i32.const 16)))
        (local.set $second (i32.add (local.get $second) (i32.const 16)))
        (local.set $third (i32.add (local.get $third) (i32.const 16)))
        (local.set $fourth (i32.add (local.get $fourth) (i32.const 16)))
        (br_if $columns
          (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 32))) (local.get $xEnd))))
      (local.set $weights (local.get $fourth))
      ;; Four partial sums for each row: first to a02 b02 a13 b13 and the same of c and d, then to a b c d.
      (local.set $a
        (i32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b))
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b))))
      (local.set $c
        (i32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d))
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d))))
      (local.set $a
        (i32x4.add
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $a) (local.get $c))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $a) (local.get $c))))
      (v128.store (local.get $y)
        (f32x4.max
          (f32x4.splat (local.get $least))
          (f32x4.add
            (v128.load (local.get $bias))
            (f32x4.mul
              (f32x4.convert_i32x4_s (local.get $a))
              (f32x4.mul (f32x4.splat (local.get $xScale)) (v128.load (local.get $scales)))))))
      (local.set $bias (i32.add (local.get $bias) (i32.const 16)))
      (local.set $scales (i32.add (local.get $scales) (i32.const 16)))
      (br_if $rows (i32.lt_u (local.tee $y (i32.add (local.get $y) (i32.const 16))) (local.get $yEnd)))))

  ;; One step of 128 cells of long short-term memory. gates: 128 floats each of input, forget, candidate, output.
  ;; cells, output: what is remembered. shown: the output where it is above 0.
  (func (export "remember") (param $gates i32) (param $cells i32) (param $output i32) (param $shown i32)
    (local $end i32) (local $cell v128)
    (local.set $end (i32.add (local.get $gates) (i32.const 512)))
    (loop $fours
      (local.set $cell
        (f32x4.add
          (f32x4.mul (call $sigmoid (v128.load offset=512 (local.get $gates))) (v128.load (local.get $cells)))
          (f32x4.mul
            (call $sigmoid (v128.load (local.get $gates)))
            (call $tanh (v128.load offset=1024 (local.get $gates))))))
      (v128.store (local.get $cells) (local.get $cell))
      (local.set $cell
        (f32x4.mul
          (call $sigmoid (v128.load offset=1536 (local.get $gates)))
          (call $tanh (local.get $cell))))
      (v128.store (local.get $output) (local.get $cell))
      (v128.store (local.get $shown) (f32x4.max (f32x4.splat (f32.const 0)) (local.get $cell)))
      (local.set $cells (i32.add (local.get $cells) (i32.const 16)))
      (local.set $output (i32.add (local.get $output) (i32.const 16)))
      (local.set $shown (i32.add (local.get $shown) (i32.const 16)))
      (br_if $fours
        (i32.lt_u (local.tee $gates (i32.add (local.get $gates) (i32.const 16))) (local.get $end))))))
