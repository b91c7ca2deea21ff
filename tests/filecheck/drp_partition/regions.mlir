// RUN: drpc-opt %s -p drp-partition --split-input-file | filecheck %s

// Rules 3, 5, 6: two stretches on one path need two regions; constants are copied in, names stay.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<1x2x3x4xf32>) -> tensor<1x2x3x4xf32> {
  %c = drp.constant #drp.tensor<[1.0] : tensor<1xf32>>
  %a = onnx.Add(%x, %c) {drp.nodes = ["a"]} : (tensor<1x2x3x4xf32>, tensor<1xf32>) -> tensor<1x2x3x4xf32>
  %b = drp.add %a, %a {drp.nodes = ["b"]} : tensor<1x2x3x4xf32>, tensor<1x2x3x4xf32> -> tensor<1x2x3x4xf32>
  %d = onnx.Add(%b, %c) {drp.nodes = ["d"]} : (tensor<1x2x3x4xf32>, tensor<1xf32>) -> tensor<1x2x3x4xf32>
  func.return %d : tensor<1x2x3x4xf32>
}
}
// CHECK:       func.func @main(%x: tensor<1x2x3x4xf32>)
// CHECK-NEXT:    %a = drp.cpu %x {
// CHECK-NEXT:    ^bb0(%x_1: tensor<1x2x3x4xf32>):
// CHECK-NEXT:      %c = drp.constant #drp.tensor<[1.0] : tensor<1xf32>>
// CHECK-NEXT:      %a_1 = onnx.Add(%x_1, %c) {drp.nodes = ["a"]}
// CHECK-NEXT:      drp.yield %a_1 : tensor<1x2x3x4xf32>
// CHECK-NEXT:    }
// CHECK-NEXT:    %b = drp.add %a, %a {drp.nodes = ["b"]}
// CHECK-NEXT:    %d = drp.cpu %b {
// CHECK:           onnx.Add({{.*}}) {drp.nodes = ["d"]}
// CHECK:         func.return %d

// -----

// Rule 2: movement among CPU operations becomes ONNX again; the job behind stays.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<2x6xf32>) -> (tensor<4x3xf32>, tensor<2x6xf32>) {
  %r = drp.reshape %x {drp.nodes = ["r"]} : tensor<2x6xf32> -> tensor<3x4xf32>
  %a = onnx.Neg(%r) {drp.nodes = ["a"]} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  %t = drp.transpose %a {permutation = array<i64: 1, 0>, drp.nodes = ["t"]} : tensor<3x4xf32> -> tensor<4x3xf32>
  %u = drp.reshape %a {drp.nodes = ["u"]} : tensor<3x4xf32> -> tensor<2x6xf32>
  %b = drp.add %u, %u {drp.nodes = ["b"]} : tensor<2x6xf32>, tensor<2x6xf32> -> tensor<2x6xf32>
  func.return %t, %b : tensor<4x3xf32>, tensor<2x6xf32>
}
}
// CHECK:       func.func @main
// CHECK-NEXT:    %a, %t = drp.cpu %x {
// CHECK:           %[[SHAPE:.*]] = drp.constant #drp.tensor<[3, 4] : tensor<2xi64>>
// CHECK-NEXT:      %r = onnx.Reshape(%x_1, %[[SHAPE]]) {drp.nodes = ["r"]}
// CHECK-NEXT:      %a_1 = onnx.Neg(%r)
// CHECK-NEXT:      %t_1 = onnx.Transpose(%a_1) {perm = array<i64: 1, 0>, drp.nodes = ["t"]}
// CHECK-NEXT:      drp.yield %a_1, %t_1
// CHECK:         %u = drp.reshape %a
// CHECK-NEXT:    %b = drp.add %u, %u
// CHECK-NEXT:    func.return %t, %b

// -----

// Rule 7: a body's captures become operands of the region.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%c: tensor<i1>, %x: tensor<4xf32>) -> tensor<4xf32> {
  %y = onnx.If(%c) {onnx.bodies = ["then_branch", "else_branch"], drp.nodes = ["if"]} {
    %p = onnx.Neg(%x) : (tensor<4xf32>) -> tensor<4xf32>
    onnx.Yield %p : tensor<4xf32>
  } {
    %q = onnx.Relu(%x) : (tensor<4xf32>) -> tensor<4xf32>
    onnx.Yield %q : tensor<4xf32>
  } : (tensor<i1>) -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}
}
// CHECK:       %y = drp.cpu %c, %x {
// CHECK-NEXT:  ^bb0(%c_1: tensor<i1>, %x_1: tensor<4xf32>):
// CHECK-NEXT:    %y_1 = onnx.If(%c_1)
// CHECK-NEXT:      %p = onnx.Neg(%x_1)
// CHECK:           %q = onnx.Relu(%x_1)

// -----

// Rule 1: a random operation that nothing uses is removed, and with it the last need of a region.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %r = onnx.RandomUniformLike(%x) : (tensor<4xf32>) -> tensor<4xf32>
  func.return %x : tensor<4xf32>
}
}
// CHECK:       func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
// CHECK-NEXT:    func.return %x
