// RUN: drpc-opt %s -p canonicalize-onnx --split-input-file | filecheck %s

// Rules 1 to 5: what computes nothing is its operand; names of results stay.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<2x3xf32> {onnx.name = "in"}) -> (tensor<2x3xf32> {onnx.name = "out"}) {
  %none = onnx.NoValue
  %shape = drp.constant #drp.tensor<[2, 3] : tensor<2xi64>>
  %zeros = drp.constant #drp.tensor<[0, 0, 0, 0] : tensor<4xi64>>
  %start = drp.constant #drp.tensor<[0] : tensor<1xi64>>
  %end = drp.constant #drp.tensor<[9] : tensor<1xi64>>
  %one = drp.constant #drp.tensor<[1] : tensor<1xi64>>
  %a = onnx.Identity(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %b, %mask = onnx.Dropout(%a) : (tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xi1>)
  %c = onnx.Cast(%b) {to = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %d = onnx.Reshape(%c, %shape) : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  %e = onnx.Expand(%d, %shape) : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  %f = onnx.Pad(%e, %zeros) : (tensor<2x3xf32>, tensor<4xi64>) -> tensor<2x3xf32>
  %g = onnx.Slice(%f, %start, %end, %start, %one) : (tensor<2x3xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x3xf32>
  %h = onnx.Concat(%g) {axis = 0 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %i = onnx.Transpose(%h) {perm = array<i64: 0, 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %j = onnx.Sum(%i) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %k = onnx.Flatten(%j) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %k : tensor<2x3xf32>
}
}
// CHECK:       func.func @main(%x: tensor<2x3xf32> {onnx.name = "in"}) -> (tensor<2x3xf32> {onnx.name = "out"}) {
// CHECK-NEXT:    func.return %x : tensor<2x3xf32>

// -----

// What they leave: a mask that is used, a backwards slice, a cast, pads that cancel out.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xi1>, tensor<2x3xf32>, tensor<2x3xf64>, tensor<2x3xf32>) {
  %pads = drp.constant #drp.tensor<[1, 0, -1, 0] : tensor<4xi64>>
  %start = drp.constant #drp.tensor<[1] : tensor<1xi64>>
  %end = drp.constant #drp.tensor<[-9] : tensor<1xi64>>
  %axis = drp.constant #drp.tensor<[0] : tensor<1xi64>>
  %step = drp.constant #drp.tensor<[-1] : tensor<1xi64>>
  %a, %mask = onnx.Dropout(%x) : (tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xi1>)
  %b = onnx.Slice(%x, %start, %end, %axis, %step) : (tensor<2x3xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x3xf32>
  %c = onnx.Cast(%x) {to = 11 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf64>
  %d = onnx.Pad(%x, %pads) : (tensor<2x3xf32>, tensor<4xi64>) -> tensor<2x3xf32>
  func.return %a, %mask, %b, %c, %d : tensor<2x3xf32>, tensor<2x3xi1>, tensor<2x3xf32>, tensor<2x3xf64>, tensor<2x3xf32>
}
}
// CHECK:       onnx.Dropout
// CHECK:       onnx.Slice
// CHECK:       onnx.Cast
// CHECK:       onnx.Pad

// -----

// Rule 2, before opset 7: without is_test, Dropout is in training.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 6 : i64}} {
func.func @main(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %a = onnx.Dropout(%x) {drp.nodes = ["training"]} : (tensor<2xf32>) -> tensor<2xf32>
  %b = onnx.Dropout(%x) {drp.nodes = ["test"], is_test = 1 : i64} : (tensor<2xf32>) -> tensor<2xf32>
  func.return %a, %b : tensor<2xf32>, tensor<2xf32>
}
}
// CHECK:       %a = onnx.Dropout(%x) {drp.nodes = ["training"]}
// CHECK-NEXT:  func.return %a, %x

// -----

// Rule 6: transposes compose, a reshape reads through reshapes; the names of both stay.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<2x3x4xf32>) -> (tensor<4x2x3xf32>, tensor<2x3x4xf32>, tensor<6x4xf32>) {
  %t = onnx.Transpose(%x) {perm = array<i64: 2, 1, 0>, drp.nodes = ["t"]} : (tensor<2x3x4xf32>) -> tensor<4x3x2xf32>
  %u = onnx.Transpose(%t) {perm = array<i64: 0, 2, 1>, drp.nodes = ["u"]} : (tensor<4x3x2xf32>) -> tensor<4x2x3xf32>
  %v = onnx.Transpose(%t) {drp.nodes = ["v"]} : (tensor<4x3x2xf32>) -> tensor<2x3x4xf32>
  %shape = drp.constant #drp.tensor<[6, -1] : tensor<2xi64>>
  %f = onnx.Flatten(%x) {drp.nodes = ["f"]} : (tensor<2x3x4xf32>) -> tensor<2x12xf32>
  %r = onnx.Reshape(%f, %shape) {drp.nodes = ["r"]} : (tensor<2x12xf32>, tensor<2xi64>) -> tensor<6x4xf32>
  func.return %u, %v, %r : tensor<4x2x3xf32>, tensor<2x3x4xf32>, tensor<6x4xf32>
}
}
// CHECK:       func.func @main
// CHECK-NEXT:    %u = onnx.Transpose(%x) {perm = array<i64: 2, 0, 1>, drp.nodes = ["u"]}
// CHECK-NEXT:    %shape = drp.constant
// CHECK-NEXT:    %r = onnx.Reshape(%x, %shape) {drp.nodes = ["r", "f"]}
// CHECK-NEXT:    func.return %u, %x, %r

