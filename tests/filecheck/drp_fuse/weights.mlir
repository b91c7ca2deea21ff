// RUN: drpc-opt %s -p drp-fuse | filecheck %s

// Rule 5: a scale_shift behind a convolution goes into its weights and bias.
func.func @behind(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1x1x1xf32>>
  %b = drp.constant #drp.tensor<[1.0, 1.0] : tensor<2xf32>>
  %s = drp.constant #drp.tensor<[2.0, 3.0] : tensor<2xf32>>
  %t = drp.constant #drp.tensor<[10.0, 20.0] : tensor<2xf32>>
  %c = drp.conv %x, %w bias %b : tensor<2xf32> {drp.nodes = ["conv"]} : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x2x2xf32>
  %y = drp.scale_shift %c, %s, %t {drp.nodes = ["bn"]} : tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32> -> tensor<1x2x2x2xf32>
  func.return %y : tensor<1x2x2x2xf32>
}
// CHECK-LABEL: @behind(
// CHECK-NEXT: %w = drp.constant #drp.tensor<[2.0, 6.0] : tensor<2x1x1x1xf32>>
// CHECK-NEXT: %b = drp.constant #drp.tensor<[12.0, 23.0] : tensor<2xf32>>
// CHECK-NEXT: %y = drp.conv %x, %w bias %b : tensor<2xf32> {drp.nodes = ["conv", "bn"]} : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x2x2xf32>
// CHECK-NEXT: func.return %y : tensor<1x2x2x2xf32>

// Rule 5: a sum only touches the bias; a scale without a bias needs none.
func.func @sum_and_scale(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1x1x1xf32>>
  %t = drp.constant #drp.tensor<[10.0, 20.0] : tensor<2x1x1xf32>>
  %c = drp.conv %x, %w : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x2x2xf32>
  %sum = drp.add %t, %c : tensor<2x1x1xf32>, tensor<1x2x2x2xf32> -> tensor<1x2x2x2xf32>
  %d = drp.conv %x, %w : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x2x2xf32>
  %scale = drp.mul %t, %d : tensor<2x1x1xf32>, tensor<1x2x2x2xf32> -> tensor<1x2x2x2xf32>
  func.return %sum, %scale : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}
// CHECK-LABEL: @sum_and_scale(
// CHECK-NEXT: %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1x1x1xf32>>
// CHECK-NEXT: %0 = drp.constant #drp.tensor<[10.0, 20.0] : tensor<2xf32>>
// CHECK-NEXT: %sum = drp.conv %x, %w bias %0 : tensor<2xf32> : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x2x2xf32>
// CHECK-NEXT: %w_1 = drp.constant #drp.tensor<[10.0, 40.0] : tensor<2x1x1x1xf32>>
// CHECK-NEXT: %scale = drp.conv %x, %w_1 : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x2x2xf32>
// CHECK-NEXT: func.return %sum, %scale : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>

