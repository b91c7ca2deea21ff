// RUN: drpc-opt %s -p drp-fuse | filecheck %s

// Rule 4: a layer normalisation spelled out, its scale and shift.
func.func @layer_norm(%x: tensor<1x3x2xf32>) -> tensor<1x3x2xf32> {
  %two = drp.constant #drp.tensor<[2.0] : tensor<f32>>
  %epsilon = drp.constant #drp.tensor<[0.0009765625] : tensor<f32>>
  %scale = drp.constant #drp.tensor<[2.0, 3.0] : tensor<2xf32>>
  %shift = drp.constant #drp.tensor<[4.0, 5.0] : tensor<2xf32>>
  %m = drp.reduce %x {drp.nodes = ["mean"], kind = #drp<reduce_kind mean>, axes = array<i64: 2>} : tensor<1x3x2xf32> -> tensor<1x3x1xf32>
  %d = drp.sub %x, %m {drp.nodes = ["sub"]} : tensor<1x3x2xf32>, tensor<1x3x1xf32> -> tensor<1x3x2xf32>
  %p = drp.pow %d, %two {drp.nodes = ["pow"]} : tensor<1x3x2xf32>, tensor<f32> -> tensor<1x3x2xf32>
  %v = drp.reduce %p {drp.nodes = ["variance"], kind = #drp<reduce_kind mean>, axes = array<i64: 2>} : tensor<1x3x2xf32> -> tensor<1x3x1xf32>
  %e = drp.add %v, %epsilon : tensor<1x3x1xf32>, tensor<f32> -> tensor<1x3x1xf32>
  %r = drp.apply %e {function = #drp.function<sqrt>} : tensor<1x3x1xf32> -> tensor<1x3x1xf32>
  %n = drp.div %d, %r {drp.nodes = ["div"]} : tensor<1x3x2xf32>, tensor<1x3x1xf32> -> tensor<1x3x2xf32>
  %s = drp.mul %n, %scale {drp.nodes = ["mul"]} : tensor<1x3x2xf32>, tensor<2xf32> -> tensor<1x3x2xf32>
  %y = drp.add %shift, %s {drp.nodes = ["add"]} : tensor<2xf32>, tensor<1x3x2xf32> -> tensor<1x3x2xf32>
  func.return %y : tensor<1x3x2xf32>
}
// CHECK-LABEL: @layer_norm(
// CHECK-NEXT: %scale = drp.constant #drp.tensor<[2.0, 3.0] : tensor<2xf32>>
// CHECK-NEXT: %shift = drp.constant #drp.tensor<[4.0, 5.0] : tensor<2xf32>>
// CHECK-NEXT: %y = drp.layer_norm %x scale %scale : tensor<2xf32> shift %shift : tensor<2xf32> {drp.nodes = ["div", "variance", "pow", "sub", "mean", "mul", "add"], axis = 2 : i64, epsilon = 0.0009765625 : f64} : tensor<1x3x2xf32> -> tensor<1x3x2xf32>
// CHECK-NEXT: func.return %y : tensor<1x3x2xf32>

// Rule 4: the difference computed twice, squared by a product, and times the reciprocal root.
func.func @reciprocal(%x: tensor<1x3x2xf32>) -> tensor<1x3x2xf32> {
  %epsilon = drp.constant #drp.tensor<[0.0009765625] : tensor<f32>>
  %exponent = drp.constant #drp.tensor<[-0.5] : tensor<f32>>
  %m = drp.reduce %x {kind = #drp<reduce_kind mean>, axes = array<i64: 2>} : tensor<1x3x2xf32> -> tensor<1x3x1xf32>
  %d = drp.sub %x, %m : tensor<1x3x2xf32>, tensor<1x3x1xf32> -> tensor<1x3x2xf32>
  %again = drp.sub %x, %m : tensor<1x3x2xf32>, tensor<1x3x1xf32> -> tensor<1x3x2xf32>
  %p = drp.mul %d, %d : tensor<1x3x2xf32>, tensor<1x3x2xf32> -> tensor<1x3x2xf32>
  %v = drp.reduce %p {kind = #drp<reduce_kind mean>, axes = array<i64: 2>} : tensor<1x3x2xf32> -> tensor<1x3x1xf32>
  %e = drp.add %v, %epsilon : tensor<1x3x1xf32>, tensor<f32> -> tensor<1x3x1xf32>
  %r = drp.pow %e, %exponent : tensor<1x3x1xf32>, tensor<f32> -> tensor<1x3x1xf32>
  %y = drp.mul %again, %r : tensor<1x3x2xf32>, tensor<1x3x1xf32> -> tensor<1x3x2xf32>
  func.return %y : tensor<1x3x2xf32>
}
// CHECK-LABEL: @reciprocal(
// CHECK-NEXT: %y = drp.layer_norm %x {axis = 2 : i64, epsilon = 0.0009765625 : f64} : tensor<1x3x2xf32> -> tensor<1x3x2xf32>
// CHECK-NEXT: func.return %y : tensor<1x3x2xf32>

// Rule 4: without the mean, a root-mean-square normalisation.
func.func @rms_norm(%x: tensor<1x3x2xf32>) -> tensor<1x3x2xf32> {
  %epsilon = drp.constant #drp.tensor<[0.0009765625] : tensor<f32>>
  %p = drp.mul %x, %x : tensor<1x3x2xf32>, tensor<1x3x2xf32> -> tensor<1x3x2xf32>
  %v = drp.reduce %p {kind = #drp<reduce_kind mean>, axes = array<i64: 2>} : tensor<1x3x2xf32> -> tensor<1x3x1xf32>
  %e = drp.add %v, %epsilon : tensor<1x3x1xf32>, tensor<f32> -> tensor<1x3x1xf32>
  %r = drp.apply %e {function = #drp.function<sqrt>} : tensor<1x3x1xf32> -> tensor<1x3x1xf32>
  %y = drp.div %x, %r : tensor<1x3x2xf32>, tensor<1x3x1xf32> -> tensor<1x3x2xf32>
  func.return %y : tensor<1x3x2xf32>
}
// CHECK-LABEL: @rms_norm(
// CHECK-NEXT: %y = drp.rms_norm %x {axis = 2 : i64, epsilon = 0.0009765625 : f64} : tensor<1x3x2xf32> -> tensor<1x3x2xf32>
// CHECK-NEXT: func.return %y : tensor<1x3x2xf32>

// Rule 4: softmax, with the maximum subtracted and without.
func.func @softmax(%x: tensor<2x4xf32>, %z: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %m = drp.reduce %x {kind = #drp<reduce_kind max>, axes = array<i64: 1>} : tensor<2x4xf32> -> tensor<2x1xf32>
  %d = drp.sub %x, %m : tensor<2x4xf32>, tensor<2x1xf32> -> tensor<2x4xf32>
  %e = drp.apply %d {function = #drp.function<exp>} : tensor<2x4xf32> -> tensor<2x4xf32>
  %s = drp.reduce %e {kind = #drp<reduce_kind sum>, axes = array<i64: 1>} : tensor<2x4xf32> -> tensor<2x1xf32>
  %with = drp.div %e, %s : tensor<2x4xf32>, tensor<2x1xf32> -> tensor<2x4xf32>
  %f = drp.apply %z {function = #drp.function<exp>} : tensor<2x4xf32> -> tensor<2x4xf32>
  %t = drp.reduce %f {kind = #drp<reduce_kind sum>, axes = array<i64: 0>} : tensor<2x4xf32> -> tensor<1x4xf32>
  %without = drp.div %f, %t : tensor<2x4xf32>, tensor<1x4xf32> -> tensor<2x4xf32>
  func.return %with, %without : tensor<2x4xf32>, tensor<2x4xf32>
}
// CHECK-LABEL: @softmax(
// CHECK-NEXT: %with = drp.softmax %x {axis = 1 : i64} : tensor<2x4xf32> -> tensor<2x4xf32>
// CHECK-NEXT: %without = drp.softmax %z {axis = 0 : i64} : tensor<2x4xf32> -> tensor<2x4xf32>
// CHECK-NEXT: func.return %with, %without : tensor<2x4xf32>, tensor<2x4xf32>

// Left alone: statistics over axes that are not the last ones.
func.func @channels(%x: tensor<1x3x2xf32>) -> tensor<1x3x2xf32> {
  %epsilon = drp.constant #drp.tensor<[0.0009765625] : tensor<f32>>
  %p = drp.mul %x, %x : tensor<1x3x2xf32>, tensor<1x3x2xf32> -> tensor<1x3x2xf32>
  %v = drp.reduce %p {kind = #drp<reduce_kind mean>, axes = array<i64: 1>} : tensor<1x3x2xf32> -> tensor<1x1x2xf32>
  %e = drp.add %v, %epsilon : tensor<1x1x2xf32>, tensor<f32> -> tensor<1x1x2xf32>
  %r = drp.apply %e {function = #drp.function<sqrt>} : tensor<1x1x2xf32> -> tensor<1x1x2xf32>
  %y = drp.div %x, %r : tensor<1x3x2xf32>, tensor<1x1x2xf32> -> tensor<1x3x2xf32>
  func.return %y : tensor<1x3x2xf32>
}
// CHECK-LABEL: @channels(
// CHECK-NEXT: %p = drp.mul %x, %x : tensor<1x3x2xf32>, tensor<1x3x2xf32> -> tensor<1x3x2xf32>
// CHECK-NEXT: %v = drp.reduce %p {kind = #drp<reduce_kind mean>, axes = array<i64: 1>} : tensor<1x3x2xf32> -> tensor<1x1x2xf32>
// CHECK-NEXT: %e = drp.apply %v {function = #drp.function<affine(1.0, 0.0009765625)>} : tensor<1x1x2xf32> -> tensor<1x1x2xf32>
// CHECK-NEXT: %r = drp.apply %e {function = #drp.function<sqrt>} : tensor<1x1x2xf32> -> tensor<1x1x2xf32>
// CHECK-NEXT: %y = drp.div %x, %r : tensor<1x3x2xf32>, tensor<1x1x2xf32> -> tensor<1x3x2xf32>
// CHECK-NEXT: func.return %y : tensor<1x3x2xf32>

// Left alone: the sum of another tensor, sums over two axes, a sum laid along the other axis.
func.func @not_softmax(%x: tensor<2x4xf32>, %z: tensor<2x4xf32>, %v: tensor<2x2xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x2xf32>) {
  %e = drp.apply %x {function = #drp.function<exp>} : tensor<2x4xf32> -> tensor<2x4xf32>
  %s = drp.reduce %z {kind = #drp<reduce_kind sum>, axes = array<i64: 1>} : tensor<2x4xf32> -> tensor<2x1xf32>
  %other = drp.div %e, %s : tensor<2x4xf32>, tensor<2x1xf32> -> tensor<2x4xf32>
  %t = drp.reduce %e {kind = #drp<reduce_kind sum>, axes = array<i64: 0, 1>} : tensor<2x4xf32> -> tensor<1x1xf32>
  %both = drp.div %e, %t : tensor<2x4xf32>, tensor<1x1xf32> -> tensor<2x4xf32>
  %f = drp.apply %v {function = #drp.function<exp>} : tensor<2x2xf32> -> tensor<2x2xf32>
  %u = drp.reduce %f {kind = #drp<reduce_kind sum>, axes = array<i64: 1>, keep = false} : tensor<2x2xf32> -> tensor<2xf32>
  %across = drp.div %f, %u : tensor<2x2xf32>, tensor<2xf32> -> tensor<2x2xf32>
  func.return %other, %both, %across : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x2xf32>
}
// CHECK-LABEL: @not_softmax(
// CHECK-NEXT: %e = drp.apply %x {function = #drp.function<exp>} : tensor<2x4xf32> -> tensor<2x4xf32>
// CHECK-NEXT: %s = drp.reduce %z {kind = #drp<reduce_kind sum>, axes = array<i64: 1>} : tensor<2x4xf32> -> tensor<2x1xf32>
// CHECK-NEXT: %other = drp.div %e, %s : tensor<2x4xf32>, tensor<2x1xf32> -> tensor<2x4xf32>
// CHECK-NEXT: %t = drp.reduce %e {kind = #drp<reduce_kind sum>, axes = array<i64: 0, 1>} : tensor<2x4xf32> -> tensor<1x1xf32>
// CHECK-NEXT: %both = drp.div %e, %t : tensor<2x4xf32>, tensor<1x1xf32> -> tensor<2x4xf32>
// CHECK-NEXT: %f = drp.apply %v {function = #drp.function<exp>} : tensor<2x2xf32> -> tensor<2x2xf32>
// CHECK-NEXT: %u = drp.reduce %f {kind = #drp<reduce_kind sum>, axes = array<i64: 1>, keep = false} : tensor<2x2xf32> -> tensor<2xf32>
// CHECK-NEXT: %across = drp.div %f, %u : tensor<2x2xf32>, tensor<2xf32> -> tensor<2x2xf32>
// CHECK-NEXT: func.return %other, %both, %across : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x2xf32>
