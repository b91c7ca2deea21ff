// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// Reductions, softmax and indices of extreme elements, in the forms of every opset.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 18 : i64}} {
  func.func @main(%x: tensor<2x3x4xf32>) {
    %axes = drp.constant #drp.tensor<[-1, 0] : tensor<2xi64>>
    // CHECK:      %axes_operand = drp.reduce %x {drp.nodes = ["n"], kind = #drp<reduce_kind mean>, axes = array<i64: 0, 2>, keep = false} : tensor<2x3x4xf32> -> tensor<3xf32>
    %axes_operand = onnx.ReduceMean(%x, %axes) {keepdims = 0 : i64, drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<3xf32>
    // CHECK:      %all_axes = drp.reduce %x {drp.nodes = ["n"], kind = #drp<reduce_kind max>, axes = array<i64: 0, 1, 2>} : tensor<2x3x4xf32> -> tensor<1x1x1xf32>
    %all_axes = onnx.ReduceMax(%x) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>) -> tensor<1x1x1xf32>
    // CHECK:      %argmax = drp.argmax %x {drp.nodes = ["n"], axis = 2 : i64, last = true} : tensor<2x3x4xf32> -> tensor<2x3x1xi64>
    %argmax = onnx.ArgMax(%x) {axis = -1 : i64, select_last_index = 1 : i64, drp.nodes = ["n"]} : (tensor<2x3x4xf32>) -> tensor<2x3x1xi64>
    // CHECK:      %softmax = drp.softmax %x {drp.nodes = ["n"], axis = 2 : i64} : tensor<2x3x4xf32> -> tensor<2x3x4xf32>
    %softmax = onnx.Softmax(%x) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
    // CHECK:      %0 = drp.reduce %x {drp.nodes = ["n"], kind = #drp<reduce_kind l1>, axes = array<i64: 2>} : tensor<2x3x4xf32> -> tensor<2x3x1xf32>
    // CHECK-NEXT: %1 = drp.constant #drp.tensor<[1.1754944e-38] : tensor<f32>> {drp.nodes = ["n"]}
    // CHECK-NEXT: %2 = drp.max %0, %1 {drp.nodes = ["n"]} : tensor<2x3x1xf32>, tensor<f32> -> tensor<2x3x1xf32>
    // CHECK-NEXT: %lp = drp.div %x, %2 {drp.nodes = ["n"]} : tensor<2x3x4xf32>, tensor<2x3x1xf32> -> tensor<2x3x4xf32>
    %lp = onnx.LpNormalization(%x) {p = 1 : i64, drp.nodes = ["n"]} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 11 : i64}} {
  func.func @main(%x: tensor<2x3x4xf32>) {
    // CHECK:      %axes_attribute = drp.reduce %x {drp.nodes = ["n"], kind = #drp<reduce_kind sum>, axes = array<i64: 1>} : tensor<2x3x4xf32> -> tensor<2x1x4xf32>
    %axes_attribute = onnx.ReduceSum(%x) {axes = array<i64: 1>, drp.nodes = ["n"]} : (tensor<2x3x4xf32>) -> tensor<2x1x4xf32>
    // CHECK:      %0 = drp.reshape %x {drp.nodes = ["n"]} : tensor<2x3x4xf32> -> tensor<2x12xf32>
    // CHECK-NEXT: %1 = drp.softmax %0 {drp.nodes = ["n"], axis = 1 : i64} : tensor<2x12xf32> -> tensor<2x12xf32>
    // CHECK-NEXT: %flat_softmax = drp.reshape %1 {drp.nodes = ["n"]} : tensor<2x12xf32> -> tensor<2x3x4xf32>
    %flat_softmax = onnx.Softmax(%x) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
    // CHECK:      %last_softmax = drp.log_softmax %x {drp.nodes = ["n"], axis = 2 : i64} : tensor<2x3x4xf32> -> tensor<2x3x4xf32>
    %last_softmax = onnx.LogSoftmax(%x) {axis = 2 : i64, drp.nodes = ["n"]} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
    func.return
  }
}
