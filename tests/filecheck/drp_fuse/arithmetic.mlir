// RUN: drpc-opt %s -p drp-fuse | filecheck %s

// Rule 1: a constant scalar, on either side, is an affine function.
func.func @scalar(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  %c = drp.constant #drp.tensor<[2.0] : tensor<f32>>
  %mul = drp.mul %c, %x {drp.nodes = ["mul"]} : tensor<f32>, tensor<2x3xf32> -> tensor<2x3xf32>
  %add = drp.add %x, %c : tensor<2x3xf32>, tensor<f32> -> tensor<2x3xf32>
  %sub = drp.sub %x, %c : tensor<2x3xf32>, tensor<f32> -> tensor<2x3xf32>
  %from = drp.sub %c, %x : tensor<f32>, tensor<2x3xf32> -> tensor<2x3xf32>
  %div = drp.div %x, %c : tensor<2x3xf32>, tensor<f32> -> tensor<2x3xf32>
  func.return %mul, %add, %sub, %from, %div : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}
// CHECK-LABEL: @scalar(
// CHECK-NEXT: %mul = drp.apply %x {drp.nodes = ["mul"], function = #drp.function<affine(2.0, 0.0)>} : tensor<2x3xf32> -> tensor<2x3xf32>
// CHECK-NEXT: %add = drp.apply %x {function = #drp.function<affine(1.0, 2.0)>} : tensor<2x3xf32> -> tensor<2x3xf32>
// CHECK-NEXT: %sub = drp.apply %x {function = #drp.function<affine(1.0, -2.0)>} : tensor<2x3xf32> -> tensor<2x3xf32>
// CHECK-NEXT: %from = drp.apply %x {function = #drp.function<affine(-1.0, 2.0)>} : tensor<2x3xf32> -> tensor<2x3xf32>
// CHECK-NEXT: %div = drp.apply %x {function = #drp.function<affine(0.5, 0.0)>} : tensor<2x3xf32> -> tensor<2x3xf32>
// CHECK-NEXT: func.return %mul, %add, %sub, %from, %div : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>

// Rule 1: one number per channel, in any shape that broadcasts so, is a scale_shift.
func.func @channels(%x: tensor<1x2x3x3xf32>) -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  %c = drp.constant #drp.tensor<[2.0, 4.0] : tensor<1x2x1x1xf32>>
  %d = drp.constant #drp.tensor<[2.0, 4.0] : tensor<2x1x1xf32>>
  %mul = drp.mul %x, %c : tensor<1x2x3x3xf32>, tensor<1x2x1x1xf32> -> tensor<1x2x3x3xf32>
  %sub = drp.sub %d, %x : tensor<2x1x1xf32>, tensor<1x2x3x3xf32> -> tensor<1x2x3x3xf32>
  func.return %mul, %sub : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>
}
// CHECK-LABEL: @channels(
// CHECK-NEXT: %0 = drp.constant #drp.tensor<[2.0, 4.0] : tensor<2xf32>>
// CHECK-NEXT: %1 = drp.constant #drp.tensor<[0.0, 0.0] : tensor<2xf32>>
// CHECK-NEXT: %mul = drp.scale_shift %x, %0, %1 : tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32> -> tensor<1x2x3x3xf32>
// CHECK-NEXT: %2 = drp.constant #drp.tensor<[-1.0, -1.0] : tensor<2xf32>>
// CHECK-NEXT: %3 = drp.constant #drp.tensor<[2.0, 4.0] : tensor<2xf32>>
// CHECK-NEXT: %sub = drp.scale_shift %x, %2, %3 : tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32> -> tensor<1x2x3x3xf32>
// CHECK-NEXT: func.return %mul, %sub : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>

// Rule 1: numbers that are all equal are a scalar.
func.func @equal(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %c = drp.constant #drp.tensor<[2.0, 2.0] : tensor<1x2x1x1xf32>>
  %mul = drp.mul %x, %c : tensor<1x2x3x3xf32>, tensor<1x2x1x1xf32> -> tensor<1x2x3x3xf32>
  func.return %mul : tensor<1x2x3x3xf32>
}
// CHECK-LABEL: @equal(
// CHECK-NEXT: %mul = drp.apply %x {function = #drp.function<affine(2.0, 0.0)>} : tensor<1x2x3x3xf32> -> tensor<1x2x3x3xf32>
// CHECK-NEXT: func.return %mul : tensor<1x2x3x3xf32>