// Rule 5: behind a transposed convolution of two groups, whose weights are (in, out / groups).
func.func @transposed(%x: tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32> {
  %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1x1x1xf32>>
  %s = drp.constant #drp.tensor<[2.0, 3.0] : tensor<1x2x1x1xf32>>
  %c = drp.conv_transpose %x, %w {groups = 2 : i64} : tensor<1x2x1x1xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x1x1xf32>
  %y = drp.mul %c, %s : tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32> -> tensor<1x2x1x1xf32>
  func.return %y : tensor<1x2x1x1xf32>
}
// CHECK-LABEL: @transposed(
// CHECK-NEXT: %w = drp.constant #drp.tensor<[2.0, 6.0] : tensor<2x1x1x1xf32>>
// CHECK-NEXT: %y = drp.conv_transpose %x, %w {groups = 2 : i64} : tensor<1x2x1x1xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x1x1xf32>
// CHECK-NEXT: func.return %y : tensor<1x2x1x1xf32>

// Rule 5: along the last axis of a matrix product of any rank, and a scalar.
func.func @product(%x: tensor<1x3x1xf32>) -> tensor<1x3x2xf32> {
  %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<1x2xf32>>
  %t = drp.constant #drp.tensor<[10.0, 20.0] : tensor<2xf32>>
  %h = drp.constant #drp.tensor<[0.5] : tensor<f32>>
  %p = drp.matmul %x, %w : tensor<1x3x1xf32>, tensor<1x2xf32> -> tensor<1x3x2xf32>
  %a = drp.add %t, %p : tensor<2xf32>, tensor<1x3x2xf32> -> tensor<1x3x2xf32>
  %d = drp.div %a, %t : tensor<1x3x2xf32>, tensor<2xf32> -> tensor<1x3x2xf32>
  %s = drp.sub %t, %d : tensor<2xf32>, tensor<1x3x2xf32> -> tensor<1x3x2xf32>
  %y = drp.mul %s, %h : tensor<1x3x2xf32>, tensor<f32> -> tensor<1x3x2xf32>
  func.return %y : tensor<1x3x2xf32>
}
// CHECK-LABEL: @product(
// CHECK-NEXT: %w = drp.constant #drp.tensor<[-0.05, -0.05] : tensor<1x2xf32>>
// CHECK-NEXT: %0 = drp.constant #drp.tensor<[4.5, 9.5] : tensor<2xf32>>
// CHECK-NEXT: %y = drp.matmul %x, %w bias %0 : tensor<2xf32> : tensor<1x3x1xf32>, tensor<1x2xf32> -> tensor<1x3x2xf32>
// CHECK-NEXT: func.return %y : tensor<1x3x2xf32>

// Rule 6: before a convolution without padding, each group's taps meet its own channels' shift.
func.func @before(%x: tensor<1x2x1x2xf32>) -> tensor<1x2x1x1xf32> {
  %w = drp.constant #drp.tensor<[1.0, 2.0, 3.0, 4.0] : tensor<2x1x1x2xf32>>
  %s = drp.constant #drp.tensor<[2.0, 3.0] : tensor<2xf32>>
  %t = drp.constant #drp.tensor<[10.0, 20.0] : tensor<2xf32>>
  %n = drp.scale_shift %x, %s, %t {drp.nodes = ["bn"]} : tensor<1x2x1x2xf32>, tensor<2xf32>, tensor<2xf32> -> tensor<1x2x1x2xf32>
  %y = drp.conv %n, %w {groups = 2 : i64, drp.nodes = ["conv"]} : tensor<1x2x1x2xf32>, tensor<2x1x1x2xf32> -> tensor<1x2x1x1xf32>
  func.return %y : tensor<1x2x1x1xf32>
}
// CHECK-LABEL: @before(
// CHECK-NEXT: %w = drp.constant #drp.tensor<[2.0, 4.0, 9.0, 12.0] : tensor<2x1x1x2xf32>>
// CHECK-NEXT: %0 = drp.constant #drp.tensor<[30.0, 140.0] : tensor<2xf32>>
// CHECK-NEXT: %y = drp.conv %x, %w bias %0 : tensor<2xf32> {drp.nodes = ["conv", "bn"], groups = 2 : i64} : tensor<1x2x1x2xf32>, tensor<2x1x1x2xf32> -> tensor<1x2x1x1xf32>
// CHECK-NEXT: func.return %y : tensor<1x2x1x1xf32>

// Rule 6: a scale goes before padding too, zero stays zero; and into both kinds of products.
func.func @scale_before(%x: tensor<1x1x1x1xf32>, %a: tensor<3x2xf32>) -> (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<3x1xf32>) {
  %w = drp.constant #drp.tensor<[1.0, 2.0, 3.0] : tensor<1x1x1x3xf32>>
  %v = drp.constant #drp.tensor<[5.0] : tensor<1x1x1x1xf32>>
  %b = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1xf32>>
  %s = drp.constant #drp.tensor<[2.0] : tensor<f32>>
  %st = drp.constant #drp.tensor<[2.0, 4.0] : tensor<1x2xf32>>
  %m = drp.mul %x, %s : tensor<1x1x1x1xf32>, tensor<f32> -> tensor<1x1x1x1xf32>
  %padded = drp.conv %m, %w {pads = array<i64: 0, 1, 0, 1>} : tensor<1x1x1x1xf32>, tensor<1x1x1x3xf32> -> tensor<1x1x1x1xf32>
  %n = drp.mul %x, %s : tensor<1x1x1x1xf32>, tensor<f32> -> tensor<1x1x1x1xf32>
  %transposed = drp.conv_transpose %n, %v : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x1x1xf32>
  %o = drp.add %a, %st : tensor<3x2xf32>, tensor<1x2xf32> -> tensor<3x2xf32>
  %product = drp.matmul %o, %b : tensor<3x2xf32>, tensor<2x1xf32> -> tensor<3x1xf32>
  func.return %padded, %transposed, %product : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<3x1xf32>
}
// CHECK-LABEL: @scale_before(
// CHECK-NEXT: %w = drp.constant #drp.tensor<[2.0, 4.0, 6.0] : tensor<1x1x1x3xf32>>
// CHECK-NEXT: %padded = drp.conv %x, %w {pads = array<i64: 0, 1, 0, 1>} : tensor<1x1x1x1xf32>, tensor<1x1x1x3xf32> -> tensor<1x1x1x1xf32>
// CHECK-NEXT: %v = drp.constant #drp.tensor<[10.0] : tensor<1x1x1x1xf32>>
// CHECK-NEXT: %transposed = drp.conv_transpose %x, %v : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x1x1xf32>
// CHECK-NEXT: %b = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1xf32>>
// CHECK-NEXT: %0 = drp.constant #drp.tensor<[10.0] : tensor<1xf32>>
// CHECK-NEXT: %product = drp.matmul %a, %b bias %0 : tensor<1xf32> : tensor<3x2xf32>, tensor<2x1xf32> -> tensor<3x1xf32>
// CHECK-NEXT: func.return %padded, %transposed, %product : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<3x1xf32>

// Rule 7: scales of a product of activations move behind it, also through movements.
func.func @attention(%q: tensor<2x3xf32>, %k: tensor<2x3xf32>) -> tensor<2x2xf32> {
  %s = drp.constant #drp.tensor<[0.5] : tensor<f32>>
  %a = drp.mul %q, %s {drp.nodes = ["q"]} : tensor<2x3xf32>, tensor<f32> -> tensor<2x3xf32>
  %b = drp.mul %k, %s {drp.nodes = ["k"]} : tensor<2x3xf32>, tensor<f32> -> tensor<2x3xf32>
  %t = drp.transpose %b {permutation = array<i64: 1, 0>} : tensor<2x3xf32> -> tensor<3x2xf32>
  %y = drp.matmul %a, %t {drp.nodes = ["qk"]} : tensor<2x3xf32>, tensor<3x2xf32> -> tensor<2x2xf32>
  func.return %y : tensor<2x2xf32>
}
// CHECK-LABEL: @attention(
// CHECK-NEXT: %t = drp.transpose %k {permutation = array<i64: 1, 0>} : tensor<2x3xf32> -> tensor<3x2xf32>
// CHECK-NEXT: %y = drp.matmul %q, %t {drp.nodes = ["qk", "q", "k"], activation = #drp.function<affine(0.25, 0.0)>} : tensor<2x3xf32>, tensor<3x2xf32> -> tensor<2x2xf32>
// CHECK-NEXT: func.return %y : tensor<2x2xf32>

// Left alone: a shift before padding or before a transposed convolution.
func.func @shift_before(%x: tensor<1x1x1x1xf32>) -> (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) {
  %w = drp.constant #drp.tensor<[1.0, 2.0, 3.0] : tensor<1x1x1x3xf32>>
  %v = drp.constant #drp.tensor<[5.0] : tensor<1x1x1x1xf32>>
  %s = drp.constant #drp.tensor<[2.0] : tensor<f32>>
  %m = drp.add %x, %s : tensor<1x1x1x1xf32>, tensor<f32> -> tensor<1x1x1x1xf32>
  %padded = drp.conv %m, %w {pads = array<i64: 0, 1, 0, 1>} : tensor<1x1x1x1xf32>, tensor<1x1x1x3xf32> -> tensor<1x1x1x1xf32>
  %n = drp.add %x, %s : tensor<1x1x1x1xf32>, tensor<f32> -> tensor<1x1x1x1xf32>
  %transposed = drp.conv_transpose %n, %v : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x1x1xf32>
  func.return %padded, %transposed : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>
}
// CHECK-LABEL: @shift_before(
// CHECK-NEXT: %w = drp.constant #drp.tensor<[1.0, 2.0, 3.0] : tensor<1x1x1x3xf32>>
// CHECK-NEXT: %v = drp.constant #drp.tensor<[5.0] : tensor<1x1x1x1xf32>>
// CHECK-NEXT: %m = drp.apply %x {function = #drp.function<affine(1.0, 2.0)>} : tensor<1x1x1x1xf32> -> tensor<1x1x1x1xf32>
// CHECK-NEXT: %padded = drp.conv %m, %w {pads = array<i64: 0, 1, 0, 1>} : tensor<1x1x1x1xf32>, tensor<1x1x1x3xf32> -> tensor<1x1x1x1xf32>
// CHECK-NEXT: %n = drp.apply %x {function = #drp.function<affine(1.0, 2.0)>} : tensor<1x1x1x1xf32> -> tensor<1x1x1x1xf32>
// CHECK-NEXT: %transposed = drp.conv_transpose %n, %v : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x1x1xf32>
// CHECK-NEXT: func.return %padded, %transposed : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>

// Left alone: an activation between, another reader, weights that are not constant.
func.func @closed(%x: tensor<1x1x2x2xf32>, %u: tensor<2x1x1x1xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1x1x1xf32>>
  %s = drp.constant #drp.tensor<[2.0, 3.0] : tensor<2xf32>>
  %t = drp.constant #drp.tensor<[10.0, 20.0] : tensor<2xf32>>
  %c = drp.conv %x, %w {activation = #drp.function<relu>} : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x2x2xf32>
  %activation = drp.scale_shift %c, %s, %t : tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32> -> tensor<1x2x2x2xf32>
  %reader = drp.conv %x, %w : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x2x2xf32>
  %twice = drp.scale_shift %reader, %s, %t : tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32> -> tensor<1x2x2x2xf32>
  %e = drp.conv %x, %u : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x2x2xf32>
  %variable = drp.scale_shift %e, %s, %t : tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32> -> tensor<1x2x2x2xf32>
  func.return %activation, %reader, %twice, %variable : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}
// CHECK-LABEL: @closed(
// CHECK-NEXT: %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1x1x1xf32>>
// CHECK-NEXT: %s = drp.constant #drp.tensor<[2.0, 3.0] : tensor<2xf32>>
// CHECK-NEXT: %t = drp.constant #drp.tensor<[10.0, 20.0] : tensor<2xf32>>
// CHECK-NEXT: %c = drp.conv %x, %w {activation = #drp.function<relu>} : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x2x2xf32>
// CHECK-NEXT: %activation = drp.scale_shift %c, %s, %t : tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32> -> tensor<1x2x2x2xf32>
// CHECK-NEXT: %reader = drp.conv %x, %w : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x2x2xf32>
// CHECK-NEXT: %twice = drp.scale_shift %reader, %s, %t : tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32> -> tensor<1x2x2x2xf32>
// CHECK-NEXT: %e = drp.conv %x, %u : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32> -> tensor<1x2x2x2xf32>
// CHECK-NEXT: %variable = drp.scale_shift %e, %s, %t : tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32> -> tensor<1x2x2x2xf32>
// CHECK-NEXT: func.return %activation, %reader, %twice, %variable : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>

// Left alone: weights that would overflow.
func.func @overflow(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = drp.constant #drp.tensor<[1.0e30] : tensor<1x1x1x1xf32>>
  %s = drp.constant #drp.tensor<[1.0e30] : tensor<f32>>
  %c = drp.conv %x, %w : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %y = drp.mul %c, %s : tensor<1x1x2x2xf32>, tensor<f32> -> tensor<1x1x2x2xf32>
  func.return %y : tensor<1x1x2x2xf32>
}
// CHECK-LABEL: @overflow(
// CHECK-NEXT: %w = drp.constant #drp.tensor<[1.0e+30] : tensor<1x1x1x1xf32>>
// CHECK-NEXT: %y = drp.conv %x, %w {activation = #drp.function<affine(1.0000000150474662e+30, 0.0)>} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: func.return %y : tensor<1x1x2x2xf32>
