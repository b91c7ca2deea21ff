// RUN: drpc-opt %s -p drp-canonicalize | filecheck %s

// Rule 5: the transposes around a reshape that splits an axis are one.
func.func @split(%x: tensor<1x12x5xf32>) -> tensor<3x5x4xf32> {
  %a = drp.transpose %x {drp.nodes = ["a"], permutation = array<i64: 0, 2, 1>} : tensor<1x12x5xf32> -> tensor<1x5x12xf32>
  %b = drp.reshape %a {drp.nodes = ["b"]} : tensor<1x5x12xf32> -> tensor<5x3x4xf32>
  %y = drp.transpose %b {drp.nodes = ["c"], permutation = array<i64: 1, 0, 2>} : tensor<5x3x4xf32> -> tensor<3x5x4xf32>
  func.return %y : tensor<3x5x4xf32>
}
// CHECK-LABEL: @split(
// CHECK-NEXT: %0 = drp.reshape %x {drp.nodes = ["b"]} : tensor<1x12x5xf32> -> tensor<3x4x5xf32>
// CHECK-NEXT: %y = drp.transpose %0 {drp.nodes = ["c", "a"], permutation = array<i64: 0, 2, 1>} : tensor<3x4x5xf32> -> tensor<3x5x4xf32>
// CHECK-NEXT: func.return %y : tensor<3x5x4xf32>

// Rule 5: they cancel where they undo each other.
func.func @cancel(%x: tensor<1x12x5xf32>) -> tensor<3x4x5xf32> {
  %a = drp.transpose %x {permutation = array<i64: 0, 2, 1>} : tensor<1x12x5xf32> -> tensor<1x5x12xf32>
  %b = drp.reshape %a : tensor<1x5x12xf32> -> tensor<5x3x4xf32>
  %y = drp.transpose %b {permutation = array<i64: 1, 2, 0>} : tensor<5x3x4xf32> -> tensor<3x4x5xf32>
  func.return %y : tensor<3x4x5xf32>
}
// CHECK-LABEL: @cancel(
// CHECK-NEXT: %y = drp.reshape %x : tensor<1x12x5xf32> -> tensor<3x4x5xf32>
// CHECK-NEXT: func.return %y : tensor<3x4x5xf32>

// Left alone: a reshape that cuts across axes.
func.func @across(%x: tensor<4x6xf32>) -> tensor<3x8xf32> {
  %a = drp.transpose %x {permutation = array<i64: 1, 0>} : tensor<4x6xf32> -> tensor<6x4xf32>
  %b = drp.reshape %a : tensor<6x4xf32> -> tensor<8x3xf32>
  %y = drp.transpose %b {permutation = array<i64: 1, 0>} : tensor<8x3xf32> -> tensor<3x8xf32>
  func.return %y : tensor<3x8xf32>
}
// CHECK-LABEL: @across(
// CHECK-NEXT: %a = drp.transpose %x {permutation = array<i64: 1, 0>} : tensor<4x6xf32> -> tensor<6x4xf32>
// CHECK-NEXT: %b = drp.reshape %a : tensor<6x4xf32> -> tensor<8x3xf32>
// CHECK-NEXT: %y = drp.transpose %b {permutation = array<i64: 1, 0>} : tensor<8x3xf32> -> tensor<3x8xf32>
// CHECK-NEXT: func.return %y : tensor<3x8xf32>

// Rule 8: slices of a transposed tensor, one of them transposed again, also across a split.
func.func @slices(%x: tensor<4x5x6xf32>) -> (tensor<3x4x5xf32>, tensor<5x3x4xf32>) {
  %t = drp.transpose %x {permutation = array<i64: 2, 0, 1>} : tensor<4x5x6xf32> -> tensor<6x4x5xf32>
  %r = drp.reshape %t : tensor<6x4x5xf32> -> tensor<2x3x4x5xf32>
  %a = drp.slice %r {offsets = array<i64: 0, 0, 0, 0>, sizes = array<i64: 1, 3, 4, 5>, steps = array<i64: 1, 1, 1, 1>} : tensor<2x3x4x5xf32> -> tensor<1x3x4x5xf32>
  %q = drp.reshape %a : tensor<1x3x4x5xf32> -> tensor<3x4x5xf32>
  %b = drp.slice %r {offsets = array<i64: 1, 0, 0, 0>, sizes = array<i64: 1, 3, 4, 5>, steps = array<i64: 1, 1, 1, 1>} : tensor<2x3x4x5xf32> -> tensor<1x3x4x5xf32>
  %c = drp.reshape %b : tensor<1x3x4x5xf32> -> tensor<3x4x5xf32>
  %k = drp.transpose %c {permutation = array<i64: 2, 0, 1>} : tensor<3x4x5xf32> -> tensor<5x3x4xf32>
  func.return %q, %k : tensor<3x4x5xf32>, tensor<5x3x4xf32>
}
// CHECK-LABEL: @slices(
// CHECK-NEXT: %r = drp.reshape %x : tensor<4x5x6xf32> -> tensor<4x5x2x3xf32>
// CHECK-NEXT: %a = drp.slice %r {offsets = array<i64: 0, 0, 0, 0>, sizes = array<i64: 4, 5, 1, 3>, steps = array<i64: 1, 1, 1, 1>} : tensor<4x5x2x3xf32> -> tensor<4x5x1x3xf32>
// CHECK-NEXT: %a_1 = drp.transpose %a {permutation = array<i64: 2, 3, 0, 1>} : tensor<4x5x1x3xf32> -> tensor<1x3x4x5xf32>
// CHECK-NEXT: %q = drp.reshape %a_1 : tensor<1x3x4x5xf32> -> tensor<3x4x5xf32>
// CHECK-NEXT: %b = drp.slice %r {offsets = array<i64: 0, 0, 1, 0>, sizes = array<i64: 4, 5, 1, 3>, steps = array<i64: 1, 1, 1, 1>} : tensor<4x5x2x3xf32> -> tensor<4x5x1x3xf32>
// CHECK-NEXT: %0 = drp.reshape %b : tensor<4x5x1x3xf32> -> tensor<4x5x3xf32>
// CHECK-NEXT: %k = drp.transpose %0 {permutation = array<i64: 1, 2, 0>} : tensor<4x5x3xf32> -> tensor<5x3x4xf32>
// CHECK-NEXT: func.return %q, %k : tensor<3x4x5xf32>, tensor<5x3x4xf32>