// Rule 1: powers, reciprocals, bounds, one slope.
func.func @functions(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %one = drp.constant #drp.tensor<[1.0] : tensor<f32>>
  %three = drp.constant #drp.tensor<[3.0] : tensor<1xf32>>
  %zero = drp.constant #drp.tensor<[0.0] : tensor<f32>>
  %pow = drp.pow %x, %three : tensor<2xf32>, tensor<1xf32> -> tensor<2xf32>
  %reciprocal = drp.div %one, %x : tensor<f32>, tensor<2xf32> -> tensor<2xf32>
  %min = drp.min %x, %three : tensor<2xf32>, tensor<1xf32> -> tensor<2xf32>
  %relu = drp.max %zero, %x : tensor<f32>, tensor<2xf32> -> tensor<2xf32>
  %leaky = drp.prelu %x, %three : tensor<2xf32>, tensor<1xf32> -> tensor<2xf32>
  func.return %pow, %reciprocal, %min, %relu, %leaky : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}
// CHECK-LABEL: @functions(
// CHECK-NEXT: %pow = drp.apply %x {function = #drp.function<power(3.0)>} : tensor<2xf32> -> tensor<2xf32>
// CHECK-NEXT: %reciprocal = drp.apply %x {function = #drp.function<reciprocal>} : tensor<2xf32> -> tensor<2xf32>
// CHECK-NEXT: %min = drp.apply %x {function = #drp.function<clip(0xfff0000000000000, 3.0)>} : tensor<2xf32> -> tensor<2xf32>
// CHECK-NEXT: %relu = drp.apply %x {function = #drp.function<relu>} : tensor<2xf32> -> tensor<2xf32>
// CHECK-NEXT: %leaky = drp.apply %x {function = #drp.function<leaky_relu(3.0)>} : tensor<2xf32> -> tensor<2xf32>
// CHECK-NEXT: func.return %pow, %reciprocal, %min, %relu, %leaky : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>

