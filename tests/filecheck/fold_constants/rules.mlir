// RUN: drpc-opt %s -p fold-constants --split-input-file | filecheck %s

// Rules 1 and 2: an exporter's chain vanishes, and the shapes behind it become static.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<1x2x3x4xf32>) -> tensor<?x?xf32> {
  %s = onnx.Shape(%x) : (tensor<1x2x3x4xf32>) -> tensor<4xi64>
  %zero = drp.constant #drp.tensor<[0] : tensor<i64>>
  %g = onnx.Gather(%s, %zero) {axis = 0 : i64} : (tensor<4xi64>, tensor<i64>) -> tensor<i64>
  %axis = drp.constant #drp.tensor<[0] : tensor<1xi64>>
  %u = onnx.Unsqueeze(%g, %axis) : (tensor<i64>, tensor<1xi64>) -> tensor<1xi64>
  %m = drp.constant #drp.tensor<[-1] : tensor<1xi64>>
  %c = onnx.Concat(%u, %m) {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %r = onnx.Reshape(%x, %c) {drp.nodes = ["r"]} : (tensor<1x2x3x4xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  %y = onnx.Relu(%r) {drp.nodes = ["y"]} : (tensor<?x?xf32>) -> tensor<?x?xf32>
  func.return %y : tensor<?x?xf32>
}
}
// CHECK:       func.func @main(%x: tensor<1x2x3x4xf32>) -> tensor<1x24xf32> {
// CHECK-NEXT:    %c = drp.constant #drp.tensor<[1, -1] : tensor<2xi64>>
// CHECK-NEXT:    %r = onnx.Reshape(%x, %c) {drp.nodes = ["r"]} : (tensor<1x2x3x4xf32>, tensor<2xi64>) -> tensor<1x24xf32>
// CHECK-NEXT:    %y = onnx.Relu(%r) {drp.nodes = ["y"]} : (tensor<1x24xf32>) -> tensor<1x24xf32>
// CHECK-NEXT:    func.return %y

// -----

// Rule 1: Shape needs only the sizes that it gives; Size needs all.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<?x3x4xf32>) -> (tensor<2xi64>, tensor<1xi64>, tensor<3xi64>, tensor<i64>) {
  %a = onnx.Shape(%x) {start = 1 : i64} : (tensor<?x3x4xf32>) -> tensor<2xi64>
  %b = onnx.Shape(%x) {start = -2 : i64, end = -1 : i64} : (tensor<?x3x4xf32>) -> tensor<1xi64>
  %c = onnx.Shape(%x) : (tensor<?x3x4xf32>) -> tensor<3xi64>
  %d = onnx.Size(%x) : (tensor<?x3x4xf32>) -> tensor<i64>
  func.return %a, %b, %c, %d : tensor<2xi64>, tensor<1xi64>, tensor<3xi64>, tensor<i64>
}
}
// CHECK:       %a = drp.constant #drp.tensor<[3, 4] : tensor<2xi64>>
// CHECK-NEXT:  %b = drp.constant #drp.tensor<[3] : tensor<1xi64>>
// CHECK-NEXT:  %c = onnx.Shape(%x)
// CHECK-NEXT:  %d = onnx.Size(%x)

// -----

// Rule 3: a condition that shapes decide.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<1x4xf32>) -> !onnx.unknown {
  %s = onnx.Shape(%x) {end = 1 : i64} : (tensor<1x4xf32>) -> tensor<1xi64>
  %one = drp.constant #drp.tensor<[1] : tensor<1xi64>>
  %c = onnx.Equal(%s, %one) : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi1>
  %y = onnx.If(%c) {onnx.bodies = ["then_branch", "else_branch"]} {
    %axis = drp.constant #drp.tensor<[0] : tensor<1xi64>>
    %p = onnx.Squeeze(%x, %axis) {drp.nodes = ["p"]} : (tensor<1x4xf32>, tensor<1xi64>) -> tensor<4xf32>
    onnx.Yield %p : tensor<4xf32>
  } {
    %q = onnx.Identity(%x) : (tensor<1x4xf32>) -> tensor<1x4xf32>
    onnx.Yield %q : tensor<1x4xf32>
  } : (tensor<1xi1>) -> !onnx.unknown
  func.return %y : !onnx.unknown
}
}
// CHECK:       func.func @main(%x: tensor<1x4xf32>) -> tensor<4xf32> {
// CHECK-NEXT:    %axis = drp.constant
// CHECK-NEXT:    %p = onnx.Squeeze(%x, %axis) {drp.nodes = ["p"]}
// CHECK-NEXT:    func.return %p

// -----

