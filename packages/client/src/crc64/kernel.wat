;; CRC64NVME, sixteen table look-ups for sixteen bytes ("slicing by 16", M. E. Kounavis and F. L. Berry, 2008).
;; Memory: 16 tables of 256 cells, which `tables.ts` makes, then the bytes.
;; `kernel-bytes.ts` is made from this file by `node packages/client/src/crc64/make-kernel.ts`; a test compares.
(module
  (memory (export "m") 3)
  ;; The register after `length` bytes at `at`; neither inverted here.
  (func (export "u") (param $crc i64) (param $at i32) (param $length i32) (result i64)
    (local $next i64) (local $end i32) (local $last i32)
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (local.set $last (i32.sub (local.get $end) (i32.const 16)))
    (block $slow
      (loop $sixteen
        (br_if $slow (i32.gt_s (local.get $at) (local.get $last)))
        (local.set $crc (i64.xor (local.get $crc) (i64.load (local.get $at))))
        (local.set $next (i64.load offset=8 (local.get $at)))
        (local.set $crc
            (i64.xor (i64.xor (i64.xor (i64.xor (i64.xor (i64.xor (i64.xor (i64.xor (i64.xor (i64.xor (i64.xor (i64.xor (i64.xor (i64.xor (i64.xor (i64.load offset=30720 (i32.shl (i32.and (i32.wrap_i64 (local.get $crc)) (i32.const 255)) (i32.const 3)))
            (i64.load offset=28672 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $crc) (i64.const 8))) (i32.const 255)) (i32.const 3))))
            (i64.load offset=26624 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $crc) (i64.const 16))) (i32.const 255)) (i32.const 3))))
            (i64.load offset=24576 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $crc) (i64.const 24))) (i32.const 255)) (i32.const 3))))
            (i64.load offset=22528 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $crc) (i64.const 32))) (i32.const 255)) (i32.const 3))))
            (i64.load offset=20480 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $crc) (i64.const 40))) (i32.const 255)) (i32.const 3))))
            (i64.load offset=18432 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $crc) (i64.const 48))) (i32.const 255)) (i32.const 3))))
            (i64.load offset=16384 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $crc) (i64.const 56))) (i32.const 255)) (i32.const 3))))
            (i64.load offset=14336 (i32.shl (i32.and (i32.wrap_i64 (local.get $next)) (i32.const 255)) (i32.const 3))))
            (i64.load offset=12288 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $next) (i64.const 8))) (i32.const 255)) (i32.const 3))))
            (i64.load offset=10240 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $next) (i64.const 16))) (i32.const 255)) (i32.const 3))))
            (i64.load offset=8192 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $next) (i64.const 24))) (i32.const 255)) (i32.const 3))))
            (i64.load offset=6144 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $next) (i64.const 32))) (i32.const 255)) (i32.const 3))))
            (i64.load offset=4096 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $next) (i64.const 40))) (i32.const 255)) (i32.const 3))))
            (i64.load offset=2048 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $next) (i64.const 48))) (i32.const 255)) (i32.const 3))))
            (i64.load offset=0 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $next) (i64.const 56))) (i32.const 255)) (i32.const 3)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $sixteen)))
    (block $done
      (loop $one
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $crc
          (i64.xor
            (i64.shr_u (local.get $crc) (i64.const 8))
            (i64.load
              (i32.shl
                (i32.and
                  (i32.wrap_i64 (i64.xor (local.get $crc) (i64.load8_u (local.get $at))))
                  (i32.const 255))
                (i32.const 3)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $one)))
    (local.get $crc)))