// Left alone: no slice leads to a transpose.
func.func @no_slices(%x: tensor<4x6xf32>) -> (tensor<3x4xf32>, tensor<3x4xf32>) {
  %t = drp.transpose %x {permutation = array<i64: 1, 0>} : tensor<4x6xf32> -> tensor<6x4xf32>
  %r = drp.reshape %t : tensor<6x4xf32> -> tensor<2x3x4xf32>
  %a = drp.slice %r {offsets = array<i64: 0, 0, 0>, sizes = array<i64: 1, 3, 4>, steps = array<i64: 1, 1, 1>} : tensor<2x3x4xf32> -> tensor<1x3x4xf32>
  %q = drp.reshape %a : tensor<1x3x4xf32> -> tensor<3x4xf32>
  %b = drp.slice %r {offsets = array<i64: 1, 0, 0>, sizes = array<i64: 1, 3, 4>, steps = array<i64: 1, 1, 1>} : tensor<2x3x4xf32> -> tensor<1x3x4xf32>
  %k = drp.reshape %b : tensor<1x3x4xf32> -> tensor<3x4xf32>
  func.return %q, %k : tensor<3x4xf32>, tensor<3x4xf32>
}
// CHECK-LABEL: @no_slices(
// CHECK-NEXT: %t = drp.transpose %x {permutation = array<i64: 1, 0>} : tensor<4x6xf32> -> tensor<6x4xf32>
// CHECK-NEXT: %r = drp.reshape %t : tensor<6x4xf32> -> tensor<2x3x4xf32>
// CHECK-NEXT: %a = drp.slice %r {offsets = array<i64: 0, 0, 0>, sizes = array<i64: 1, 3, 4>, steps = array<i64: 1, 1, 1>} : tensor<2x3x4xf32> -> tensor<1x3x4xf32>
// CHECK-NEXT: %q = drp.reshape %a : tensor<1x3x4xf32> -> tensor<3x4xf32>
// CHECK-NEXT: %b = drp.slice %r {offsets = array<i64: 1, 0, 0>, sizes = array<i64: 1, 3, 4>, steps = array<i64: 1, 1, 1>} : tensor<2x3x4xf32> -> tensor<1x3x4xf32>
// CHECK-NEXT: %k = drp.reshape %b : tensor<1x3x4xf32> -> tensor<3x4xf32>
// CHECK-NEXT: func.return %q, %k : tensor<3x4xf32>, tensor<3x4xf32>