// Rule 2: affine jobs in a row are one.
func.func @row(%x: tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32> {
  %c = drp.constant #drp.tensor<[2.0] : tensor<f32>>
  %d = drp.constant #drp.tensor<[1.0, 3.0] : tensor<1x2x1x1xf32>>
  %a = drp.mul %x, %c {drp.nodes = ["a"]} : tensor<1x2x1x1xf32>, tensor<f32> -> tensor<1x2x1x1xf32>
  %b = drp.add %a, %d {drp.nodes = ["b"]} : tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32> -> tensor<1x2x1x1xf32>
  %y = drp.mul %b, %c {drp.nodes = ["c"]} : tensor<1x2x1x1xf32>, tensor<f32> -> tensor<1x2x1x1xf32>
  func.return %y : tensor<1x2x1x1xf32>
}
// CHECK-LABEL: @row(
// CHECK-NEXT: %0 = drp.constant #drp.tensor<[4.0, 4.0] : tensor<2xf32>>
// CHECK-NEXT: %1 = drp.constant #drp.tensor<[2.0, 6.0] : tensor<2xf32>>
// CHECK-NEXT: %y = drp.scale_shift %x, %0, %1 {drp.nodes = ["c", "b", "a"]} : tensor<1x2x1x1xf32>, tensor<2xf32>, tensor<2xf32> -> tensor<1x2x1x1xf32>
// CHECK-NEXT: func.return %y : tensor<1x2x1x1xf32>

// Rule 2: what cancels goes, clips in a row are one, relu6 in two steps is a clip.
func.func @cancel(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %c = drp.constant #drp.tensor<[2.0] : tensor<f32>>
  %six = drp.constant #drp.tensor<[6.0] : tensor<f32>>
  %mul = drp.mul %x, %c : tensor<2xf32>, tensor<f32> -> tensor<2xf32>
  %div = drp.div %mul, %c : tensor<2xf32>, tensor<f32> -> tensor<2xf32>
  %relu = drp.apply %x {function = #drp.function<relu>} : tensor<2xf32> -> tensor<2xf32>
  %relu6 = drp.min %relu, %six : tensor<2xf32>, tensor<f32> -> tensor<2xf32>
  func.return %div, %relu6 : tensor<2xf32>, tensor<2xf32>
}
// CHECK-LABEL: @cancel(
// CHECK-NEXT: %relu6 = drp.apply %x {function = #drp.function<clip(0.0, 6.0)>} : tensor<2xf32> -> tensor<2xf32>
// CHECK-NEXT: func.return %x, %relu6 : tensor<2xf32>, tensor<2xf32>

// Left alone: a division by a constant with a zero, numbers along another axis, no constant at all.
func.func @not_affine(%x: tensor<1x2x2x3xf32>, %z: tensor<f32>) -> (tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>) {
  %zero = drp.constant #drp.tensor<[0.0] : tensor<f32>>
  %rows = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1xf32>>
  %div = drp.div %x, %zero : tensor<1x2x2x3xf32>, tensor<f32> -> tensor<1x2x2x3xf32>
  %mul = drp.mul %x, %rows : tensor<1x2x2x3xf32>, tensor<2x1xf32> -> tensor<1x2x2x3xf32>
  %add = drp.add %x, %z : tensor<1x2x2x3xf32>, tensor<f32> -> tensor<1x2x2x3xf32>
  func.return %div, %mul, %add : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>
}
// CHECK-LABEL: @not_affine(
// CHECK-NEXT: %zero = drp.constant #drp.tensor<[0.0] : tensor<f32>>
// CHECK-NEXT: %rows = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1xf32>>
// CHECK-NEXT: %div = drp.div %x, %zero : tensor<1x2x2x3xf32>, tensor<f32> -> tensor<1x2x2x3xf32>
// CHECK-NEXT: %mul = drp.mul %x, %rows : tensor<1x2x2x3xf32>, tensor<2x1xf32> -> tensor<1x2x2x3xf32>
// CHECK-NEXT: %add = drp.add %x, %z : tensor<1x2x2x3xf32>, tensor<f32> -> tensor<1x2x2x3xf32>
// CHECK-NEXT: func.return %div, %mul, %add : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>

// Left alone: 16-bit numbers, which a second rounding would hurt.
func.func @half(%x: tensor<2xf16>) -> tensor<2xf16> {
  %c = drp.constant #drp.tensor<[2.0] : tensor<f16>>
  %mul = drp.mul %x, %c : tensor<2xf16>, tensor<f16> -> tensor<2xf16>
  func.return %mul : tensor<2xf16>
}
// CHECK-LABEL: @half(
// CHECK-NEXT: %c = drp.constant #drp.tensor<[2.0] : tensor<f16>>
// CHECK-NEXT: %mul = drp.mul %x, %c : tensor<2xf16>, tensor<f16> -> tensor<2xf16>
// CHECK-NEXT: func.return %mul : tensor<2xf16>

// Left alone: the inner job has another reader, or has an activation.
func.func @read_twice(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %c = drp.constant #drp.tensor<[2.0] : tensor<f32>>
  %mul = drp.mul %x, %c : tensor<2xf32>, tensor<f32> -> tensor<2xf32>
  %add = drp.add %mul, %c : tensor<2xf32>, tensor<f32> -> tensor<2xf32>
  func.return %mul, %add : tensor<2xf32>, tensor<2xf32>
}
// CHECK-LABEL: @read_twice(
// CHECK-NEXT: %mul = drp.apply %x {function = #drp.function<affine(2.0, 0.0)>} : tensor<2xf32> -> tensor<2xf32>
// CHECK-NEXT: %add = drp.apply %mul {function = #drp.function<affine(1.0, 2.0)>} : tensor<2xf32> -> tensor<2xf32>
// CHECK-NEXT: func.return %mul, %add : tensor<2xf32>, tensor<2xf32>

// Left alone: what would not be finite.
func.func @infinite(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = drp.constant #drp.tensor<[0x7f800000] : tensor<f32>>
  %mul = drp.mul %x, %c : tensor<2xf32>, tensor<f32> -> tensor<2xf32>
  func.return %mul : tensor<2xf32>
}
// CHECK-LABEL: @infinite(
// CHECK-NEXT: %c = drp.constant #drp.tensor<[0x7f800000] : tensor<f32>>
// CHECK-NEXT: %mul = drp.mul %x, %c : tensor<2xf32>, tensor<f32> -> tensor<2xf32>
// CHECK-NEXT: func.return %mul : tensor<2xf32>
