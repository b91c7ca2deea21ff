// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// What operands and results must be: whatever breaks a rule stays as it is.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
  func.func @main(%dynamic: tensor<?x3xf32>, %empty: tensor<0x3xf32>, %deep: tensor<1x1x1x1x1x1x3xf32>, %x: tensor<1x3x8x8xf32>, %wide: tensor<2x3xf64>, %long: tensor<2x3xi64>, %mask: tensor<2x3xi1>, %s: tensor<2x3x!onnx.string>, %shape: tensor<2xi64>, %flat: tensor<2x3xf32>) {
    // CHECK:      %static_shapes = onnx.Relu(%dynamic) {drp.nodes = ["n"]} : (tensor<?x3xf32>) -> tensor<?x3xf32>
    %static_shapes = onnx.Relu(%dynamic) {drp.nodes = ["n"]} : (tensor<?x3xf32>) -> tensor<?x3xf32>
    // CHECK:      %no_empty_tensors = onnx.Relu(%empty) {drp.nodes = ["n"]} : (tensor<0x3xf32>) -> tensor<0x3xf32>
    %no_empty_tensors = onnx.Relu(%empty) {drp.nodes = ["n"]} : (tensor<0x3xf32>) -> tensor<0x3xf32>
    // CHECK:      %tensor_rank = onnx.Relu(%deep) {drp.nodes = ["n"]} : (tensor<1x1x1x1x1x1x3xf32>) -> tensor<1x1x1x1x1x1x3xf32>
    %tensor_rank = onnx.Relu(%deep) {drp.nodes = ["n"]} : (tensor<1x1x1x1x1x1x3xf32>) -> tensor<1x1x1x1x1x1x3xf32>
    // CHECK:      %one_result, %indices = onnx.MaxPool(%x) {kernel_shape = array<i64: 2, 2>, drp.nodes = ["n"]} : (tensor<1x3x8x8xf32>) -> (tensor<1x3x7x7xf32>, tensor<1x3x7x7xi64>)
    %one_result, %indices = onnx.MaxPool(%x) {kernel_shape = array<i64: 2, 2>, drp.nodes = ["n"]} : (tensor<1x3x8x8xf32>) -> (tensor<1x3x7x7xf32>, tensor<1x3x7x7xi64>)
    // CHECK:      %user = onnx.Shape(%indices) {drp.nodes = ["n"]} : (tensor<1x3x7x7xi64>) -> tensor<4xi64>
    %user = onnx.Shape(%indices) {drp.nodes = ["n"]} : (tensor<1x3x7x7xi64>) -> tensor<4xi64>
    // CHECK:      %constant_operands = onnx.Reshape(%flat, %shape) {drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<3x2xf32>
    %constant_operands = onnx.Reshape(%flat, %shape) {drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<3x2xf32>
    // CHECK:      %float_elements = onnx.Add(%long, %long) {drp.nodes = ["n"]} : (tensor<2x3xi64>, tensor<2x3xi64>) -> tensor<2x3xi64>
    %float_elements = onnx.Add(%long, %long) {drp.nodes = ["n"]} : (tensor<2x3xi64>, tensor<2x3xi64>) -> tensor<2x3xi64>
    // CHECK:      %movable_elements = onnx.Transpose(%wide) {drp.nodes = ["n"]} : (tensor<2x3xf64>) -> tensor<3x2xf64>
    %movable_elements = onnx.Transpose(%wide) {drp.nodes = ["n"]} : (tensor<2x3xf64>) -> tensor<3x2xf64>
    // CHECK:      %movable_choices = onnx.Where(%mask, %long, %long) {drp.nodes = ["n"]} : (tensor<2x3xi1>, tensor<2x3xi64>, tensor<2x3xi64>) -> tensor<2x3xi64>
    %movable_choices = onnx.Where(%mask, %long, %long) {drp.nodes = ["n"]} : (tensor<2x3xi1>, tensor<2x3xi64>, tensor<2x3xi64>) -> tensor<2x3xi64>
    // CHECK:      %plain_elements = onnx.Flatten(%s) {drp.nodes = ["n"]} : (tensor<2x3x!onnx.string>) -> tensor<2x3x!onnx.string>
    %plain_elements = onnx.Flatten(%s) {drp.nodes = ["n"]} : (tensor<2x3x!onnx.string>) -> tensor<2x3x!onnx.string>
    // CHECK:      %cast_elements = onnx.Cast(%long) {to = 1 : i64, drp.nodes = ["n"]} : (tensor<2x3xi64>) -> tensor<2x3xf32>
    %cast_elements = onnx.Cast(%long) {to = 1 : i64, drp.nodes = ["n"]} : (tensor<2x3xi64>) -> tensor<2x3xf32>
    func.return
  }
}
