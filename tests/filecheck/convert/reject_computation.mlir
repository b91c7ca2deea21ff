// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// What products, normalisations, reductions and element-wise operators must be.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 20 : i64}} {
  func.func @main(%x: tensor<2x3x4xf32>, %line: tensor<3xf32>, %long: tensor<2x70000xf32>, %i: tensor<3xi64>, %scale: tensor<3xf32>, %integers: tensor<2x3x4xi32>) {
    %w_half = drp.constant #drp.tensor<[0.5] : tensor<f32>>
    %w_yes = drp.constant #drp.tensor<[true] : tensor<i1>>
    %w_three = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<3xf32>>
    %w_pair = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<2x1x4xf32>>
    // CHECK:      %inference_mode = onnx.Dropout(%x, %w_half, %w_yes) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<f32>, tensor<i1>) -> tensor<2x3x4xf32>
    %inference_mode = onnx.Dropout(%x, %w_half, %w_yes) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<f32>, tensor<i1>) -> tensor<2x3x4xf32>
    // CHECK:      %has_channels = onnx.GlobalMaxPool(%line) {drp.nodes = ["n"]} : (tensor<3xf32>) -> tensor<3xf32>
    %has_channels = onnx.GlobalMaxPool(%line) {drp.nodes = ["n"]} : (tensor<3xf32>) -> tensor<3xf32>
    // CHECK:      %scale_fits_axes = onnx.LayerNormalization(%x, %w_three) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
    %scale_fits_axes = onnx.LayerNormalization(%x, %w_three) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
    // CHECK:      %softmax_size = onnx.Softmax(%long) {drp.nodes = ["n"]} : (tensor<2x70000xf32>) -> tensor<2x70000xf32>
    %softmax_size = onnx.Softmax(%long) {drp.nodes = ["n"]} : (tensor<2x70000xf32>) -> tensor<2x70000xf32>
    // CHECK:      %argument_size = onnx.ArgMax(%long) {axis = 1 : i64, drp.nodes = ["n"]} : (tensor<2x70000xf32>) -> tensor<2x1xi64>
    %argument_size = onnx.ArgMax(%long) {axis = 1 : i64, drp.nodes = ["n"]} : (tensor<2x70000xf32>) -> tensor<2x1xi64>
    // CHECK:      %reduction_reduces = onnx.ReduceL2(%x) {noop_with_empty_axes = 1 : i64, drp.nodes = ["n"]} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
    %reduction_reduces = onnx.ReduceL2(%x) {noop_with_empty_axes = 1 : i64, drp.nodes = ["n"]} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
    // CHECK:      %norm_order = onnx.GlobalLpPool(%x) {p = 3 : i64, drp.nodes = ["n"]} : (tensor<2x3x4xf32>) -> tensor<2x3x1xf32>
    %norm_order = onnx.GlobalLpPool(%x) {p = 3 : i64, drp.nodes = ["n"]} : (tensor<2x3x4xf32>) -> tensor<2x3x1xf32>
    // CHECK:      %exponent_type = onnx.Pow(%line, %i) {drp.nodes = ["n"]} : (tensor<3xf32>, tensor<3xi64>) -> tensor<3xf32>
    %exponent_type = onnx.Pow(%line, %i) {drp.nodes = ["n"]} : (tensor<3xf32>, tensor<3xi64>) -> tensor<3xf32>
    // CHECK:      %remainder_of_truncation = onnx.Mod(%line, %line) {drp.nodes = ["n"]} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %remainder_of_truncation = onnx.Mod(%line, %line) {drp.nodes = ["n"]} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    // CHECK:      %slope_shape = onnx.PRelu(%x, %w_three) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
    %slope_shape = onnx.PRelu(%x, %w_three) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
    // CHECK:      %detects_infinity = onnx.IsInf(%x) {detect_positive = 0 : i64, detect_negative = 0 : i64, drp.nodes = ["n"]} : (tensor<2x3x4xf32>) -> tensor<2x3x4xi1>
    %detects_infinity = onnx.IsInf(%x) {detect_positive = 0 : i64, detect_negative = 0 : i64, drp.nodes = ["n"]} : (tensor<2x3x4xf32>) -> tensor<2x3x4xi1>
    // CHECK:      %stored_type = onnx.QuantizeLinear(%x, %w_half) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<f32>) -> tensor<2x3x4xf8E4M3FN>
    %stored_type = onnx.QuantizeLinear(%x, %w_half) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<f32>) -> tensor<2x3x4xf8E4M3FN>
    // CHECK:      %scale_per_slice = onnx.QuantizeLinear(%x, %w_pair) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<2x1x4xf32>) -> tensor<2x3x4xui8>
    %scale_per_slice = onnx.QuantizeLinear(%x, %w_pair) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<2x1x4xf32>) -> tensor<2x3x4xui8>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
  func.func @main(%integers: tensor<2x3x4xi32>) {
    %w_half = drp.constant #drp.tensor<[0.5] : tensor<f32>>
    // CHECK:      %real_type = onnx.QuantizeLinear(%integers, %w_half) {drp.nodes = ["n"]} : (tensor<2x3x4xi32>, tensor<f32>) -> tensor<2x3x4xui8>
    %real_type = onnx.QuantizeLinear(%integers, %w_half) {drp.nodes = ["n"]} : (tensor<2x3x4xi32>, tensor<f32>) -> tensor<2x3x4xui8>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 21 : i64}} {
  func.func @main(%x: tensor<2x6x4xf32>, %scale: tensor<3xf32>) {
    // CHECK:      %one_number_per_channel = onnx.GroupNormalization(%x, %scale, %scale) {num_groups = 3 : i64, drp.nodes = ["n"]} : (tensor<2x6x4xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x6x4xf32>
    %one_number_per_channel = onnx.GroupNormalization(%x, %scale, %scale) {num_groups = 3 : i64, drp.nodes = ["n"]} : (tensor<2x6x4xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x6x4xf32>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 6 : i64}} {
  func.func @main(%x: tensor<2x3x4xf32>) {
    %w_three = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<3xf32>>
    // CHECK:      %inference_mode = onnx.BatchNormalization(%x, %w_three, %w_three, %w_three, %w_three) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
    %inference_mode = onnx.BatchNormalization(%x, %w_three, %w_three, %w_three, %w_three) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
    func.return
  }
}