// Rule 4: a quantised model keeps the integers of its weights and biases.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %scale = drp.constant #drp.tensor<[0.5] : tensor<f32>>
  %w = drp.constant #drp.tensor<[1, 2, 3, 4] : tensor<2x2xi8>>
  %b = drp.constant #drp.tensor<[7, 8] : tensor<2xi32>>
  %zero = drp.constant #drp.tensor<[0] : tensor<i8>>
  %q = onnx.QuantizeLinear(%x, %scale, %zero) : (tensor<1x2xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2xi8>
  %dx = onnx.DequantizeLinear(%q, %scale, %zero) : (tensor<1x2xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2xf32>
  %dw = onnx.DequantizeLinear(%w, %scale, %zero) : (tensor<2x2xi8>, tensor<f32>, tensor<i8>) -> tensor<2x2xf32>
  %t = onnx.Transpose(%dw) {perm = array<i64: 1, 0>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %m = onnx.MatMul(%dx, %t) : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %db = onnx.DequantizeLinear(%b, %scale) : (tensor<2xi32>, tensor<f32>) -> tensor<2xf32>
  %y = onnx.Add(%m, %db) : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  func.return %y : tensor<1x2xf32>
}
}
// CHECK:       %dw = onnx.DequantizeLinear(%w, %scale, %zero)
// CHECK-NEXT:  %t = onnx.Transpose(%dw)
// CHECK:       %db = onnx.DequantizeLinear(%b, %scale)

// -----

// Rule 4: weights that are stored in integers only to be small, or are rounded to them, are folded.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %scale = drp.constant #drp.tensor<[0.5] : tensor<f32>>
  %w = drp.constant #drp.tensor<[1, 2, 3, 4] : tensor<2x2xi8>>
  %v = drp.constant #drp.tensor<[0.4, 0.6, 1.1, 1.4] : tensor<2x2xf32>>
  %zero = drp.constant #drp.tensor<[0] : tensor<i8>>
  %dw = onnx.DequantizeLinear(%w, %scale, %zero) : (tensor<2x2xi8>, tensor<f32>, tensor<i8>) -> tensor<2x2xf32>
  %q = onnx.QuantizeLinear(%v, %scale, %zero) : (tensor<2x2xf32>, tensor<f32>, tensor<i8>) -> tensor<2x2xi8>
  %dv = onnx.DequantizeLinear(%q, %scale, %zero) : (tensor<2x2xi8>, tensor<f32>, tensor<i8>) -> tensor<2x2xf32>
  %y = onnx.MatMul(%x, %dw) : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %z = onnx.MatMul(%x, %dv) : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  func.return %y, %z : tensor<1x2xf32>, tensor<1x2xf32>
}
}
// CHECK:       %dw = drp.constant #drp.tensor<[0.5, 1.0, 1.5, 2.0] : tensor<2x2xf32>>
// CHECK-NEXT:  %dv = drp.constant #drp.tensor<[0.5, 0.5, 1.0, 1.5] : tensor<2x2xf32>>
// CHECK-NEXT:  %y = onnx.MatMul(%x, %dw)

// -----

// Rule 5: what would be too large is not made; nor is a large result of large operands refused.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main() -> (tensor<100000x1000xf32>, tensor<3x2xf32>) {
  %large = drp.constant #drp.tensor<[100000, 1000] : tensor<2xi64>>
  %small = drp.constant #drp.tensor<[3, 2] : tensor<2xi64>>
  %a = onnx.ConstantOfShape(%large) : (tensor<2xi64>) -> tensor<100000x1000xf32>
  %b = onnx.ConstantOfShape(%small) : (tensor<2xi64>) -> tensor<3x2xf32>
  func.return %a, %b : tensor<100000x1000xf32>, tensor<3x2xf32>
}
}
// CHECK:       %a = onnx.ConstantOfShape(%large)
// CHECK-NEXT:  %b = drp.constant #drp.tensor<[0.0, 0.0, 0.0, 0.0, 0.0, 0.0] : tensor<3x2xf32>>

// -----

// Rule 6 leaves random results, loops, sequences, and what fails; their bodies are folded.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main() -> (tensor<2xf32>, tensor<f32>, !onnx.seq<tensor<f32>>, tensor<i64>) {
  %two = drp.constant #drp.tensor<[2] : tensor<i64>>
  %true = drp.constant #drp.tensor<[true] : tensor<i1>>
  %one = drp.constant #drp.tensor<[1.0] : tensor<f32>>
  %zero = drp.constant #drp.tensor<[0] : tensor<i64>>
  %r = onnx.RandomUniform() {shape = array<i64: 2>} : () -> tensor<2xf32>
  %l = onnx.Loop(%two, %true, %one) {onnx.bodies = ["body"]} {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %v: tensor<f32>):
    %w = onnx.Neg(%one) : (tensor<f32>) -> tensor<f32>
    %n = onnx.Add(%v, %w) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    onnx.Yield %c, %n : tensor<i1>, tensor<f32>
  } : (tensor<i64>, tensor<i1>, tensor<f32>) -> tensor<f32>
  %s = onnx.SequenceConstruct(%one) : (tensor<f32>) -> !onnx.seq<tensor<f32>>
  %d = onnx.Div(%two, %zero) : (tensor<i64>, tensor<i64>) -> tensor<i64>
  func.return %r, %l, %s, %d : tensor<2xf32>, tensor<f32>, !onnx.seq<tensor<f32>>, tensor<i64>
}
}
// CHECK:       onnx.RandomUniform
// CHECK:       onnx.Loop
// CHECK:         %w = drp.constant #drp.tensor<[-1.0] : tensor<f32>>
// CHECK-NEXT:    %n = onnx.Add(%v, %w)
// CHECK:       onnx.SequenceConstruct
// CHECK-NEXT:  onnx.Div