// Rule 9: a function meets the job before a reshape, and so does a constant ...
func.func @function(%x: tensor<1x2x1x3xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x3xf32> {
  %c = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1xf32>>
  %a = drp.conv %x, %w : tensor<1x2x1x3xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x1x3xf32>
  %r = drp.reshape %a : tensor<1x2x1x3xf32> -> tensor<1x2x3xf32>
  %b = drp.add %r, %c : tensor<1x2x3xf32>, tensor<2x1xf32> -> tensor<1x2x3xf32>
  %y = drp.apply %b {function = #drp.function<relu>} : tensor<1x2x3xf32> -> tensor<1x2x3xf32>
  func.return %y : tensor<1x2x3xf32>
}
// CHECK-LABEL: @function(
// CHECK-NEXT: %a = drp.conv %x, %w : tensor<1x2x1x3xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %c = drp.constant #drp.tensor<[1.0, 2.0] : tensor<1x2x1x1xf32>>
// CHECK-NEXT: %0 = drp.add %a, %c : tensor<1x2x1x3xf32>, tensor<1x2x1x1xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %1 = drp.apply %0 {function = #drp.function<relu>} : tensor<1x2x1x3xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %y = drp.reshape %1 : tensor<1x2x1x3xf32> -> tensor<1x2x3xf32>
// CHECK-NEXT: func.return %y : tensor<1x2x3xf32>

// ... a reshape of the same shape, and the sum that a convolution can take.
func.func @sums(%x: tensor<1x2x1x3xf32>, %w: tensor<2x2x1x1xf32>, %z: tensor<1x2x3xf32>) -> (tensor<1x2x3xf32>, tensor<1x2x3xf32>) {
  %p = drp.reshape %x : tensor<1x2x1x3xf32> -> tensor<1x2x3xf32>
  %q = drp.apply %x {function = #drp.function<relu>} : tensor<1x2x1x3xf32> -> tensor<1x2x1x3xf32>
  %r = drp.reshape %q : tensor<1x2x1x3xf32> -> tensor<1x2x3xf32>
  %same = drp.mul %p, %r : tensor<1x2x3xf32>, tensor<1x2x3xf32> -> tensor<1x2x3xf32>
  %a = drp.conv %x, %w : tensor<1x2x1x3xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x1x3xf32>
  %s = drp.reshape %a : tensor<1x2x1x3xf32> -> tensor<1x2x3xf32>
  %residual = drp.add %z, %s : tensor<1x2x3xf32>, tensor<1x2x3xf32> -> tensor<1x2x3xf32>
  func.return %same, %residual : tensor<1x2x3xf32>, tensor<1x2x3xf32>
}
// CHECK-LABEL: @sums(
// CHECK-NEXT: %q = drp.apply %x {function = #drp.function<relu>} : tensor<1x2x1x3xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %0 = drp.mul %x, %q : tensor<1x2x1x3xf32>, tensor<1x2x1x3xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %same = drp.reshape %0 : tensor<1x2x1x3xf32> -> tensor<1x2x3xf32>
// CHECK-NEXT: %a = drp.conv %x, %w : tensor<1x2x1x3xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %1 = drp.reshape %z : tensor<1x2x3xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %2 = drp.add %1, %a : tensor<1x2x1x3xf32>, tensor<1x2x1x3xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %residual = drp.reshape %2 : tensor<1x2x1x3xf32> -> tensor<1x2x3xf32>
// CHECK-NEXT: func.return %same, %residual : tensor<1x2x3xf32>, tensor<1x2x3xf32>

// Left alone: a constant along a part of an axis, a sum that no convolution waits for, a product.
func.func @no_sums(%x: tensor<1x2x1x3xf32>, %w: tensor<2x2x1x1xf32>, %z: tensor<6xf32>) -> (tensor<2x3xf32>, tensor<6xf32>, tensor<6xf32>) {
  %c = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1xf32>>
  %r = drp.reshape %z : tensor<6xf32> -> tensor<2x3xf32>
  %part = drp.mul %r, %c : tensor<2x3xf32>, tensor<2x1xf32> -> tensor<2x3xf32>
  %s = drp.reshape %x : tensor<1x2x1x3xf32> -> tensor<6xf32>
  %sum = drp.add %z, %s : tensor<6xf32>, tensor<6xf32> -> tensor<6xf32>
  %a = drp.conv %x, %w : tensor<1x2x1x3xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x1x3xf32>
  %t = drp.reshape %a : tensor<1x2x1x3xf32> -> tensor<6xf32>
  %product = drp.mul %z, %t : tensor<6xf32>, tensor<6xf32> -> tensor<6xf32>
  func.return %part, %sum, %product : tensor<2x3xf32>, tensor<6xf32>, tensor<6xf32>
}
// CHECK-LABEL: @no_sums(
// CHECK-NEXT: %c = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1xf32>>
// CHECK-NEXT: %r = drp.reshape %z : tensor<6xf32> -> tensor<2x3xf32>
// CHECK-NEXT: %part = drp.mul %r, %c : tensor<2x3xf32>, tensor<2x1xf32> -> tensor<2x3xf32>
// CHECK-NEXT: %s = drp.reshape %x : tensor<1x2x1x3xf32> -> tensor<6xf32>
// CHECK-NEXT: %sum = drp.add %z, %s : tensor<6xf32>, tensor<6xf32> -> tensor<6xf32>
// CHECK-NEXT: %a = drp.conv %x, %w : tensor<1x2x1x3xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %t = drp.reshape %a : tensor<1x2x1x3xf32> -> tensor<6xf32>
// CHECK-NEXT: %product = drp.mul %z, %t : tensor<6xf32>, tensor<6xf32> -> tensor<6xf32>
// CHECK-NEXT: func.return %part, %sum, %product : tensor<2x3xf32>, tensor<6xf32>, tensor<6xf32>
