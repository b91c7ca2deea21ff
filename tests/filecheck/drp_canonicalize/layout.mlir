// RUN: drpc-opt %s -p drp-canonicalize | filecheck %s

// Rule 10: a function between transposes that undo each other.
func.func @function(%x: tensor<1x2x3x4xf32>) -> tensor<1x2x3x4xf32> {
  %a = drp.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
  %b = drp.apply %a {drp.nodes = ["f"], function = #drp.function<hard_swish>} : tensor<1x3x4x2xf32> -> tensor<1x3x4x2xf32>
  %y = drp.transpose %b {permutation = array<i64: 0, 3, 1, 2>} : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
  func.return %y : tensor<1x2x3x4xf32>
}
// CHECK-LABEL: @function(
// CHECK-NEXT: %y = drp.apply %x {drp.nodes = ["f"], function = #drp.function<hard_swish>} : tensor<1x2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK-NEXT: func.return %y : tensor<1x2x3x4xf32>

// Rule 10: every kind of job that ignores the order of axes, with what it says about axes.
func.func @kinds(%x: tensor<1x2x3x4xf32>, %z: tensor<1x2x3x4xf32>) -> (tensor<1x5x3x4xf32>, tensor<1x1x3x4xi64>) {
  %c = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2xf32>>
  %a = drp.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
  %b = drp.transpose %z {permutation = array<i64: 0, 2, 3, 1>} : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
  %d = drp.mul %a, %c : tensor<1x3x4x2xf32>, tensor<2xf32> -> tensor<1x3x4x2xf32>
  %e = drp.concat %d, %b {axis = 3 : i64} : tensor<1x3x4x2xf32>, tensor<1x3x4x2xf32> -> tensor<1x3x4x4xf32>
  %f = drp.pad %e {low = array<i64: 0, 0, 0, 2>, high = array<i64: 0, 0, 0, 1>} : tensor<1x3x4x4xf32> -> tensor<1x3x4x7xf32>
  %g = drp.slice %f {offsets = array<i64: 0, 0, 0, 1>, sizes = array<i64: 1, 3, 4, 5>, steps = array<i64: 1, 1, 1, 1>} : tensor<1x3x4x7xf32> -> tensor<1x3x4x5xf32>
  %h = drp.softmax %g {axis = 3 : i64} : tensor<1x3x4x5xf32> -> tensor<1x3x4x5xf32>
  %i = drp.gather %h {axis = 3 : i64, indices = array<i64: 1, 2, 3, 4, 0>} : tensor<1x3x4x5xf32> -> tensor<1x3x4x5xf32>
  %y = drp.transpose %i {permutation = array<i64: 0, 3, 1, 2>} : tensor<1x3x4x5xf32> -> tensor<1x5x3x4xf32>
  %m = drp.argmax %i {axis = 3 : i64} : tensor<1x3x4x5xf32> -> tensor<1x3x4x1xi64>
  %n = drp.transpose %m {permutation = array<i64: 0, 3, 1, 2>} : tensor<1x3x4x1xi64> -> tensor<1x1x3x4xi64>
  func.return %y, %n : tensor<1x5x3x4xf32>, tensor<1x1x3x4xi64>
}
// CHECK-LABEL: @kinds(
// CHECK-NEXT: %c = drp.constant #drp.tensor<[1.0, 2.0] : tensor<1x2x1x1xf32>>
// CHECK-NEXT: %0 = drp.mul %x, %c : tensor<1x2x3x4xf32>, tensor<1x2x1x1xf32> -> tensor<1x2x3x4xf32>
// CHECK-NEXT: %1 = drp.concat %0, %z {axis = 1 : i64} : tensor<1x2x3x4xf32>, tensor<1x2x3x4xf32> -> tensor<1x4x3x4xf32>
// CHECK-NEXT: %2 = drp.pad %1 {low = array<i64: 0, 2, 0, 0>, high = array<i64: 0, 1, 0, 0>} : tensor<1x4x3x4xf32> -> tensor<1x7x3x4xf32>
// CHECK-NEXT: %3 = drp.slice %2 {offsets = array<i64: 0, 1, 0, 0>, sizes = array<i64: 1, 5, 3, 4>, steps = array<i64: 1, 1, 1, 1>} : tensor<1x7x3x4xf32> -> tensor<1x5x3x4xf32>
// CHECK-NEXT: %4 = drp.softmax %3 {axis = 1 : i64} : tensor<1x5x3x4xf32> -> tensor<1x5x3x4xf32>
// CHECK-NEXT: %y = drp.gather %4 {axis = 1 : i64, indices = array<i64: 1, 2, 3, 4, 0>} : tensor<1x5x3x4xf32> -> tensor<1x5x3x4xf32>
// CHECK-NEXT: %n = drp.argmax %y {axis = 1 : i64} : tensor<1x5x3x4xf32> -> tensor<1x1x3x4xi64>
// CHECK-NEXT: func.return %y, %n : tensor<1x5x3x4xf32>, tensor<1x1x3x4xi64>

// Rule 10: a gate with channels last that only has channels is a reshape away.
func.func @gate(%x: tensor<1x2x3x4xf32>, %s: tensor<1x2x1x1xf32>) -> tensor<1x2x3x4xf32> {
  %a = drp.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
  %g = drp.reshape %s : tensor<1x2x1x1xf32> -> tensor<1x1x1x2xf32>
  %b = drp.mul %a, %g : tensor<1x3x4x2xf32>, tensor<1x1x1x2xf32> -> tensor<1x3x4x2xf32>
  %y = drp.transpose %b {permutation = array<i64: 0, 3, 1, 2>} : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
  func.return %y : tensor<1x2x3x4xf32>
}
// CHECK-LABEL: @gate(
// CHECK-NEXT: %y = drp.mul %x, %s : tensor<1x2x3x4xf32>, tensor<1x2x1x1xf32> -> tensor<1x2x3x4xf32>
// CHECK-NEXT: func.return %y : tensor<1x2x3x4xf32>

// Rule 10: no fewer elements move, but the convolution can take the function.
func.func @epilogue(%i: tensor<1x2x3x4xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x3x4x2xf32> {
  %c = drp.conv %i, %w : tensor<1x2x3x4xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x3x4xf32>
  %a = drp.transpose %c {permutation = array<i64: 0, 2, 3, 1>} : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
  %y = drp.apply %a {function = #drp.function<relu>} : tensor<1x3x4x2xf32> -> tensor<1x3x4x2xf32>
  func.return %y : tensor<1x3x4x2xf32>
}
// CHECK-LABEL: @epilogue(
// CHECK-NEXT: %c = drp.conv %i, %w : tensor<1x2x3x4xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x3x4xf32>
// CHECK-NEXT: %0 = drp.apply %c {function = #drp.function<relu>} : tensor<1x2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK-NEXT: %y = drp.transpose %0 {permutation = array<i64: 0, 2, 3, 1>} : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK-NEXT: func.return %y : tensor<1x3x4x2xf32>

// Left alone: another tensor would have to be transposed instead, a job that knows its channels.
func.func @left_alone(%x: tensor<1x2x3x4xf32>, %z: tensor<1x3x4x2xf32>) -> (tensor<1x3x4x2xf32>, tensor<1x2x3x4xf32>) {
  %a = drp.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
  %sum = drp.add %a, %z : tensor<1x3x4x2xf32>, tensor<1x3x4x2xf32> -> tensor<1x3x4x2xf32>
  %b = drp.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
  %c = drp.layer_norm %b {axis = 3 : i64} : tensor<1x3x4x2xf32> -> tensor<1x3x4x2xf32>
  %norm = drp.transpose %c {permutation = array<i64: 0, 3, 1, 2>} : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
  func.return %sum, %norm : tensor<1x3x4x2xf32>, tensor<1x2x3x4xf32>
}
// CHECK-LABEL: @left_alone(
// CHECK-NEXT: %a = drp.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK-NEXT: %sum = drp.add %a, %z : tensor<1x3x4x2xf32>, tensor<1x3x4x2xf32> -> tensor<1x3x4x2xf32>
// CHECK-NEXT: %c = drp.layer_norm %a {axis = 3 : i64} : tensor<1x3x4x2xf32> -> tensor<1x3x4x2xf32>
// CHECK-NEXT: %norm = drp.transpose %c {permutation = array<i64: 0, 3, 1, 2>} : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK-NEXT: func.return %sum, %norm : tensor<1x3x4x2xf32>, tensor<1x2x3x4xf32>

// Rule 10: the other operand of the sum is transposed anyway, for another convolution.
func.func @transposed_anyway(%x: tensor<1x3x2xf32>, %w: tensor<2x2x1x1xf32>) -> (tensor<1x3x2xf32>, tensor<1x2x1x3xf32>) {
  %n = drp.layer_norm %x {axis = 2 : i64} : tensor<1x3x2xf32> -> tensor<1x3x2xf32>
  %t = drp.transpose %n {permutation = array<i64: 0, 2, 1>} : tensor<1x3x2xf32> -> tensor<1x2x3xf32>
  %r = drp.reshape %t : tensor<1x2x3xf32> -> tensor<1x2x1x3xf32>
  %c = drp.conv %r, %w : tensor<1x2x1x3xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x1x3xf32>
  %p = drp.max_pool %c {kernel = array<i64: 1, 1>} : tensor<1x2x1x3xf32> -> tensor<1x2x1x3xf32>
  %d = drp.conv %p, %w : tensor<1x2x1x3xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x1x3xf32>
  %s = drp.reshape %d : tensor<1x2x1x3xf32> -> tensor<1x2x3xf32>
  %u = drp.transpose %s {permutation = array<i64: 0, 2, 1>} : tensor<1x2x3xf32> -> tensor<1x3x2xf32>
  %y = drp.add %u, %n : tensor<1x3x2xf32>, tensor<1x3x2xf32> -> tensor<1x3x2xf32>
  func.return %y, %c : tensor<1x3x2xf32>, tensor<1x2x1x3xf32>
}
// CHECK-LABEL: @transposed_anyway(
// CHECK-NEXT: %n = drp.layer_norm %x {axis = 2 : i64} : tensor<1x3x2xf32> -> tensor<1x3x2xf32>
// CHECK-NEXT: %t = drp.transpose %n {permutation = array<i64: 0, 2, 1>} : tensor<1x3x2xf32> -> tensor<1x2x3xf32>
// CHECK-NEXT: %r = drp.reshape %t : tensor<1x2x3xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %c = drp.conv %r, %w : tensor<1x2x1x3xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %p = drp.max_pool %c {kernel = array<i64: 1, 1>} : tensor<1x2x1x3xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %d = drp.conv %p, %w : tensor<1x2x1x3xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %0 = drp.add %d, %r : tensor<1x2x1x3xf32>, tensor<1x2x1x3xf32> -> tensor<1x2x1x3xf32>
// CHECK-NEXT: %1 = drp.reshape %0 : tensor<1x2x1x3xf32> -> tensor<1x2x3xf32>
// CHECK-NEXT: %y = drp.transpose %1 {permutation = array<i64: 0, 2, 1>} : tensor<1x2x3xf32> -> tensor<1x3x2xf32>
// CHECK-NEXT: func.return %y, %c : tensor<1x3x2xf32>, tensor<1x2x1x3xf32>