// -----

// Rule 6 leaves a reshape that copies a size: the size is that of its own operand.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<2x3x4xf32>) -> tensor<6x2x2xf32> {
  %first = drp.constant #drp.tensor<[6, 4] : tensor<2xi64>>
  %second = drp.constant #drp.tensor<[0, 2, 2] : tensor<3xi64>>
  %a = onnx.Reshape(%x, %first) : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<6x4xf32>
  %b = onnx.Reshape(%a, %second) : (tensor<6x4xf32>, tensor<3xi64>) -> tensor<6x2x2xf32>
  func.return %b : tensor<6x2x2xf32>
}
}
// CHECK:       %a = onnx.Reshape(%x, %first)
// CHECK:       %b = onnx.Reshape(%a, %second)

// -----

// Rules 7 and 8: the body that runs takes the If's place; equal constants are one.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = drp.constant #drp.tensor<[false] : tensor<i1>>
  %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2xf32>>
  %y = onnx.If(%c) {onnx.bodies = ["then_branch", "else_branch"]} {
    %p = onnx.Neg(%x) : (tensor<2xf32>) -> tensor<2xf32>
    onnx.Yield %p : tensor<2xf32>
  } {
    %v = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2xf32>>
    %i = onnx.Identity(%x) : (tensor<2xf32>) -> tensor<2xf32>
    %q = onnx.Add(%i, %v) {drp.nodes = ["q"]} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    onnx.Yield %q : tensor<2xf32>
  } : (tensor<i1>) -> tensor<2xf32>
  %z = onnx.Mul(%y, %w) {drp.nodes = ["z"]} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  func.return %z : tensor<2xf32>
}
}
// CHECK:       func.func @main
// CHECK-NEXT:    %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2xf32>>
// CHECK-NEXT:    %q = onnx.Add(%x, %w) {drp.nodes = ["q"]}
// CHECK-NEXT:    %z = onnx.Mul(%q, %w) {drp.nodes = ["z"]}
// CHECK-NEXT:    func.return %z

// -----

// Rule 9: what nothing uses goes, unless it is random.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = onnx.Neg(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %b = onnx.Relu(%a) : (tensor<2xf32>) -> tensor<2xf32>
  %r = onnx.RandomUniformLike(%x) : (tensor<2xf32>) -> tensor<2xf32>
  func.return %x : tensor<2xf32>
}
}
// CHECK:       func.func @main
// CHECK-NEXT:    %r = onnx.RandomUniformLike(%x)
// CHECK-NEXT:    func.return %x

// -----

// A value that says less never takes the place of one that says more.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
func.func @main(%x: tensor<?xf32>) -> tensor<2xf32> {
  %a = onnx.Identity(%x) : (tensor<?xf32>) -> tensor<2xf32>
  func.return %a : tensor<2xf32>
}
}
// CHECK:       onnx.Identity
